import { describe, expect, it } from 'vitest';
import { createRedactor } from '../../src/engine/redact.js';
import { seededRandom } from '../support/random.js';

const PRINTABLE = Array.from({ length: 95 }, (_, index) => String.fromCharCode(32 + index)).join('');
const random = seededRandom(20_250_407);
const upTo = (limit: number): number => Math.floor(random() * limit);
const text = (length: number, alphabet = PRINTABLE): string => Array.from({ length }, () => alphabet[upTo(alphabet.length)]).join('');

const cases = Array.from({ length: 400 }, () => ({ secret: text(8 + upTo(57)), before: text(upTo(40)), after: text(upTo(40)) }));

const survives = (secret: string, redacted: string): boolean => redacted.includes(secret);

const redactorFor = (secret: string): ReturnType<typeof createRedactor> => {
  const redactor = createRedactor();
  redactor.register(secret);
  return redactor;
};

describe('a registered secret never survives', () => {
  it.each([
    ['as it is', (secret: string) => secret],
    ['as a JSON string', (secret: string) => JSON.stringify(secret)],
    ['in JSON inside JSON', (secret: string) => JSON.stringify(JSON.stringify({ secret }))],
    ['URL-encoded', (secret: string) => encodeURIComponent(secret)],
    ['URL-encoded in lower case', (secret: string) => encodeURIComponent(secret).replaceAll(/%[0-9A-F]{2}/g, (code) => code.toLowerCase())],
    ['as a form field', (secret: string) => new URLSearchParams({ v: secret }).toString().slice(2)],
  ])('%s, in any text', (_form, encode) => {
    for (const { secret, before, after } of cases) {
      const encoded = encode(secret);
      const redacted = redactorFor(secret).redact(`${before}${encoded}${after}`);
      expect(survives(encoded, redacted), JSON.stringify({ secret, redacted })).toBe(false);
      expect(redacted).toContain('[redacted]');
    }
  });

  it.each(['base64', 'base64url'] as const)('in %s, wherever in the encoded text it stands', (encoding) => {
    for (const { secret, before, after } of cases) {
      const encoded = Buffer.from(`${before}${secret}${after}`).toString(encoding);
      const redacted = redactorFor(secret).redact(`data: ${encoded}`);
      const rest = redacted.replace('data: ', '').split('[redacted]');
      expect(rest.length, JSON.stringify({ secret, before, redacted })).toBeGreaterThan(1);
      // What is left decodes to the neighbours, plus at most a character of the secret on each side.
      for (const part of rest) {
        for (const skip of [0, 1, 2, 3]) expect(survives(secret, Buffer.from(part.slice(skip), encoding).toString())).toBe(false);
      }
    }
  });

  it('in base64 that was broken into lines', () => {
    for (const { secret, before, after } of cases.slice(0, 100)) {
      const encoded = Buffer.from(`${before}${secret}${after}`).toString('base64');
      const lines = encoded.match(/.{1,64}/g) ?? [];
      const redacted = redactorFor(secret).redact(lines.join('\n'));
      expect(Buffer.from(redacted.replaceAll(/\s/g, ''), 'base64').toString()).not.toContain(secret);
    }
  });

  it('when one secret is part of another', () => {
    const redactor = createRedactor();
    redactor.register('inner-secret');
    redactor.register('outer-inner-secret-outer');
    expect(redactor.redact('x outer-inner-secret-outer y inner-secret z')).toBe('x [redacted] y [redacted] z');
  });
});

describe('what is not a secret', () => {
  it('stays as it is', () => {
    const redactor = redactorFor('T0p-secret-value');
    expect(redactor.redact('onboard/infrastructure done, IP 203.0.113.4')).toBe('onboard/infrastructure done, IP 203.0.113.4');
  });

  it('is not registered when it is too short to be told from words', () => {
    const redactor = createRedactor();
    redactor.register('');
    redactor.register('done');
    expect(redactor.redact('done')).toBe('done');
  });
});

describe('secrets of known shapes', () => {
  const token = ['eyJ0eXAiOiJKV1QiLCJhbGciOiJSUzI1NiJ9', 'eyJpc3MiOiJpb25vcyIsImV4cCI6MTcwMDAwMDAwMH0', 'c2lnbmF0dXJl'].join('.');

  it.each([
    ['a JSON web token', `token ${token} was refused`],
    ['a bearer header', 'Authorization: Bearer abcDEF123456=='],
    ['a basic header as JSON', '{"authorization":"Basic dXNlcjpwYXNzd29yZA=="}'],
  ])('%s is recognised unregistered', (_what, line) => {
    const redacted = createRedactor().redact(line);
    expect(redacted).toContain('[redacted]');
    expect(redacted).not.toMatch(/abcDEF|dXNlcjpw|c2lnbmF0dXJl/);
  });
});

describe('a value', () => {
  it('is redacted at any depth, and keeps its shape', () => {
    const redactor = redactorFor('T0p-secret-value');
    const value = { a: ['x T0p-secret-value', 1, null, { b: Buffer.from('T0p-secret-value').toString('base64') }], ok: true };
    expect(redactor.redactValue(value)).toEqual({ a: ['x [redacted]', 1, null, { b: expect.stringContaining('[redacted]') as string }], ok: true });
  });
});
