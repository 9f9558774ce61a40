import { gunzipSync, inflateRawSync } from 'node:zlib';

/** Secrets by what they are, for example `IONOS_TOKEN`; the values are unique to a test, so that finding one is finding a leak. */
export type Canaries = Readonly<Record<string, string>>;

/** Somewhere that a secret could have got to. */
export interface Place {
  name: string;
  content: string | Buffer;
}

const bases = (bytes: Buffer): string[] =>
  [0, 1, 2].flatMap((lead) => {
    const whole = Buffer.concat([Buffer.alloc(lead), bytes]).toString('base64').replace(/=+$/, '');
    // Characters at the edges hold bits of the neighbours as well.
    const core = whole.slice(lead === 0 ? 0 : lead + 1, (lead + bytes.length) % 3 === 0 ? undefined : -1);
    return [core, core.replaceAll('+', '-').replaceAll('/', '_')];
  });

/** How a secret can be written: raw, escaped for JSON, percent-encoded, in base64 at any alignment and in both alphabets, in hexadecimal. */
export const formsOf = (secret: string): string[] => {
  const bytes = Buffer.from(secret);
  return [...new Set([secret, JSON.stringify(secret).slice(1, -1), JSON.stringify(JSON.stringify(secret).slice(1, -1)).slice(1, -1), encodeURIComponent(secret), new URLSearchParams([['', secret]]).toString().slice(1), ...bases(bytes), bytes.toString('hex')])];
};

const GZIP = Buffer.from([0x1f, 0x8b]);
const ZIP_MEMBER = Buffer.from('PK\u0003\u0004');
const LONG_BASE64 = /[A-Za-z0-9+/_-]{32,}={0,2}/g;
/** helm's releases are base64 of base64 of gzip, and lie in JSON. */
const DEPTH = 5;

/** What is packed inside: gzip, the members of zip archives (terraform's plans), base64. */
const inside = (bytes: Buffer): Buffer[] => {
  const found: Buffer[] = [];
  if (bytes.subarray(0, 2).equals(GZIP)) found.push(gunzipSync(bytes));
  for (let at = bytes.indexOf(ZIP_MEMBER); at !== -1; at = bytes.indexOf(ZIP_MEMBER, at + 4)) {
    const start = at + 30 + bytes.readUInt16LE(at + 26) + bytes.readUInt16LE(at + 28);
    try {
      found.push(inflateRawSync(bytes.subarray(start)));
    } catch {
      // Stored, not deflated: it stands there as it is.
    }
  }
  for (const [blob] of bytes.toString('latin1').matchAll(LONG_BASE64)) {
    const decoded = Buffer.from(blob, 'base64');
    // Words, names and hashes decode to noise; only what was packed or written by somebody is looked into.
    if (decoded.subarray(0, 2).equals(GZIP) || /^[\x09\x0a\x0d\x20-\x7e]{24,}$/.test(decoded.toString('latin1'))) found.push(decoded);
  }
  return found;
};

const holds = (bytes: Buffer, forms: readonly string[], depth = DEPTH): boolean => {
  const text = bytes.toString('latin1');
  if (forms.some((form) => text.includes(Buffer.from(form).toString('latin1')))) return true;
  return depth > 0 && inside(bytes).some((inner) => holds(inner, forms, depth - 1));
};

/** Every place that has a canary in any form, as `IONOS_TOKEN in <place>`. */
export const findCanaries = (canaries: Canaries, places: readonly Place[]): string[] => {
  const forms = Object.entries(canaries).map(([name, secret]) => {
    if (secret.length < 12) throw new Error(`${name} is too short to be a canary`);
    return [name, formsOf(secret)] as const;
  });
  return places.flatMap(({ name: place, content }) => {
    const bytes = Buffer.isBuffer(content) ? content : Buffer.from(content);
    return forms.flatMap(([name, written]) => (holds(bytes, written) ? [`${name} in ${place}`] : []));
  });
};
