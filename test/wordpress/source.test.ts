import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { chartFolder } from '../charts/rendering.js';
import { runTool } from '../support/tool.js';

const files = join(chartFolder('wordpress'), 'files');
const sources = async (ending: string): Promise<string[]> => (await readdir(files, { recursive: true })).filter((name) => name.endsWith(ending)).map((name) => join(files, name));

it('every PHP file is PHP, without a word that the next version drops', async () => {
  const list = await sources('.php');
  expect(list.length).toBeGreaterThan(10);
  for (const file of list) {
    const { exitCode, stdout, stderr } = await runTool('/usr/bin/php', ['-d', 'error_reporting=-1', '-d', 'display_errors=1', '-l', file]);
    expect([exitCode, stdout + stderr]).toEqual([0, expect.stringMatching(/^No syntax errors detected/)]);
  }
});

it('every shell script is one', async () => {
  for (const file of await sources('.sh')) expect(await runTool('sh', ['-n', file])).toMatchObject({ exitCode: 0, stderr: '' });
});

it('PHP_CodeSniffer finds nothing', async () => {
  const standard = fileURLToPath(new URL('phpcs.xml', import.meta.url));
  const { exitCode, stdout, stderr } = await runTool('/usr/bin/phpcs', ['--report=emacs', `--standard=${standard}`, files]);
  expect(stdout + stderr).toBe('');
  expect(exitCode).toBe(0);
});
