import { describe, expect, it } from 'vitest';
import { InstallerError } from '../../src/engine/errors.js';
import type { Interview } from '../../src/displays/display.js';
import type { Answers, QuestionContext } from '../../src/tenant/question-types.js';
import { questionContext } from '../tenant/support.js';
import { openOnScreen, type OnScreen } from './support/ink-display.js';
import { KEYS } from './support/virtual-terminal.js';

const TOKEN = 'token-0123456789-abcdef';

/** An outside that knows one account: with TOKEN, two platforms and a taken name. */
const outside = (changes: Partial<QuestionContext> = {}, given: Partial<Answers> = {}): Interview => ({
  given,
  learn: (answers) => {
    if (answers.token !== undefined && answers.token !== TOKEN) {
      return Promise.reject(new InstallerError({ code: 'credentials', what: 'IONOS Cloud refused the token', why: 'it has expired', exitCode: 4 }));
    }
    const reached = answers.token !== undefined || answers.where === 'sandbox';
    return Promise.resolve(
      questionContext({
        answers,
        hasCredentials: false,
        hasModelToken: true,
        ...(reached ? { accountEmail: 'owner@acme.example', platforms: [{ name: 'main', location: 'de/fra' }, { name: 'berlin', location: 'de/txl' }], takenNames: ['taken'] } : {}),
        ...changes,
      }),
    );
  },
});

const ask = async (interview: Interview, columns = 80, rows = 24): Promise<OnScreen & { answers: Promise<Partial<Answers> | undefined> }> => {
  const screen = await openOnScreen(columns, rows);
  return { ...screen, answers: screen.display.ask(interview) };
};

/** What is on the screen now. */
const now = (screen: OnScreen): string => screen.terminal.screen().join('\n');

const settled = async (screen: OnScreen, expected: string): Promise<void> => {
  await screen.terminal.shows(expected);
  expect(now(screen)).toContain(expected);
};

