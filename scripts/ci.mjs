// Everything that a submission must pass, in the commands that the README gives, and at the end one table of all of it. Needs nothing
// but Node when it starts. Heavy builds are cached outside the repository, by version.
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { root, table } from './steps.mjs';

const PARTS = [
  ['npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error']],
  ['npm', ['test']],
  ['npm', ['run', '-s', 'test:interrupts']],
  ['npm', ['run', '-s', 'test:keyring']],
  // From here on with what is made ahead.
  ['npm', ['run', '-s', 'test:real']],
  ['npm', ['run', '-s', 'test:node']],
  ['npm', ['run', '-s', 'test:wordpress']],
  ['npm', ['run', '-s', 'test:proxies']],
  // What all of them have shown about the isolation of tenants.
  ['node', ['scripts/probe-docs.mjs', '--check']],
];
// Only what this run has seen counts.
rmSync(join(root, '.probes'), { recursive: true, force: true });

/** What later parts need and takes long to make on a new machine. It is made while tests wait, by what they leave of the processors. */
const AHEAD = ['control-plane-tools', 'node-tools', 'node-images'];
const makeAhead = () => {
  // A session has a share of the processors of its own, in which alone `nice` counts: where the kernel does that, it has to be lowered too.
  const script = ['echo 19 > /proc/self/autogroup', ...AHEAD.map((name) => `node scripts/${name}.mjs`)].join('; ');
  // Whoever needs it first waits for it, or makes it, and says what went wrong: nothing to read here.
  const { pid } = spawn('nice', ['-n', '19', 'sh', '-c', script], { cwd: root, stdio: 'ignore', detached: true });
  process.on('exit', () => {
    try {
      process.kill(-pid);
    } catch {
      // It has ended long ago.
    }
  });
};

const folder = mkdtempSync(join(tmpdir(), 'ci-'));
const file = join(folder, 'results');
const results = [];
for (const [command, args] of PARTS) {
  const title = [command, ...args.filter((arg) => !arg.startsWith('-'))].join(' ');
  console.log(`\n==== ${title}`);
  writeFileSync(file, '');
  const started = Date.now();
  const { status } = spawnSync(command, args, { cwd: root, stdio: 'inherit', env: { ...process.env, CI: 'true', CI_RESULTS: file } });
  const steps = readFileSync(file, 'utf8').split('\n').filter(Boolean).map((text) => JSON.parse(text));
  results.push({ title, ok: status === 0, seconds: (Date.now() - started) / 1000 }, ...steps.map((step) => ({ ...step, title: `  ${step.title}` })));
  if (args[0] === 'ci') makeAhead();
  // Without its packages nothing else can run; a failed test must not hide what the others would say.
  if (status !== 0 && args[0] === 'ci') break;
}
rmSync(folder, { recursive: true, force: true });

const sum = (key) => results.reduce((total, result) => total + (result[key] ?? 0), 0);
// Whatever failed is a failure, also where no test was counted.
const failed = Math.max(sum('failed'), results.every(({ ok }) => ok) ? 0 : 1);
const minutes = results.filter(({ title }) => !title.startsWith(' ')).reduce((total, { seconds }) => total + seconds, 0) / 60;
console.log(`\n==== ${minutes.toFixed(1)} minutes\n${table(results)}\n\n${sum('passed')} passed, ${failed} failed`);
process.exitCode = failed > 0 ? 1 : 0;
