import { describe, expect, test } from 'vitest';
import { TENANT_PRESETS, answersOfDraft, capacityOf, completeTenant, draftOfAnswers, missingQuestions, openQuestions, plannedNodes, questionById, questions, resolvePlatformPreset, validate } from '../../src/tenant/index.js';
import type { Answers, KnownContract, QuestionContext, QuestionId, RawAnswer } from '../../src/tenant/index.js';
import { platformPreset, problemOf, questionContext } from './support.js';

const ask = (id: QuestionId, raw: RawAnswer, changes: Partial<QuestionContext> = {}): unknown => questionById[id].parse(raw, questionContext(changes));

describe('parsing', () => {
  test.each<[QuestionId, RawAnswer, unknown]>([
    ['where', 'sandbox', 'sandbox'],
    ['token', '  Bearer abcdefghijklmnop\n', 'abcdefghijklmnop'],
    ['keepToken', 'keychain', 'keychain'],
    ['keepModelToken', 'no', 'no'],
    ['platform', 'main', 'main'],
    ['name', ' acme ', 'acme'],
    ['displayName', 'Acme GmbH', 'Acme GmbH'],
    ['preset', 'medium', 'medium'],
    ['isolation', 'node-pool', 'node-pool'],
    ['wordpressAdminEmail', 'web@acme.example', 'web@acme.example'],
    ['openwebuiAdminEmail', 'web@acme.example', 'web@acme.example'],
    ['models', 'none', 'none'],
    ['models', 'a/b, c/d', ['a/b', 'c/d']],
    ['models', ['a/b', 'a/b'], ['a/b']],
    ['modelToken', 'abcdefghijklmnop', 'abcdefghijklmnop'],
    ['allow', '10.0.0.0/8 203.0.113.7/32', ['10.0.0.0/8', '203.0.113.7/32']],
  ])('%s %j is %j', (id, raw, expected) => {
    expect(ask(id, raw)).toEqual(expected);
  });

  test.each<[QuestionId, RawAnswer, string, Partial<QuestionContext>]>([
    ['where', 'cloud', 'where-invalid', {}],
    ['token', '', 'token-invalid', {}],
    ['token', 'two words here and more', 'token-invalid', {}],
    ['keepToken', 'yes', 'keep-token-invalid', {}],
    ['name', 'y', 'name-yaml-trap', {}],
    ['name', 'acme', 'name-taken', { takenNames: ['acme'] }],
    ['displayName', '\u001b[2J', 'display-name-invalid', {}],
    ['preset', 'tiny', 'preset-unknown', {}],
    ['isolation', 'pod', 'isolation-invalid', {}],
    ['wordpressAdminEmail', 'nobody', 'wordpress-admin-email-invalid', {}],
    ['models', [], 'models-invalid', {}],
    ['models', ['none', 'a/b'], 'models-invalid', {}],
    ['models', 'openai/gpt-oss-120', 'models-invalid', { availableModels: ['openai/gpt-oss-120b'] }],
    ['allow', '', 'allow-invalid', {}],
    ['allow', '203.0.113.7', 'allow-invalid', {}],
  ])('%s %j is refused as %s', (id, raw, code, changes) => {
    expect(problemOf(() => ask(id, raw, changes)).code).toBe(code);
    expect(validate(questionById[id] as never, raw, questionContext(changes))).toBeTypeOf('string');
  });

  test('a secret never stands in its own error, nor in an effect', () => {
    const secret = 'tok en-with-a-space';
    expect(problemOf(() => ask('token', secret)).message).not.toContain('with-a-space');
    expect(questionById.token.effect('abcdefghijklmnop', questionContext())).toEqual([]);
  });

  test('a taken name comes with another that is valid and free', () => {
    const { next } = problemOf(() => ask('name', 'acme', { takenNames: ['acme', 'acme-2'] }));
    expect(next[0]).toContain('example acme-3.');
    const long = 'a'.repeat(30);
    const other = /example (\S+)\.$/.exec(problemOf(() => ask('name', long, { takenNames: [long] })).next[0] ?? '')?.[1] ?? '';
    expect(ask('name', other)).toBe(`${'a'.repeat(28)}-2`);
  });

  test('a token is worth asking about when no part of it is missing', () => {
    const { looksComplete } = questionById.token;
    expect(looksComplete?.('eyJhbGciOiJub25lIn0.eyJpc3MiOiJpb25vcyJ9')).toBe(false);
    expect(looksComplete?.(`eyJhbGciOiJub25lIn0.eyJpc3MiOiJpb25vcyJ9.${'s'.repeat(43)}`)).toBe(true);
    expect(looksComplete?.('another-kind-of-token')).toBe(true);
  });
});

