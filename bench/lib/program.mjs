// Starts the built program as its users do, and ends only what it started.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('../..', import.meta.url));
export const main = join(root, 'dist/main.js');

export const requireBuild = () => {
  if (existsSync(main)) return;
  process.stderr.write('dist/main.js is not there; run: node scripts/build.mjs\n');
  process.exit(1);
};

/** Runs a program to its end. Returns its output, its exit code and how long it took, in milliseconds. */
export const run = (command, args, options = {}) =>
  new Promise((resolve, reject) => {
    const started = performance.now();
    const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'], ...options });
    let stdout = '';
    let stderr = '';
    child.stdout.on('data', (chunk) => (stdout += chunk));
    child.stderr.on('data', (chunk) => (stderr += chunk));
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, stdout, stderr, ms: performance.now() - started }));
  });

/** Like `run`, and an exit code other than 0 is an error that shows the end of the output. */
export const succeed = async (command, args, options) => {
  const outcome = await run(command, args, options);
  if (outcome.code === 0) return outcome;
  throw new Error([`${command} ${args.join(' ')} ended with ${outcome.code}`, outcome.stderr.slice(-2000), outcome.stdout.slice(-2000)].join('\n'));
};
