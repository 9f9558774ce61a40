import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { spawn } from '@lydell/node-pty';
import { expect, it, onTestFinished } from 'vitest';
import { newOperator } from '../support/cli.js';
import { thePackage } from '../support/package.js';
import { runTool } from '../support/tool.js';

const textOf = (path: string): Promise<string> => readFile(path, 'utf8').catch(() => '');
/** A file of somebody else's has no event that a test could wait for. */
const until = async (fits: () => Promise<boolean>): Promise<void> => {
  while (!(await fits())) await sleep(25);
};

it('one Ctrl-C in a terminal, through npm run under bash, reaches terraform once, and the program waits for it', async () => {
  const operator = await newOperator({ speed: 4 });
  onTestFinished(() => operator.close());
  const signals = join(operator.home, 'signals');
  const bin = join(operator.home, 'bin');
  await mkdir(bin);
  const { stdout: real } = await runTool('bash', ['-c', 'command -v terraform']);
  // Counts what reaches it, and hands it on.
  await writeFile(join(bin, 'terraform'), `#!/bin/bash\ntrap 'echo INT >>${signals}; kill -INT $child' INT\n${real.trim()} "$@" & child=$!\nwhile :; do wait $child; code=$?; kill -0 $child 2>/dev/null || exit $code; done\n`);
  await chmod(join(bin, 'terraform'), 0o755);
  const main = join(await thePackage(), 'dist/main.js');
  await writeFile(join(operator.home, 'package.json'), JSON.stringify({ private: true, scripts: { go: `node ${main} create acme --yes --sandbox --plain` } }));

  const terminal = spawn('bash', ['--norc', '-i'], {
    name: 'xterm-256color',
    cols: 160,
    rows: 40,
    cwd: operator.home,
    env: { ...operator.env, PATH: `${bin}:${process.env.PATH ?? ''}`, PS1: '$ ', CI: '' },
  });
  onTestFinished(() => terminal.kill());
  let screen = '';
  terminal.onData((data) => {
    screen += data;
  });
  terminal.write('npm run -s go; echo "ended with $?"\r');
  await until(async () => (await textOf(join(operator.home, 'state/sandbox/operator/platforms/main/work/apply.out'))).includes('apply_start'));
  terminal.write('\x03');
  await until(() => Promise.resolve(/interrupted: what was made/.test(screen)));
  terminal.write('echo "still ""here"\r');
  await until(() => Promise.resolve(screen.includes('still here')));
  expect(await textOf(signals)).toBe('INT\n');
  expect(screen.match(/Interrupted: waiting/g)).toHaveLength(1);
  expect(screen).not.toContain('Still stopping');
  const again = await operator.run(['create', 'acme', '--yes', '--sandbox', '--json']);
  expect(again.result).toMatchObject({ ok: true, changed: true });
});
