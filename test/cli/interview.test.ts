import { beforeEach, expect, it, vi } from 'vitest';
import { createInterview } from '../../src/cli/interview.js';
import type { Session } from '../../src/cli/session.js';
import { createRedactor } from '../../src/engine/redact.js';

const MINE = 'https://models.acme.example';
const [HUB, OTHER] = ['https://openai.inference.de-txl.ionos.com', 'https://other.example'];

/** Where a token was shown, in turn. */
const asked: string[] = [];
vi.mock('../../src/ionos/models.js', async (original) => ({
  ...(await original<object>()),
  listModels: (url: string) => {
    asked.push(url);
    return Promise.resolve(['a-model']);
  },
}));
vi.mock('../../src/cli/outside.js', async (original) => ({
  ...(await original<object>()),
  readAccount: () => Promise.resolve({ email: undefined, platforms: [{ name: 'main', location: 'de/fra' }, { name: 'new', location: 'de/fra' }] }),
  adoptedPlatform: () => Promise.resolve(undefined),
  loadFigures: () => Promise.resolve({ newPlatformPreset: { headroomNodes: 1 } }),
  // Its tenants use a model service of their own; the other has none yet.
  readCell: (_context: unknown, name: string) => Promise.resolve({ known: {}, tenants: [], hasModelToken: true, ...(name === 'main' ? { modelsUrl: MINE } : {}) }),
}));

const interviewOf = (options: { modelsUrl?: string } = {}, env: Record<string, string> = {}) => {
  const nowhere = { config: '/nowhere', state: '/nowhere', cache: '/nowhere' };
  const session = { env: { IONOS_TOKEN: 'a-token', IONOS_TENANTS_NO_KEYCHAIN: '1', ...env }, paths: nowhere, sandbox: false, redactor: createRedactor(), interrupts: { signal: new AbortController().signal } };
  return createInterview(session as unknown as Session, options, { where: 'account' }, false).interview;
};
beforeEach(() => void asked.splice(0));

it('lists the models of the service that the platform has, and shows a token for it to nobody else', async () => {
  const { learn, check } = interviewOf();
  await learn({ where: 'account', platform: 'main' });
  expect(await check?.('modelToken', { where: 'account', platform: 'main', modelToken: 'typed-token' })).toBe('1 model');
  expect((await learn({ where: 'account', platform: 'main', modelToken: 'typed-token' })).availableModels).toEqual(['a-model']);
  expect([...new Set(asked)]).toEqual([MINE]);
});

it('lists those of the AI Model Hub for a platform that has none yet, also after another was looked at', async () => {
  const { learn } = interviewOf();
  for (const platform of ['main', 'new']) await learn({ where: 'account', platform, modelToken: 'typed-token' });
  expect(asked).toEqual([MINE, HUB]);
});

it.each([
  ['the option', { modelsUrl: OTHER }, {}],
  ['the environment', {}, { IONOS_MODEL_URL: OTHER }],
])('asks where %s says', async (_title, options, env) => {
  await interviewOf(options, env).learn({ where: 'account', platform: 'main', modelToken: 'typed-token' });
  expect(asked).toEqual([OTHER]);
});
