// Answers the wizard in a real pseudo-terminal as the laziest operator would, and counts what that takes: Enter accepts what is
// suggested, the tenant's name is typed where Enter is refused, and y says yes at the end.
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { spawn } from '@lydell/node-pty';
import xterm from '@xterm/headless';

const COLUMNS = 100;
const ROWS = 30;
/** A screen that stays as it is for so long waits for a key. */
const STILL_MS = 400;
const LIMIT_MS = 300_000;
const ENTER = '\r';

const screenOf = (terminal) => {
  const { active } = terminal.buffer;
  return Array.from({ length: ROWS }, (_, row) => active.getLine(active.baseY + row)?.translateToString(true) ?? '').join('\n');
};

/** The wizard marks a refused answer with a cross, and shows the keys of the review at the bottom. */
const isRefused = (screen) => screen.includes('✖');
const asksForYes = (screen) => /\by do it\b/.test(screen);
/** While the wizard looks around, it takes no answer and offers no key for one. */
const asksForAnswer = (screen) => /\bEnter next\b/.test(screen);
const waitsForKey = (screen) => asksForYes(screen) || asksForAnswer(screen);

/** Events of the run so far, out of its log. */
const eventsIn = async (logs) => {
  const names = (await readdir(logs).catch(() => [])).filter((name) => name.includes('-create-'));
  if (names.length === 0) return [];
  const text = await readFile(join(logs, names.sort().at(-1)), 'utf8');
  return text.split('\n').flatMap((line) => {
    try {
      return [JSON.parse(line)];
    } catch {
      return [];
    }
  });
};

/**
 * Runs `args` in a terminal until the run has its result. Returns the questions that were answered, every key that was pressed,
 * the milliseconds from the last answer to the result, and the result.
 */
export const playWizard = async (args, { env, logs, name }) => {
  const terminal = new xterm.Terminal({ cols: COLUMNS, rows: ROWS, allowProposedApi: true });
  // ink draws nothing but the last screen where CI is set, even to nothing.
  const { CI: _ci, ...withoutCi } = env;
  const pty = spawn(process.execPath, args, { cols: COLUMNS, rows: ROWS, env: { ...withoutCi, TERM: 'xterm-256color' } });
  let exited = false;
  let changed = performance.now();
  pty.onData((data) => terminal.write(data, () => (changed = performance.now())));
  pty.onExit(() => (exited = true));
  const deadline = performance.now() + LIMIT_MS;
  const until = async (condition) => {
    while (!(await condition())) {
      if (performance.now() > deadline) throw new Error(`the wizard did not get further than:\n${screenOf(terminal)}`);
      await sleep(20);
    }
  };
  const approved = async () => (await eventsIn(logs)).some((event) => event.type === 'task' && /^onboard\/(platform|infrastructure)$/.test(event.task));
  const finished = async () => exited || (await eventsIn(logs)).some((event) => event.type === 'result');
  /** Waits until the screen waits for a key, or the work has begun. */
  const settled = () => until(async () => (performance.now() - changed > STILL_MS && waitsForKey(screenOf(terminal))) || (await approved()) || (await finished()));

  let keys = 0;
  let questions = 0;
  let answeredAt = performance.now();
  const press = async (...inputs) => {
    for (const input of inputs) {
      pty.write(input);
      keys += 1;
      await sleep(30);
    }
    answeredAt = performance.now();
    await sleep(150);
    await settled();
  };

  await until(() => screenOf(terminal).trim() !== '');
  await settled();
  while (!(await approved()) && !(await finished())) {
    if (performance.now() > deadline) throw new Error(`the wizard did not get further than:\n${screenOf(terminal)}`);
    if (asksForYes(screenOf(terminal))) await press('y');
    else {
      await press(ENTER);
      // An Enter that was refused is not one that an operator would have pressed.
      if (isRefused(screenOf(terminal))) {
        keys -= 1;
        await press(...name, ENTER);
        if (isRefused(screenOf(terminal))) throw new Error(`the wizard refused the name:\n${screenOf(terminal)}`);
      }
    }
    questions += 1;
  }
  await until(finished);
  const result = (await eventsIn(logs)).find((event) => event.type === 'result');
  const ms = performance.now() - answeredAt;
  if (!exited) {
    pty.kill('SIGTERM');
    await until(() => exited);
  }
  if (!result?.ok) throw new Error(`the wizard's run failed: ${JSON.stringify(result)}\n${screenOf(terminal)}`);
  return { questions, keys, ms, result };
};
