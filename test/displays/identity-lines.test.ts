import { describe, expect, it } from 'vitest';
import { identityLines } from '../../src/displays/plain/identity-lines.js';
import type { IdentityView } from '../../src/engine/identity.js';

const NOW = Date.parse('2026-11-25T12:00:00Z');
const GIB = 2 ** 30;

const view = (changes: Partial<IdentityView> = {}): IdentityView => ({
  credentials: { kind: 'token', source: 'IONOS_TOKEN', expiresAt: '2027-02-25T12:00:00.000Z', contractNumber: 31_000_001 },
  modelToken: { kind: 'token', source: 'keychain', expiresAt: '2027-02-25T12:00:00.000Z' },
  unused: [],
  kept: { keychain: { name: 'Secret Service', holds: ['IONOS_MODEL_TOKEN'] }, file: { path: '/home/me/.config/ionos-tenants/credentials.json', holds: [] } },
  problems: [],
  api: { url: 'https://api.ionos.com/cloudapi/v6', overridden: false, modelsUrl: 'https://openai.inference.de-txl.ionos.com' },
  account: { owner: 'owner@acme.example', contractNumber: 31_000_001, user: 'me@acme.example' },
  limits: [
    { name: 'cores', used: 8, limit: 64, unit: 'count' },
    { name: 'memory', used: 32 * GIB, limit: 256 * GIB, unit: 'bytes' },
  ],
  ...changes,
});

const textOf = (changes: Partial<IdentityView> = {}): string => identityLines(view(changes), NOW).join('\n');

describe('whoami as text', () => {
  it('is one block of label and text, and the limits with what is used of them', () => {
    expect(textOf()).toBe(`
Account      owner@acme.example, contract 31000001
User         me@acme.example
Credentials  token from IONOS_TOKEN
             for contract 31000001, expires in 92 days (2027-02-25)
Model token  token from the keychain
             expires in 92 days (2027-02-25)
Keychain     Secret Service, keeps model token
File         /home/me/.config/ionos-tenants/credentials.json, keeps nothing
Cloud API    https://api.ionos.com/cloudapi/v6
Model hub    https://openai.inference.de-txl.ionos.com

Limits of the contract
  cores   8 of 64 used
  memory  32 GiB of 256 GiB used
`);
  });

  it.each([
    ['2026-12-10T11:00:00.000Z', 'expires in 14 days (2026-12-10)', false],
    ['2026-12-09T11:00:00.000Z', 'expires in 13 days (2026-12-09)', true],
    ['2026-11-26T13:00:00.000Z', 'expires in 1 day (2026-11-26)', true],
    ['2026-11-25T18:30:00.000Z', 'expires today (18:30 UTC)', true],
    ['2026-11-24T12:00:00.000Z', 'expired 2026-11-24', true],
  ])('a token that ends at %s: %s', (expiresAt, words, warned) => {
    const text = textOf({ credentials: { kind: 'token', source: 'IONOS_TOKEN', expiresAt } });
    expect(text).toContain(`Credentials  token from IONOS_TOKEN\n             ${words}\n`);
    expect(text.includes('Warning: the token')).toBe(warned);
    expect(text.includes('the token has expired')).toBe(expiresAt < '2026-11-25T12');
  });

  it('without a network it still tells what this machine knows', () => {
    const text = textOf({ account: null, limits: [], modelToken: null });
    expect(text).toContain('Credentials  token from IONOS_TOKEN');
    expect(text).toContain('Model token  none');
    expect(text).not.toMatch(/Account|Limits/);
  });

  it('a token that does not say its end, a user with a password, and nothing at all', () => {
    expect(textOf({ credentials: { kind: 'token', source: '/run/token' } })).toContain('token from /run/token\n             does not say when it expires');
    expect(textOf({ credentials: { kind: 'password', source: 'IONOS_USERNAME and IONOS_PASSWORD', username: 'me@acme.example' } })).toContain('user me@acme.example and password from IONOS_USERNAME and IONOS_PASSWORD\n');
    expect(textOf({ credentials: null })).toContain('Credentials  none\n');
  });

  it('says why there is no keychain, what was refused, what is not used, and where else it goes', () => {
    const text = textOf({
      kept: { keychain: { name: 'Secret Service', holds: [], problem: 'libsecret is not installed' }, file: { path: '/f', holds: ['IONOS_TOKEN', 'IONOS_MODEL_TOKEN'] } },
      problems: ['/f may be read by others and is not used: its mode is 0644. chmod 600 /f'],
      unused: [{ what: 'credentials', source: 'keychain' }],
      api: { url: 'https://staging.acme.example/cloudapi/v6', overridden: true, contractNumber: 32_000_000, modelsUrl: 'http://localhost' },
    });
    expect(text).toContain('Keychain     Secret Service, not usable here:\n             libsecret is not installed\n');
    expect(text).toContain('keeps token and model token\n');
    expect(text).toContain('Warning: /f may be read by others and is not used: its mode is 0644. chmod 600 /f\n');
    expect(text).toContain('Also there, and not used: credentials in the keychain.\n');
    expect(text).toContain('https://staging.acme.example/cloudapi/v6, not the default, contract 32000000 by IONOS_CONTRACT_NUMBER\n');
  });

  it('in the sandbox there is nothing to keep', () => {
    const text = textOf({ credentials: { kind: 'token', source: 'sandbox' }, kept: null, api: { url: 'http://127.0.0.1:1/cloudapi/v6', overridden: true, modelsUrl: 'http://127.0.0.1:1' } });
    expect(text).toContain("Credentials  the sandbox's own token\n");
    expect(text).toContain('http://127.0.0.1:1/cloudapi/v6, the sandbox\n');
    expect(text).not.toMatch(/Keychain|File/);
  });
});
