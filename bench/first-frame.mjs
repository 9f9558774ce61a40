// How long until the wizard's first frame, and then its first question, stand in a terminal, whole, against a node that does nothing in one.
//   node bench/first-frame.mjs [--rounds 15]
import { spawn } from '@lydell/node-pty';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { interleave, median, option, report, seconds, spread } from './lib/figures.mjs';
import { main, requireBuild } from './lib/program.mjs';

requireBuild();
const rounds = Number(option('--rounds', '15'));
const state = mkdtempSync(join(tmpdir(), 'first-frame-'));
const { CI, NO_COLOR, FORCE_COLOR, IONOS_TOKEN, ...rest } = process.env;
const env = { ...rest, TERM: 'xterm-256color', LANG: 'C.UTF-8', IONOS_TENANTS_STATE_DIR: state, IONOS_TENANTS_NO_KEYCHAIN: '1' };

/** Milliseconds until what was written contains this and a frame has ended; until the end of the program where nothing is looked for. */
const time = (args, wanted) => () =>
  new Promise((resolve, reject) => {
    const started = performance.now();
    const pty = spawn(process.execPath, args, { cols: 80, rows: 24, env });
    let written = '';
    let ms;
    pty.onData((data) => {
      written += data;
      if (ms !== undefined || wanted === undefined || !written.slice(written.indexOf(wanted)).includes('\u001b[?2026l') || !written.includes(wanted)) return;
      ms = performance.now() - started;
      pty.write('\u0003');
    });
    pty.onExit(() => {
      ms ??= wanted === undefined ? performance.now() - started : undefined;
      if (ms === undefined) reject(new Error(`it ended without ${wanted}:\n${written}`));
      else resolve(ms);
    });
  });

const measured = { 'node -e 0': time(['-e', '0']), "the wizard's first frame": time([main], 'looking around'), "the wizard's first question": time([main], 'Where should it run') };
// Once without counting: the files come from the disk only the first time.
for (const each of Object.values(measured)) await each();
const results = await interleave(measured, rounds);
rmSync(state, { recursive: true, force: true });
const base = median(results['node -e 0']);
report(
  `node bench/first-frame.mjs --rounds ${rounds}`,
  ['in a terminal', 'median s', 'range s', 'against `node -e 0`', 'aim'],
  Object.entries(results).map(([name, times]) => [name, seconds(median(times)), spread(times), `${(median(times) / base).toFixed(2)}×`, name.endsWith('frame') ? '≤ 4×' : '']),
);
