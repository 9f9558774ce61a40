import { readdir, readFile, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { sandboxHome } from '../../src/sandbox/home.js';
import { newOperator } from '../support/cli.js';

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};

it('the sandbox outlives the command, comes back as it was after its process has ended, and is gone after a reset', async () => {
  const operator = await newOperator();
  onTestFinished(() => operator.close());
  const state = join(operator.home, 'state');
  const pidOf = async (): Promise<number> => (JSON.parse(await readFile(join(state, 'sandbox/process.json'), 'utf8')) as { pid: number }).pid;
  const created = await operator.run(['create', 'acme', '--yes', '--sandbox', '--json']);
  expect(created.result.ok).toBe(true);
  const first = await pidOf();
  expect(isAlive(first)).toBe(true);

  process.kill(first, 'SIGTERM');
  while (isAlive(first)) await new Promise((resolve) => setTimeout(resolve, 25));
  const again = await operator.run(['create', 'acme', '--yes', '--sandbox', '--json']);
  expect(again.result).toMatchObject({ ok: true, changed: false, tenant: { http: { wordpress: 200, openwebui: 200 } } });

  const second = await pidOf();
  expect(second).not.toBe(first);
  const { socket } = sandboxHome(state);
  expect((await operator.run(['sandbox', 'reset', '--json'])).result).toMatchObject({ ok: true, changed: true });
  expect(isAlive(second)).toBe(false);
  expect(await readdir(state)).not.toContain('sandbox');
  expect(await stat(dirname(socket)).catch(() => 'gone')).toBe('gone');
  expect((await operator.run(['sandbox', 'reset', '--json'])).result).toMatchObject({ ok: true, changed: false });
});
