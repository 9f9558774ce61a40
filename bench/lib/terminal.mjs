// Runs a program in a pseudo-terminal and reads what it costs from /proc: processor time of that process alone, and its memory.
import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { spawn } from '@lydell/node-pty';

const COLUMNS = 120;
const ROWS = 40;
/** The kernel counts processor time in hundredths of a second. */
const TICKS = 100;
/** What belongs to starting, such as asking every endpoint for the first time, is over by then. */
const SETTLE_SECONDS = 10;
const LIMIT_MS = 60_000;
/** Enough of the newest output to find a word in. */
const KEPT = 20_000;

const processorSeconds = async (pid) => {
  const text = await readFile(`/proc/${pid}/stat`, 'utf8');
  // The program's name stands in brackets and may hold spaces.
  const [user, system] = text.slice(text.lastIndexOf(')') + 2).split(' ').slice(11, 13).map(Number);
  return (user + system) / TICKS;
};

const memory = async (pid, field) => {
  const text = await readFile(`/proc/${pid}/status`, 'utf8');
  return Number(new RegExp(`${field}:\\s+(\\d+) kB`).exec(text)?.[1] ?? NaN) * 1024;
};

/**
 * Runs until `complete(newest output without colours, lines so far)` holds, then for `seconds` more, and ends it with Ctrl-C.
 * Returns milliseconds to the first full frame, share of a core, memory in bytes, and bytes per second.
 */
export const measureInTerminal = async (command, args, { env, seconds, complete }) => {
  // ink draws nothing but the last screen where CI is set, even to nothing.
  const { CI: _ci, ...withoutCi } = env;
  const started = performance.now();
  const pty = spawn(command, args, { cols: COLUMNS, rows: ROWS, env: { ...withoutCi, TERM: 'xterm-256color', COLORTERM: 'truecolor' } });
  let exited = false;
  const ended = new Promise((resolve) => pty.onExit(resolve)).then(() => (exited = true));
  let newest = '';
  let lines = 0;
  let bytes = 0;
  let firstMs;
  pty.onData((data) => {
    bytes += Buffer.byteLength(data);
    if (firstMs !== undefined) return;
    lines += data.split('\n').length - 1;
    newest = (newest + data.replaceAll(/\u001b\[[0-9;?]*[a-zA-Z]/g, '')).slice(-KEPT);
    if (complete(newest, lines)) firstMs = performance.now() - started;
  });
  while (firstMs === undefined) {
    if (exited || performance.now() - started > LIMIT_MS) throw new Error(`${command} ${args.join(' ')} showed only:\n${newest}`);
    await sleep(5);
  }
  await sleep(SETTLE_SECONDS * 1000);
  const [beforeSeconds, beforeBytes, from] = [await processorSeconds(pty.pid), bytes, performance.now()];
  await sleep(seconds * 1000);
  const elapsed = (performance.now() - from) / 1000;
  const figures = {
    firstMs,
    share: ((await processorSeconds(pty.pid)) - beforeSeconds) / elapsed,
    rss: await memory(pty.pid, 'VmRSS'),
    peak: await memory(pty.pid, 'VmHWM'),
    bytes: (bytes - beforeBytes) / elapsed,
    settleSeconds: SETTLE_SECONDS,
  };
  pty.write('\u0003');
  await ended;
  return figures;
};
