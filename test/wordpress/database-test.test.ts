import { join } from 'node:path';
import { expect, inject, it } from 'vitest';
import { chartFolder } from '../charts/rendering.js';
import { runTool, type ToolResult } from '../support/tool.js';

const port = inject('databasePort');
const run = (database: string): Promise<ToolResult> =>
  runTool('/usr/bin/php', [join(chartFolder('wordpress'), 'files/bootstrap/test-database.php')], {
    env: { PATH: process.env['PATH'], WORDPRESS_DB_HOST: `127.0.0.1:${port}`, WORDPRESS_DB_USER: 'root', WORDPRESS_DB_PASSWORD: '', WORDPRESS_DB_NAME: database },
  });
const sql = async (statement: string): Promise<string> => (await runTool('/usr/bin/mariadb', ['--no-defaults', '-h127.0.0.1', `-P${port}`, '-uroot', '-N', '-e', statement])).stdout;

it('what `helm test` does with the database: it writes, reads, and leaves nothing', async () => {
  await sql('CREATE DATABASE helm_test');
  expect(await run('helm_test')).toMatchObject({ exitCode: 0, stdout: 'database: written and read\n' });
  expect(await sql('SHOW TABLES FROM helm_test')).toBe('');
  await sql('DROP DATABASE helm_test');
});

it('fails, and says why, where it may not write', async () => {
  // The server's own schema of facts: everybody may read it, nobody may write it.
  const { exitCode, stderr } = await run('information_schema');
  expect([exitCode, stderr]).toEqual([1, expect.stringMatching(/^database: .*denied/) as string]);
});
