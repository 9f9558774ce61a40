import { readdir, readFile, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { sandboxHome } from '../../src/sandbox/home.js';
import { newOperator } from '../support/cli.js';
import { makeWorkspace, mustTerraform, PROVIDER_BLOCKS } from '../support/terraform.js';

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

it('`sandbox` prints what makes tools of one\'s own work on it', async () => {
  const operator = await newOperator();
  onTestFinished(() => operator.close());
  const { child, until, finished } = await operator.start(['sandbox', '--json']);
  const notice = await until(({ type }) => type === 'notice');
  const message = notice.type === 'notice' ? notice.message : '';
  const env = Object.fromEntries([...message.matchAll(/(\w+)='([^']*)'/g)].map(([, name, value]) => [name, value ?? '']));

  const workspace = await makeWorkspace({ 'main.tf': `${PROVIDER_BLOCKS}resource "ionoscloud_ipblock" "this" {\n  location = "de/txl"\n  size = 1\n}\n` });
  onTestFinished(() => workspace.remove());
  const options = { cwd: workspace.cwd, env: { TF_REATTACH_PROVIDERS: env.TF_REATTACH_PROVIDERS ?? '' } };
  await mustTerraform(['init'], options);
  await mustTerraform(['apply', '-auto-approve'], options);
  const basic = Buffer.from(`${env.IONOS_USERNAME}:${env.IONOS_PASSWORD}`).toString('base64');
  for (const authorization of [`Bearer ${env.IONOS_TOKEN}`, `Basic ${basic}`]) {
    const blocks = await fetch(`${env.IONOS_API_URL}/cloudapi/v6/ipblocks`, { headers: { authorization } });
    expect(((await blocks.json()) as { items: unknown[] }).items).toHaveLength(1);
  }
  // Where the real provider sends its bucket calls, with whatever keys it was given.
  const authorization = `AWS4-HMAC-SHA256 Credential=${env.IONOS_S3_ACCESS_KEY}/20261125/test-1/s3/aws4_request, SignedHeaders=host, Signature=00`;
  expect((await fetch(`${env.IONOS_API_URL}/no-such-bucket`, { method: 'HEAD', headers: { authorization } })).status).toBe(404);
  child.kill('SIGINT');
  await finished;
});