describe('when', () => {
  const ids = (changes: Partial<QuestionContext>): QuestionId[] => openQuestions(questionContext(changes)).map(({ id }) => id);

  test('without credentials the first question is where', () => {
    expect(ids({ hasCredentials: false })[0]).toBe('where');
    expect(ids({ hasCredentials: false })).not.toContain('token');
    expect(ids({ hasCredentials: false, answers: { where: 'account' } })[0]).toBe('token');
  });

  test('the sandbox asks for no token at all', () => {
    const open = ids({ hasCredentials: false, answers: { where: 'sandbox' } });
    expect(open).not.toContain('token');
    expect(open).not.toContain('modelToken');
  });

  test('no model, no model token; a token that was found is not asked for', () => {
    expect(ids({})).toContain('modelToken');
    expect(ids({ answers: { models: 'none' } })).not.toContain('modelToken');
    expect(ids({ hasModelToken: true })).not.toContain('modelToken');
  });

  test('a token is offered to be kept only when it was typed, and never in the sandbox', () => {
    expect(ids({})).not.toContain('keepToken');
    expect(ids({})).not.toContain('keepModelToken');
    expect(ids({ answers: { where: 'account', token: 'abcdefghijklmnop' } })[0]).toBe('keepToken');
    expect(ids({ answers: { where: 'sandbox', token: 'abcdefghijklmnop' } })).not.toContain('keepToken');
    expect(ids({ answers: { modelToken: 'abcdefghijklmnop' } })).toContain('keepModelToken');
    expect(ids({ answers: { token: 'abcdefghijklmnop', keepToken: 'no' } })).not.toContain('keepToken');
    // With --yes it is not asked, and nothing is kept.
    expect(missingQuestions(questionContext({ answers: { token: 'abcdefghijklmnop' } })).map(({ id }) => id)).not.toContain('keepToken');
  });

  test('the only platform is not a question', () => {
    expect(ids({ platforms: [{ name: 'main', location: 'de/fra' }] })).not.toContain('platform');
    expect(ids({})).toContain('platform');
  });

  test('silence never chooses between account and sandbox', () => {
    expect(missingQuestions(questionContext({ hasCredentials: false })).map(({ id }) => id)).toContain('where');
  });

  test('what has no default is missing', () => {
    expect(missingQuestions(questionContext()).map(({ id }) => id)).toEqual(['name', 'displayName', 'wordpressAdminEmail', 'openwebuiAdminEmail', 'modelToken']);
    expect(missingQuestions(questionContext({ accountEmail: 'me@ionos.example', hasModelToken: true, answers: { name: 'acme' } }))).toEqual([]);
  });
});

