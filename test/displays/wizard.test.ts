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
    wizard.terminal.type(KEYS.enter);
    await wizard.terminal.shows(/\n Isolation/);
    wizard.terminal.type(KEYS.escape);
    await settled(wizard, '❯ 3 large');
    wizard.terminal.type(KEYS.escape);
    await settled(wizard, '❯ Acme GmbH');
    for (let index = 0; index < 'Acme GmbH'.length + 1; index += 1) wizard.terminal.type(KEYS.left);
    await settled(wizard, '❯ acme');
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

  /** Answers up to the size: Title is typed, everything else suggested. */
  const toSize = async (wizard: OnScreen): Promise<void> => {
    await settled(wizard, 'Name of the tenant');
    wizard.terminal.type(`acme${KEYS.enter}`);
    await settled(wizard, 'Name for people');
    wizard.terminal.type(`Acme GmbH${KEYS.enter}`);
    await wizard.terminal.shows(/\n Size/);
  };

  it('goes forward again with Tab to where one was, and one question with the right arrow', async () => {
    const wizard = await ask(outside({}, { where: 'sandbox', platform: 'main' }));
    await toSize(wizard);
    wizard.terminal.type('2\r');
    await wizard.terminal.shows(/\n Isolation/);
    for (const shown of ['❯ 2 medium', '❯ Acme GmbH', '❯ acme']) {
      wizard.terminal.type(KEYS.escape);
      await settled(wizard, shown);
    }
    wizard.terminal.type(KEYS.right);
    await settled(wizard, '❯ Acme GmbH');
    wizard.terminal.type(KEYS.tab);
    await settled(wizard, 'Size medium');
    expect(now(wizard)).toContain('How much of the machinery');
    // The keys are explained where ? is no text.
    wizard.terminal.type('?');
    await settled(wizard, 'forward again, to where one was');
    wizard.interrupts.press();
    await wizard.answers;
    await wizard.display.close();
  });

  it('says on the first question what Esc and Ctrl-C do', async () => {
    const wizard = await ask(outside());
    await settled(wizard, 'Where should it run?');
    wizard.terminal.type(KEYS.escape);
    await settled(wizard, 'This is the first question. Ctrl-C quits');
    wizard.interrupts.press();
    await wizard.answers;
    await wizard.display.close();
  });

  it('leads from the sandbox back to the account', async () => {
    const wizard = await ask(outside());
    await settled(wizard, 'Where should it run?');
    wizard.terminal.type('2\r');
    await settled(wizard, '1 main');
    expect(now(wizard)).toContain('SANDBOX');
    wizard.terminal.type(KEYS.escape);
    await settled(wizard, '❯ 2 Sandbox');
    wizard.terminal.type('1\r');
    await settled(wizard, 'IONOS Cloud token');
    expect(now(wizard)).not.toContain('SANDBOX');
    wizard.interrupts.press();
    await wizard.answers;
    await wizard.display.close();
  });

  it('takes no pasted text for a choice, and jumps by letters in a long list', async () => {
    const models = ['openai/gpt-oss-120b', ...Array.from({ length: 12 }, (_, index) => `vendor/model-${index}`), 'mistralai/Mistral-Small'];
    const wizard = await ask(outside({ availableModels: models }, { where: 'sandbox', platform: 'main', name: 'acme', displayName: 'Acme', isolation: 'namespace', wordpressAdminEmail: 'a@b.example', openwebuiAdminEmail: 'a@b.example', allow: ['0.0.0.0/0'] }));
    await wizard.terminal.shows(/\n Size/);
    wizard.terminal.type('first line\rsecond line\r');
    await settled(wizard, 'Text is no answer here');
    expect(now(wizard)).toContain('❯ 1 small');
    wizard.terminal.type(KEYS.enter);
    await settled(wizard, '❯ ◉ openai/gpt-oss-120b');
    wizard.terminal.type('mi');
    await settled(wizard, '❯ ◯ mistralai/Mistral-Small');
    wizard.terminal.type('model-7\r');
    await settled(wizard, '❯ ◯ vendor/model-7');
    wizard.terminal.type(' ');
    await settled(wizard, '2 models');
    wizard.terminal.type(KEYS.enter);
    expect(await wizard.answers).toMatchObject({ preset: 'small', models: ['openai/gpt-oss-120b', 'vendor/model-7'] });
    await wizard.display.close();
  });

  it('shows sizes as cards where there is room; left and right choose', async () => {
    const wizard = await ask(outside({}, { where: 'sandbox', platform: 'main', name: 'acme', displayName: 'Acme' }), 120, 40);
    await settled(wizard, '│ ❯ 1 small');
    for (const words of ['│   2 medium', '│   3 large', '28 GiB', '70 GiB', '250 GiB', '7.76–16.13 EUR', '39.22–71.27 EUR']) expect(now(wizard)).toContain(words);
    wizard.terminal.type(KEYS.right);
    await settled(wizard, '│ ❯ 2 medium');
    wizard.terminal.type(KEYS.left);
    await settled(wizard, '│ ❯ 1 small');
    wizard.terminal.type('3');
    await settled(wizard, '│ ❯ 3 large');
    await wizard.terminal.resize(80, 24);
    await settled(wizard, '❯ 3 large   an organisation');
    wizard.interrupts.press();
    await wizard.answers;
    await wizard.display.close();
  });

  it('saves what is answered at any point, and says where', async () => {
    const saved: Partial<Answers>[] = [];
    const interview: Interview = {
      ...outside({}, { where: 'sandbox', platform: 'main' }),
      save: (answers) => {
        if (answers.name === undefined) return Promise.reject(new InstallerError({ code: 'name-open', what: 'nothing to save yet', why: 'it needs a name' }));
        saved.push(answers);
        return Promise.resolve(`${answers.name}.yaml`);
      },
    };
    const wizard = await ask(interview);
    await settled(wizard, 'Name of the tenant');
    wizard.terminal.type(KEYS.save);
    await settled(wizard, '✖ nothing to save yet: it needs a name');
    // What is typed counts already.
    wizard.terminal.type('acme');
    await wizard.terminal.shows('Namespace tenant-acme');
    wizard.terminal.type(KEYS.save);
    await settled(wizard, '✔ saved as acme.yaml');
    wizard.terminal.type(KEYS.enter);
    await settled(wizard, 'Name for people');
    wizard.terminal.type(`Acme GmbH${KEYS.enter}`);
    await wizard.terminal.shows(/\n Size/);
    wizard.terminal.type('2\r');
    await wizard.terminal.shows(/\n Isolation/);
    wizard.terminal.type(KEYS.escape);
    await settled(wizard, '❯ 2 medium');
    // What was answered before going back counts as well.
    wizard.terminal.type(KEYS.save);
    await settled(wizard, '✔ saved as acme.yaml');
    expect(saved.map(({ name, displayName, preset }) => [name, displayName, preset])).toEqual([['acme', undefined, undefined], ['acme', 'Acme GmbH', 'medium']]);
    wizard.interrupts.press();
    await wizard.answers;
    await wizard.display.close();
  });

  it('starts again at the last of the answers that somebody comes back to, and ends with all of them', async () => {
    const earlier = { where: 'sandbox', platform: 'berlin', name: 'acme', displayName: 'Acme GmbH', preset: 'medium', isolation: 'namespace', wordpressAdminEmail: 'a@b.example', openwebuiAdminEmail: 'a@b.example', models: 'none', allow: ['10.0.0.0/8'] } as const;
    const wizard = await ask({ ...outside(), earlier: { ...earlier, allow: [...earlier.allow] } });
    await settled(wizard, '❯ 10.0.0.0/8');
    wizard.terminal.type(KEYS.enter);
    expect(await wizard.answers).toMatchObject(earlier);
    await wizard.display.close();
  });

  it('starts at the answer that has become wrong, with its reason and the one of whoever refused', async () => {
    const wizard = await ask({ ...outside({ platforms: [{ name: 'main', location: 'adopted', isTrial: true }] }, { where: 'sandbox', platform: 'main' }), earlier: { name: 'acme', displayName: 'Acme', preset: 'small', isolation: 'cluster' }, because: 'platform main has no room' });
    await wizard.terminal.shows(/\n Isolation/);
    await settled(wizard, '▲ platform main has no room');
    wizard.terminal.type(KEYS.escape);
    await settled(wizard, '❯ 1 small');
    wizard.terminal.type(KEYS.tab);
    await settled(wizard, '▲ needs a cluster that IONOS manages');
    expect(now(wizard)).toContain('How much of the machinery');
    wizard.interrupts.press();
    await wizard.answers;
    await wizard.display.close();
  });

  for (const [columns, rows] of [[80, 24], [120, 40], [60, 15], [100, 24]] as const) {
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
