// Everything that a submission must pass, in the commands that the README gives, and at the end one table of all of it. Needs nothing
// but Node when it starts. Heavy builds are cached outside the repository, by version.
import { spawn } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { root, table } from './steps.mjs';

const npmRun = (script) => ['npm', ['run', '-s', script]];
const PARTS = [
  ['npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error']],
  ['npm', ['test']],
  // The node waits for three quarters of its time, the first of the others for more than half of it; interrupts never wait, so they come last and take what is left.
  { beside: npmRun('test:node'), meanwhile: ['test:real', 'test:wordpress', 'test:proxies', 'test:keyring', 'test:interrupts'].map(npmRun) },
  // What all of them have shown about the isolation of tenants.
  ['node', ['scripts/probe-docs.mjs', '--check']],
];
// Only what this run has seen counts.
rmSync(join(root, '.probes'), { recursive: true, force: true });

/** What later parts need and takes long to make on a new machine. It is made while tests wait, by what they leave of the processors. */
const AHEAD = ['control-plane-tools', 'browser', 'node-tools', 'proxy-tools', 'node-images'];
const makeAhead = () => {
  // A session has a share of the processors of its own, in which alone `nice` counts: where the kernel does that, it has to be lowered too.
  const script = ['echo 19 > /proc/self/autogroup', ...AHEAD.map((name) => `node scripts/${name}.mjs`)].join('; ');
  // Whoever needs it first waits for it, or makes it, and says what went wrong: nothing to read here.
  const child = spawn('nice', ['-n', '19', 'sh', '-c', script], { cwd: root, stdio: 'ignore', detached: true });
  // Nobody waits for it.
  child.unref();
  process.on('exit', () => {
    try {
      process.kill(-child.pid);
    } catch {
      // It has ended long ago.
    }
  });
};

const folder = mkdtempSync(join(tmpdir(), 'ci-'));
const results = [];

/** Runs a command to its end. `log`: a file that its output goes to, and that is printed as a whole then. */
const run = async ([command, args], log) => {
  const title = [command, ...args.filter((arg) => !arg.startsWith('-'))].join(' ');
  if (log === undefined) console.log(`\n==== ${title}`);
  const file = join(folder, `${title.replaceAll(/\W+/g, '-')}.json`);
  writeFileSync(file, '');
  const output = log === undefined ? 'inherit' : openSync(log, 'w');
  const started = Date.now();
  const child = spawn(command, args, { cwd: root, stdio: ['inherit', output, output], env: { ...process.env, CI: 'true', CI_RESULTS: file } });
  const ok = await new Promise((resolve) => child.once('error', () => resolve(false)).once('exit', (code) => resolve(code === 0)));
  const seconds = (Date.now() - started) / 1000;
  if (log !== undefined) {
    closeSync(output);
    console.log(`\n==== ${title}\n${readFileSync(log, 'utf8')}`);
  }
  const steps = readFileSync(file, 'utf8').split('\n').filter(Boolean).map((text) => JSON.parse(text));
  results.push({ title, ok, seconds }, ...steps.map((step) => ({ ...step, title: `  ${step.title}` })));
  return ok;
};

const begun = Date.now();
for (const part of PARTS) {
  if (part.beside) {
    const beside = run(part.beside, join(folder, 'beside.log'));
    for (const each of part.meanwhile) await run(each);
    await beside;
    continue;
  }
  const ok = await run(part);
  if (part !== PARTS[0]) continue;
  // Without its packages nothing else can run; a failed test must not hide what the others would say.
  if (!ok) break;
  makeAhead();
}
rmSync(folder, { recursive: true, force: true });

const sum = (key) => results.reduce((total, result) => total + (result[key] ?? 0), 0);
// Whatever failed is a failure, also where no test was counted.
const failed = Math.max(sum('failed'), results.every(({ ok }) => ok) ? 0 : 1);
const minutes = (Date.now() - begun) / 60_000;
console.log(`\n==== ${minutes.toFixed(1)} minutes\n${table(results)}\n\n${sum('passed')} passed, ${failed} failed`);
process.exitCode = failed > 0 ? 1 : 0;