describe('effects', () => {
  test('name: namespace and URLs', () => {
    expect(questionById.name.effect('acme', questionContext())).toEqual([
      'Namespace tenant-acme',
      'WordPress at http://<its own IP>',
      'Open WebUI at http://<its own IP>:8080',
    ]);
  });

  test('size: cores, memory, storage and cost', () => {
    const lines = questionById.preset.effect('small', questionContext());
    expect(lines[0]).toBe('0.26 cores, 992 MiB memory, 28 GiB storage');
    expect(lines[1]).toBe('7.76–16.13 EUR for 30 days (net, prices of 2026-11-23)');
  });

  test('size: room on the chosen platform, and why there is none', () => {
    const preset = platformPreset('starter');
    const on = (volumes: number): QuestionContext =>
      questionContext({
        answers: { platform: 'main' },
        platforms: [{ name: 'main', location: 'de/fra', preset, capacity: capacityOf(plannedNodes(preset, volumes)) }],
      });
    expect(questionById.preset.effect('small', on(9))).toContain('Platform main has room for 3 of this size');
    expect(questionById.preset.warnings?.('small', on(9))).toEqual([]);
    expect(questionById.preset.warnings?.('large', on(2))?.[0]).toMatch(/^Does not fit: it needs 3 volumes/);
  });

  const contract = (ips: number): KnownContract => ({
    number: 31234567,
    room: { ips, cores: 100, memory: 2 ** 40, ssd: 2 ** 42, hdd: 2 ** 42, clusters: 3 },
    ipLimit: 10,
  });

  test('what the contract has left: a tenant takes one address, a new platform those of its nodes as well', () => {
    const there = { platforms: [{ name: 'main', location: 'de/fra' }], answers: { platform: 'main' } };
    expect(questionById.preset.effect('small', questionContext({ ...there, contract: contract(4) }))).toContain('IP addresses: 3 of 10 left after this');
    expect(questionById.platform.effect('main', questionContext({ contract: contract(4) })).at(-1)).toBe('IP addresses: 1 of 10 left after this');
    expect(questionById.preset.effect('small', questionContext({ answers: { platform: 'main' }, contract: contract(4) }))).toContain('IP addresses: 0 of 10 left after this');
  });

  test('what the contract lacks is a warning, not an effect', () => {
    const none = questionContext({ contract: contract(2) });
    expect(questionById.platform.warnings?.('main', none)).toEqual(['Contract 31234567: 3 reserved IP addresses are needed, the contract has 2 left']);
    expect(questionById.platform.effect('main', none).join()).not.toContain('left after this');
    expect(questionById.platform.warnings?.('main', questionContext())).toEqual([]);
  });

  test('a platform that does not exist yet says what it costs', () => {
    const lines = questionById.platform.effect('main', questionContext());
    expect(lines.join('\n')).toContain('135.68–206.52 EUR');
    expect(questionById.platform.effect('main', questionContext({ platforms: [{ name: 'main', location: 'de/fra' }] }))).toEqual(['Platform main in de/fra']);
  });

  test('whose account it is stands beside the platform, or beside the name when the platform was no question', () => {
    const account = { owner: 'owner@acme.example', contractNumber: 31_000_001, source: '~/.config/ionosctl/config.yaml' };
    const line = 'Account owner@acme.example, contract 31000001, credentials from ~/.config/ionosctl/config.yaml';
    const platforms = [{ name: 'main', location: 'de/fra' }];
    expect(questionById.platform.effect('main', questionContext({ account }))).toContain(line);
    expect(questionById.name.effect('acme', questionContext({ account }))).not.toContain(line);
    expect(questionById.name.effect('acme', questionContext({ account, platforms }))).toContain(line);
    expect(questionById.name.effect('acme', questionContext({ account: { source: 'typed' }, platforms }))).toContain('Account token typed');
  });

  test('keeping a token says where it goes, and that a file is no safe', () => {
    const keeping = { keychain: 'Secret Service', file: '/home/me/.config/ionos-tenants/credentials.json' };
    expect(questionById.keepToken.effect('keychain', questionContext({ keeping }))).toEqual(['Goes to the Secret Service of this user']);
    expect(questionById.keepToken.effect('file', questionContext({ keeping })).join('\n')).toMatch(/credentials\.json \(0600\)\n.*backup/);
    expect(questionById.keepToken.default(questionContext({ keeping }))).toBe('no');
    expect(questionById.keepModelToken.default(questionContext({ keeping: { ...keeping, suggested: 'keychain' } }))).toBe('keychain');
  });

  test('an isolation level that create would refuse cannot be chosen', () => {
    const disabled = (changes: Partial<QuestionContext>): (string | undefined)[] => questionById.isolation.choices?.(questionContext(changes)).map((choice) => choice.disabled) ?? [];
    const answers = { platform: 'main' };
    expect(disabled({ answers })).toEqual([undefined, undefined, undefined]);
    expect(disabled({ answers, platforms: [{ name: 'main', location: 'de/fra' }] })).toEqual([undefined, undefined, undefined]);
    const why = 'needs a cluster that IONOS manages';
    expect(disabled({ answers, platforms: [{ name: 'main', location: 'adopted', isTrial: true }] })).toEqual([undefined, why, why]);
  });

  test('models say the rate that the model gateway lets through, of the chosen platform or of one that is made, for every size', () => {
    const rate = (preset: Answers['preset'], platform: string): string | undefined => {
      const known = { name: 'busy', location: 'de/txl', preset: resolvePlatformPreset(platformPreset('production'), { 'modelGateway.tenantRatePerSecond': 1 }) };
      return questionById.models.effect(['a/b'], questionContext({ answers: { preset, platform }, platforms: [known] }))[1];
    };
    for (const preset of TENANT_PRESETS) {
      expect(rate(preset, 'new')).toBe('At most 2 requests a second, billed by use');
      expect(rate(preset, 'busy')).toBe('At most 1 request a second, billed by use');
    }
  });

  test('isolation changes the cost', () => {
    const cost = (level: Answers['isolation']): string | undefined => questionById.isolation.effect(level, questionContext())[1];
    expect(cost('node-pool')).not.toBe(cost('namespace'));
  });
});

describe('choices and defaults', () => {
  test('every default is accepted by its own question, and is among the choices', () => {
    const context = questionContext({ answers: { name: 'acme' }, accountEmail: 'me@ionos.example', availableModels: ['a/b', 'openai/gpt-oss-120b'] });
    for (const question of questions) {
      const value = question.default(context);
      if (value === undefined) continue;
      expect(question.parse(value as RawAnswer, context)).toEqual(value);
      const choices = question.choices?.(context).map((choice) => choice.value);
      if (choices !== undefined) expect(choices).toEqual(expect.arrayContaining(Array.isArray(value) ? value : [value]));
    }
  });

  test('the default model is one that the hub has', () => {
    expect(questionById.models.default(questionContext({ availableModels: ['x/y'] }))).toEqual(['x/y']);
    expect(questionById.models.default(questionContext({ availableModels: [] }))).toBe('none');
  });

  test('every question has another flag, and a secret is never a flag value', () => {
    expect(new Set(questions.map(({ flag }) => flag)).size).toBe(questions.length);
    for (const { kind, flag } of questions) if (kind === 'secret') expect(flag).toMatch(/-file$/);
  });
});

test('answers become a spec and come back from it', () => {
  const answers: Partial<Answers> = {
    name: 'acme',
    displayName: 'Acme GmbH',
    preset: 'medium',
    isolation: 'node-pool',
    allow: ['10.0.0.0/8'],
    wordpressAdminEmail: 'web@acme.example',
    openwebuiAdminEmail: 'chat@acme.example',
    models: 'none',
  };
  const spec = completeTenant(draftOfAnswers(answers));
  expect(answersOfDraft(spec)).toEqual(answers);
  expect(draftOfAnswers({ token: 'secret', where: 'account', modelToken: 'secret', platform: 'main' })).toEqual({});
});
