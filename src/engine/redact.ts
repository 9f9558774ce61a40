/**
 * Removes secrets from anything that leaves the process: events, logs, recordings, crash output.
 * A registered secret is recognised raw, JSON-escaped, URL-encoded and base64-encoded, in lines or in one; tokens of well-known shapes are recognised unregistered.
 */
export interface Redactor {
  /** Registers a secret. Strings shorter than 6 characters are refused, because they would redact ordinary words. */
  register(secret: string): void;
  redact(text: string): string;
  /** Redacts every string in a JSON-like value. */
  redactValue<T>(value: T): T;
}

const MASK = '[redacted]';
const KNOWN_SHAPES = [
  // JSON web tokens (IONOS tokens are such).
  /eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]*/g,
  /(authorization["']?\s*[:=]\s*["']?(?:bearer|basic)\s+)[A-Za-z0-9+/=._~-]{6,}/gi,
];

const literal = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&');
/** Hexadecimal digits in either case. */
const hex = (digits: string): string => digits.replace(/[a-f]/gi, (digit) => `[${digit.toLowerCase()}${digit.toUpperCase()}]`);

/** One character, as texts write it: plain, escaped for JSON (in JSON inside JSON: with more backslashes), percent-encoded, a space as `+`. */
const characterPattern = (character: string): string => {
  if (/[A-Za-z0-9]/.test(character)) return character;
  const bytes = [...Buffer.from(character)].map((byte) => byte.toString(16).padStart(2, '0'));
  const units = Array.from({ length: character.length }, (_, index) => character.charCodeAt(index).toString(16).padStart(4, '0'));
  const escapes: Record<string, string> = { '\n': 'n', '\r': 'r', '\t': 't', '\b': 'b', '\f': 'f' };
  const forms = [
    character === '\\' ? '\\\\+' : ['"', "'", '/'].includes(character) ? `\\\\*${literal(character)}` : literal(character),
    bytes.map((byte) => `%${hex(byte)}`).join(''),
    units.map((unit) => `\\\\+u${hex(unit)}`).join(''),
    ...(character === ' ' ? ['\\+'] : []),
    ...(escapes[character] === undefined ? [] : [`\\\\+${escapes[character]}`]),
  ];
  return `(?:${forms.join('|')})`;
};

/** base64 in either alphabet, which tools break into lines. */
const brokenBase64 = (encoded: string): RegExp =>
  new RegExp([...encoded].map((character) => (character === '+' ? '[+-]' : character === '/' ? '[/_]' : character)).join('(?:\\s|\\\\+[rn])*'), 'g');

/** Only text with such long words at the end of a line is worth the slow search. */
const LONG_LINES = /[A-Za-z0-9+/_-]{60}(?:\s|\\+[rn])/;

interface Forms {
  written: string | RegExp;
  encoded: string[];
  /** Made on first use: most texts never need it. */
  broken?: RegExp[];
}

/** The forms that one secret may take in a text. The base64 forms also cover the secret inside a longer encoded text, at any of the three alignments. */
const formsOf = (secret: string): Forms => {
  const encoded = [0, 1, 2].flatMap((lead) => {
    const whole = Buffer.concat([Buffer.alloc(lead), Buffer.from(secret)]).toString('base64').replace(/=+$/, '');
    // The first and last characters depend on the neighbours' bits.
    const core = whole.slice(lead === 0 ? 0 : lead + 1, whole.length - ((lead + Buffer.byteLength(secret)) % 3 === 0 ? 0 : 1));
    return core.length < 6 ? [] : [core];
  });
  return { written: /^[A-Za-z0-9]+$/.test(secret) ? secret : new RegExp([...secret].map(characterPattern).join(''), 'g'), encoded };
};

const redactOne = (text: string, forms: Forms, hasLongLines: boolean): string => {
  let result = text.replaceAll(forms.written, MASK);
  for (const core of forms.encoded) {
    if (result.includes(core)) result = result.replaceAll(core, MASK);
    if (/[+/]/.test(core)) result = result.replaceAll(core.replaceAll('+', '-').replaceAll('/', '_'), MASK);
  }
  if (!hasLongLines) return result;
  forms.broken ??= forms.encoded.map(brokenBase64);
  return forms.broken.reduce((rest, form) => rest.replace(form, MASK), result);
};

export const createRedactor = (): Redactor => {
  const known = new Set<string>();
  let secrets: { length: number; forms: Forms }[] = [];
  const redact = (text: string): string => {
    const hasLongLines = LONG_LINES.test(text);
    let result = secrets.reduce((rest, { forms }) => redactOne(rest, forms, hasLongLines), text);
    for (const shape of KNOWN_SHAPES) {
      result = result.replace(shape, (_match, lead: unknown) => (typeof lead === 'string' ? `${lead}${MASK}` : MASK));
    }
    return result;
  };
  const redactValue = <T>(value: T): T => {
    if (typeof value === 'string') return redact(value) as T;
    if (Array.isArray(value)) return value.map((item: unknown) => redactValue(item)) as T;
    if (value !== null && typeof value === 'object') {
      return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, redactValue(item as unknown)])) as T;
    }
    return value;
  };
  return {
    register(secret) {
      if (secret.length < 6 || known.has(secret)) return;
      known.add(secret);
      // The longest first: a secret that is part of another must not leave the other's rest behind.
      secrets = [...secrets, { length: secret.length, forms: formsOf(secret) }].sort((a, b) => b.length - a.length);
    },
    redact,
    redactValue,
  };
};
