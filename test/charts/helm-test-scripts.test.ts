import { existsSync } from 'node:fs';
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runTool, type ToolResult } from '../support/tool.js';
import { chartFolder, type ChartName } from './rendering.js';

/** What each path answers. */
const ANSWERS: Record<string, [number, Record<string, string>]> = { '/ok': [200, {}], '/redirect': [308, { location: 'https://127.0.0.1:9/' }], '/broken': [502, {}], '/refused': [401, {}] };

let server: Server;
let folder = '';
let url = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'helm-test-'));
  server = createServer((request, response) => {
    const [status, headers] = ANSWERS[request.url ?? ''] ?? [404, {}];
    response.writeHead(status, headers).end('an answer');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  // Nobody waits here for what will not come.
  await writeFile(join(folder, 'sleep'), '#!/bin/sh\n');
  await chmod(join(folder, 'sleep'), 0o755);
});
afterAll(async () => {
  server.close();
  await rm(folder, { recursive: true, force: true });
});

/** Runs the chart's script, as its Job does, with other addresses than those of a cluster. */
const run = async (chart: ChartName, addresses: Record<string, string>, env: Record<string, string> = {}): Promise<ToolResult> => {
  let script = await readFile(join(chartFolder(chart), 'files/test.sh'), 'utf8');
  for (const [from, to] of Object.entries(addresses)) {
    expect(script).toContain(from);
    script = script.replace(from, to);
  }
  return runTool('sh', ['-c', script], { env: { PATH: `${folder}:${process.env['PATH'] ?? ''}`, ...env } });
};

describe('what `helm test` asks the gateway', () => {
  const ask = (wordpress: string, openwebui: string, expected: { WORDPRESS_EXPECTED: string; OPENWEBUI_EXPECTED: string }): Promise<ToolResult> =>
    run('gateway', { 'http://gateway/tenant-ready.php': `${url}${wordpress}`, 'http://gateway:8080/health': `${url}${openwebui}` }, expected);
  const PLAIN = { WORDPRESS_EXPECTED: '200', OPENWEBUI_EXPECTED: '200' };

  it('is answered by both applications', async () => {
    expect(existsSync('/usr/bin/wget') || existsSync('/bin/wget'), 'wget, which the official image has').toBe(true);
    expect(await ask('/ok', '/ok', PLAIN)).toMatchObject({ exitCode: 0, stdout: 'WordPress: 200\nOpen WebUI: 200\n' });
  });

  it('is answered with the way to the host name, which is not followed into the cluster', async () => {
    expect(await ask('/redirect', '/ok', { ...PLAIN, WORDPRESS_EXPECTED: '308' })).toMatchObject({ exitCode: 0, stdout: 'WordPress: 308\nOpen WebUI: 200\n' });
  });

  it('fails, and says which and how, when one of them is broken', async () => {
    expect(await ask('/ok', '/broken', PLAIN)).toMatchObject({ exitCode: 1, stderr: `Open WebUI answers 502 on ${url}/broken, and not 200\n` });
    expect(await ask('/redirect', '/ok', PLAIN)).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('WordPress answers 308') as string });
  });

  it('fails when nobody answers', async () => {
    const { exitCode, stderr } = await run('gateway', { 'http://gateway/tenant-ready.php': 'http://127.0.0.1:9/' }, PLAIN);
    expect([exitCode, stderr]).toEqual([1, 'WordPress answers nothing on http://127.0.0.1:9/, and not 200\n']);
  });
});

describe('what `helm test` asks the model gateway', () => {
  const ask = (health: string, models: string): Promise<ToolResult> => run('model-gateway', { 'http://model-gateway:8080/healthz': `${url}${health}`, 'http://model-gateway:8080/v1/models': `${url}${models}` });

  it('is answered, and nobody without a key is let through', async () => {
    expect(await ask('/ok', '/refused')).toMatchObject({ exitCode: 0 });
  });

  it('fails when it is not well, and when it lets anybody through', async () => {
    expect(await ask('/broken', '/refused')).toMatchObject({ exitCode: 1, stderr: `${url}/broken answers 502, and not 200\n` });
    expect(await ask('/ok', '/ok')).toMatchObject({ exitCode: 1, stderr: `${url}/ok answers 200, and not 401\n` });
  });
});