describe('the wizard, by keys', () => {
  it('asks one question after the other and ends with all answers', async () => {
    const wizard = await ask(outside());
    await settled(wizard, 'Where should it run?');
    wizard.terminal.type('2');
    await wizard.terminal.shows('the addresses open on this');
    wizard.terminal.type(KEYS.enter);
    await settled(wizard, '1 main');
    wizard.terminal.type('j');
    await wizard.terminal.shows('Platform berlin in de/txl');
    wizard.terminal.type(KEYS.enter);
    await settled(wizard, 'Name of the tenant');
    wizard.terminal.type('acme');
    await wizard.terminal.shows('Namespace tenant-acme');
    wizard.terminal.type(KEYS.enter);
    for (const question of ['Name for people', 'Size', 'Isolation', 'E-mail of WordPress', 'E-mail of Open WebUI', 'Models', 'Who may reach it']) {
      await wizard.terminal.shows(new RegExp(`\\n ${question}`));
      wizard.terminal.type(KEYS.enter);
    }
    expect(await wizard.answers).toMatchObject({
      where: 'sandbox',
      platform: 'berlin',
      name: 'acme',
      displayName: 'acme',
      preset: 'small',
      isolation: 'namespace',
      wordpressAdminEmail: 'owner@acme.example',
      models: ['openai/gpt-oss-120b'],
      allow: ['0.0.0.0/0'],
    });
    await wizard.display.close();
  });

  it('asks nothing that was given', async () => {
    const given = { where: 'sandbox', platform: 'main', name: 'acme', displayName: 'Acme', preset: 'small', isolation: 'namespace', models: 'none', allow: ['10.0.0.0/8'] } as const;
    const wizard = await ask(outside({}, { ...given, allow: [...given.allow], wordpressAdminEmail: 'a@b.example', openwebuiAdminEmail: 'a@b.example' }));
    expect(await wizard.answers).toMatchObject({ name: 'acme' });
    await wizard.display.close();
  });

  it('says what is wrong while one types, and keeps the question until it is right', async () => {
    const wizard = await ask(outside({}, { where: 'sandbox', platform: 'main' }));
    await settled(wizard, 'Name of the tenant');
    wizard.terminal.type('kube-system');
    await wizard.terminal.shows('▲ "kube-system" cannot be the name of a tenant');
    wizard.terminal.type(KEYS.enter);
    await wizard.terminal.shows('✖ "kube-system" cannot be the name of a tenant');
    wizard.terminal.type(`${KEYS.ctrlU}`);
    wizard.terminal.type('taken');
    await wizard.terminal.shows('The tenant taken exists already');
    for (let index = 0; index < 5; index += 1) wizard.terminal.type(KEYS.backspace);
    wizard.terminal.type('free');
    await wizard.terminal.shows('Namespace tenant-free');
    wizard.interrupts.press();
    expect(await wizard.answers).toBeUndefined();
    await wizard.display.close();
  });

  it('goes back with Esc, Shift+Tab and the left arrow, and loses no answer', async () => {
    const wizard = await ask(outside({}, { where: 'sandbox', platform: 'main' }));
    await settled(wizard, 'Name of the tenant');
    wizard.terminal.type(`acme${KEYS.enter}`);
    await settled(wizard, 'Name for people');
    wizard.terminal.type(`Acme GmbH${KEYS.enter}`);
    await wizard.terminal.shows(/\n Size/);
    wizard.terminal.type('3');
    await wizard.terminal.shows('❯ 3 large');
    wizard.terminal.type(KEYS.escape);
    await settled(wizard, '❯ Acme GmbH');
    wizard.terminal.type(KEYS.shiftTab);
    await settled(wizard, '❯ acme');
    wizard.terminal.type(KEYS.enter);
    await settled(wizard, '❯ Acme GmbH');
    wizard.terminal.type(KEYS.enter);
    await settled(wizard, '❯ 3 large');
    wizard.terminal.type(KEYS.left);
    await settled(wizard, '❯ Acme GmbH');
    wizard.interrupts.press();
    await wizard.answers;
    await wizard.display.close();
  });

  it('never shows a secret, takes a paste with its line end, and asks again when the outside refuses it', async () => {
    const wizard = await ask(outside({}, { where: 'account' }));
    await settled(wizard, 'IONOS Cloud token');
    wizard.terminal.type('expired-0123456789-abcdef\r');
    await settled(wizard, '✖ IONOS Cloud refused the token: it has expired');
    wizard.terminal.type(KEYS.ctrlU);
    await settled(wizard, 'paste it here');
    wizard.terminal.type(`${TOKEN}\n`);
    await settled(wizard, '❯ 3 No, only for this run');
    wizard.terminal.type(KEYS.enter);
    await settled(wizard, '1 main');
    expect(wizard.terminal.bytes()).not.toContain('0123456789');
    wizard.terminal.type(KEYS.interrupt);
    expect(await wizard.answers).toBeUndefined();
    await wizard.display.close();
  });

  it('offers to keep a token that was accepted: nothing is stored by silence, and a keychain that is not there cannot be chosen', async () => {
    const wizard = await ask(outside({ keeping: { keychain: 'Secret Service', keychainProblem: 'libsecret is not installed', file: '~/.config/ionos-tenants/credentials.json' } }, { where: 'account' }));
    await settled(wizard, 'IONOS Cloud token');
    wizard.terminal.type(`${TOKEN}\n`);
    await settled(wizard, 'Keep the token?');
    await wizard.terminal.shows('not here: libsecret is not installed');
    await wizard.terminal.shows('Nothing is stored');
    wizard.terminal.type('1');
    wizard.terminal.type(KEYS.enter);
    await wizard.terminal.shows('✖ not here: libsecret is not installed');
    wizard.terminal.type('2');
    await wizard.terminal.shows('Goes to ~/.config/ionos-tenants/credentials.json (0600)');
    await wizard.terminal.shows('a backup of them, can read the token');
    wizard.terminal.type(KEYS.enter);
    await settled(wizard, '1 main');
    wizard.terminal.type(KEYS.interrupt);
    expect(await wizard.answers).toBeUndefined();
    await wizard.display.close();
  });

  it('ticks models with Space; none is not one of several', async () => {
    const wizard = await ask(outside({ availableModels: ['openai/gpt-oss-120b', 'other/model'] }, { where: 'sandbox', platform: 'main', name: 'acme', displayName: 'Acme', preset: 'small', isolation: 'namespace', wordpressAdminEmail: 'a@b.example', openwebuiAdminEmail: 'a@b.example', allow: ['0.0.0.0/0'] }));
    await settled(wizard, '◉ openai/gpt-oss-120b');
    wizard.terminal.type('j');
    wizard.terminal.type(' ');
    await wizard.terminal.shows('2 models, default openai/gpt-oss-120b');
    wizard.terminal.type('j');
    wizard.terminal.type(' ');
    await wizard.terminal.shows('No models: Open WebUI starts');
    wizard.terminal.type(KEYS.enter);
    expect(await wizard.answers).toMatchObject({ models: 'none' });
    await wizard.display.close();
  });

  for (const [columns, rows] of [[80, 24], [120, 40], [60, 15]] as const) {
    it(`stays below the height of ${columns}×${rows} and leaves the scrollback alone`, async () => {
      const wizard = await ask(outside({ availableModels: Array.from({ length: 30 }, (_, index) => `vendor/model-with-a-long-name-${index}`) }), columns, rows);
      await wizard.terminal.shows('Where should it run?');
      wizard.terminal.type(`2`);
      wizard.terminal.type(KEYS.enter);
      await wizard.terminal.shows('1 main');
      wizard.terminal.type(KEYS.enter);
      await wizard.terminal.shows('Name of the tenant');
      wizard.terminal.type('acme\r');
      for (const question of ['Name for people', 'Size', 'Isolation', 'E-mail of WordPress', 'E-mail of Open WebUI', 'Models']) {
        await wizard.terminal.shows(new RegExp(`\\n ${question}`));
        expect(wizard.terminal.text().split('\n')[0]).toContain('ionos-tenants');
        expect(wizard.terminal.screen().filter((line) => line !== '').length).toBeLessThan(rows);
        wizard.terminal.type(KEYS.enter);
      }
      await wizard.terminal.shows('Who may reach it');
      expect(wizard.terminal.bytes()).not.toContain('\u001b[3J');
      wizard.interrupts.press();
      await wizard.answers;
      await wizard.display.close();
    });
  }
});
