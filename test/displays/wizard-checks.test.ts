import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Interview } from '../../src/displays/display.js';
import { CHECK_PAUSE_MS } from '../../src/displays/ink/input-checker.js';
import { createTheme } from '../../src/displays/ink/theme.js';
import { textOfRow } from '../../src/displays/ink/rows.js';
import { Wizard } from '../../src/displays/ink/wizard.js';
import { wizardRows } from '../../src/displays/ink/wizard-rows.js';
import { InstallerError } from '../../src/engine/errors.js';
import type { Answers } from '../../src/tenant/question-types.js';
import { questionContext } from '../tenant/support.js';

const theme = createTheme({ color: false, ascii: false });

interface Asked {
  token: string;
  accept: (words: string) => void;
  refuse: (why: string) => void;
}

/** A wizard at the token, with an outside that answers when the test says so. */
const atToken = async (): Promise<{ wizard: Wizard; asked: Asked[]; learned: () => Partial<Answers>; screen: () => string }> => {
  const asked: Asked[] = [];
  let last: Partial<Answers> = {};
  const interview: Interview = {
    given: { where: 'account' },
    learn: async (answers) => {
      last = answers;
      return questionContext({ answers, hasCredentials: false, hasModelToken: true });
    },
    check: (_id, { token = '' }) =>
      new Promise((resolve, reject) => asked.push({ token, accept: resolve, refuse: (why) => reject(new InstallerError({ code: 'credentials', what: 'IONOS Cloud refused the token', why })) })),
  };
  const wizard = new Wizard(interview, () => undefined, () => undefined, (error) => {
    throw error;
  });
  await wizard.start();
  return { wizard, asked, learned: () => last, screen: () => wizardRows(wizard.view, theme, { columns: 80, rows: 19 }, '*').map(textOfRow).join('\n') };
};

const settle = async (): Promise<void> => {
  for (let turn = 0; turn < 10; turn += 1) await Promise.resolve();
};

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe('checks while one types', () => {
  it('asks once the typing pauses, and tells what the outside says with a state', async () => {
    const { wizard, asked, screen } = await atToken();
    wizard.onKey('token-0123456789-abc', {});
    vi.advanceTimersByTime(CHECK_PAUSE_MS - 1);
    expect(asked).toHaveLength(0);
    vi.advanceTimersByTime(1);
    expect(asked.map(({ token }) => token)).toEqual(['token-0123456789-abc']);
    expect(screen()).toContain('checking');
    asked[0]?.accept('contract 31234567, owner@acme.example');
    await settle();
    expect(screen()).toContain('✔ accepted: contract 31234567, owner@acme.example');
    expect(screen()).not.toContain('0123456789');
  });

  it('says that it was refused, and lets one go on typing', async () => {
    const { wizard, asked, screen } = await atToken();
    wizard.onKey('token-0123456789-abc', {});
    vi.advanceTimersByTime(CHECK_PAUSE_MS);
    asked[0]?.refuse('it has expired');
    await settle();
    expect(screen()).toContain('✖ refused: IONOS Cloud refused the token: it has expired');
    wizard.onKey('', { backspace: true });
    expect(screen()).not.toContain('refused');
  });

  it('never shows what was found out about input that has changed since', async () => {
    const { wizard, asked, screen } = await atToken();
    wizard.onKey('token-0123456789-abc', {});
    vi.advanceTimersByTime(CHECK_PAUSE_MS);
    wizard.onKey('d', {});
    vi.advanceTimersByTime(CHECK_PAUSE_MS);
    asked[0]?.accept('contract 1, of the first');
    await settle();
    expect(screen()).not.toContain('contract 1');
    expect(screen()).toContain('checking');
    asked[1]?.accept('contract 2, of the second');
    await settle();
    expect(screen()).toContain('✔ accepted: contract 2');
  });

  it('does not ask about what cannot be whole', async () => {
    const { wizard, asked } = await atToken();
    wizard.onKey('short', {});
    vi.advanceTimersByTime(10 * CHECK_PAUSE_MS);
    wizard.onKey('u', { ctrl: true });
    wizard.onKey('eyJhbGciOiJub25lIn0.eyJpc3MiOiJpb25vcyJ9', {});
    vi.advanceTimersByTime(10 * CHECK_PAUSE_MS);
    expect(asked).toEqual([]);
  });

  it('goes on with Enter while it is still being checked, and drops the result', async () => {
    const { wizard, asked, learned, screen } = await atToken();
    wizard.onKey('token-0123456789-abc', {});
    vi.advanceTimersByTime(CHECK_PAUSE_MS);
    wizard.onKey('', { return: true });
    await settle();
    expect(learned().token).toBe('token-0123456789-abc');
    expect(wizard.view.question?.id).toBe('keepToken');
    asked[0]?.accept('contract 31234567');
    await settle();
    expect(screen()).not.toContain('31234567');
  });

  it('stops waiting for an answer with Esc, and nothing of it comes later', async () => {
    let answer: (() => void) | undefined;
    const interview: Interview = {
      given: { where: 'account' },
      learn: (answers) => (answers.token === undefined ? Promise.resolve(questionContext({ answers, hasCredentials: false })) : new Promise((resolve) => (answer = () => resolve(questionContext({ answers }))))),
    };
    const wizard = new Wizard(interview, () => undefined, () => undefined, () => undefined);
    await wizard.start();
    wizard.onKey('token-0123456789-abc', {});
    wizard.onKey('', { return: true });
    await settle();
    expect(wizard.view.phase).toBe('checking');
    wizard.onKey('', { escape: true });
    expect(wizard.view.phase).toBe('asking');
    answer?.();
    await settle();
    expect(wizard.view.question?.id).toBe('token');
  });
});
