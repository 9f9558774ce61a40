// How long the program takes to say its version and its help, against a node that does nothing.
//   node bench/startup.mjs [--rounds 21]
import { interleave, median, option, report, seconds, spread } from './lib/figures.mjs';
import { main, requireBuild, succeed } from './lib/program.mjs';

requireBuild();
const rounds = Number(option('--rounds', '21'));
const time = (...args) => async () => (await succeed(process.execPath, args)).ms;

const measured = { 'node -e 0': time('-e', '0'), '--version': time(main, '--version'), '--help': time(main, '--help') };
const aims = { '--version': 1.3, '--help': 2 };

// Once without counting: the files come from the disk only the first time.
for (const each of Object.values(measured)) await each();
const results = await interleave(measured, rounds);
const base = median(results['node -e 0']);
report(
  `node bench/startup.mjs --rounds ${rounds}`,
  ['command', 'median s', 'range s', 'against `node -e 0`', 'aim'],
  Object.entries(results).map(([name, times]) => [`\`${name}\``, seconds(median(times)), spread(times), `${(median(times) / base).toFixed(2)}×`, aims[name] === undefined ? '' : `≤ ${aims[name]}×`]),
);
