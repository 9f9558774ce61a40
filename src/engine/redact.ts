/**
 * Removes secrets from anything that leaves the process: events, logs, recordings, crash output.
 * A registered secret is recognised raw, base64-encoded and URL-encoded; tokens of well-known shapes are recognised unregistered.
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

/** The forms that one secret may take in a text. The base64 forms also cover the secret inside a longer encoded text, at any of the three alignments. */
const formsOf = (secret: string): string[] => {
  const forms = [secret, encodeURIComponent(secret), JSON.stringify(secret).slice(1, -1)];
  for (const lead of [0, 1, 2]) {
    const encoded = Buffer.concat([Buffer.alloc(lead), Buffer.from(secret)]).toString('base64').replace(/=+$/, '');
    // The first and last characters depend on the neighbours' bits.
    const core = encoded.slice(lead === 0 ? 0 : lead + 1, encoded.length - ((lead + Buffer.byteLength(secret)) % 3 === 0 ? 0 : 1));
    if (core.length >= 6) forms.push(core, core.replaceAll('+', '-').replaceAll('/', '_'));
  }
  return forms;
};

export const createRedactor = (): Redactor => {
  let forms: string[] = [];
  const redact = (text: string): string => {
    let result = text;
    for (const form of forms) if (result.includes(form)) result = result.replaceAll(form, MASK);
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
      if (secret.length < 6) return;
      forms = [...new Set([...forms, ...formsOf(secret)])].sort((a, b) => b.length - a.length);
    },
    redact,
    redactValue,
  };
};
