import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ask, call, problem, send } from './support/client.js';
import { Site } from './support/site.js';
import { standInAdapter, zip } from './support/stand-in-adapter.js';
import type { Archive } from './support/stand-in-adapter.js';

let site: Site;
let server: Server;
let url = '';
let served: Archive;

beforeAll(async () => {
  served = standInAdapter();
  server = createServer((request, response) => {
    // As a release is served: by way of another address.
    if (request.url === '/release.zip') response.writeHead(302, { location: '/real.zip' }).end();
    else response.end(served.bytes);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/release.zip`;
  site = await Site.lay({ values: { internet: true, mcp: { server: 'adapter', user: 'assistant', adapter: { url: 'https://example.com/adapter.zip', sha256: served.sha256 } } } });
});
afterAll(async () => {
  await site.remove();
  server.close();
});

const fetchAdapter = (sha256 = served.sha256): ReturnType<Site['run']> => site.run('fetch-adapter', 'fetch-adapter.php', { ADAPTER_URL: url, ADAPTER_SHA256: sha256 });
const folder = (): string => join(site.html, 'wp-content/mu-plugins/mcp-adapter');

describe('fetching the release', () => {
  // Every start lays the must-use plugins out anew.
  beforeEach(() => rm(folder(), { recursive: true, force: true }));

  it('unpacks one whose SHA-256 is the one of the values', async () => {
    served = standInAdapter();
    expect(await fetchAdapter(served.sha256.toUpperCase())).toMatchObject({ exitCode: 0, stdout: 'mcp-adapter: unpacked, SHA-256 verified\n' });
    expect(await readFile(join(folder(), 'readme.txt'), 'utf8')).toBe('stand-in');
  });

  it('uses nothing of one that differs', async () => {
    const good = standInAdapter();
    served = zip({ 'mcp-adapter/mcp-adapter.php': '<?php echo "changed";' });
    expect(await fetchAdapter(good.sha256)).toMatchObject({ exitCode: 1, stderr: expect.stringContaining(`has SHA-256 ${served.sha256}, expected ${good.sha256}`) });
    expect(existsSync(folder())).toBe(false);
  });

  it('refuses to fetch one without a SHA-256', async () => {
    for (const sha256 of ['', 'abc']) expect(await fetchAdapter(sha256)).toMatchObject({ exitCode: 1, stderr: 'mcp-adapter: its SHA-256 must be given\n' });
  });

  it.each([
    ['leaves its folder', { 'mcp-adapter/../../evil.php': 'x', 'mcp-adapter/mcp-adapter.php': 'x' }, /unsafe path/],
    ['is the source, not the release', { 'mcp-adapter-0.6.1/README.md': 'x' }, /take the release file, not the source/],
  ])('refuses an archive that %s', async (_title, files, words) => {
    served = zip(files);
    expect(await fetchAdapter()).toMatchObject({ exitCode: 1, stderr: expect.stringMatching(words) });
  });

  it('refuses what is no archive, and says when nothing can be fetched', async () => {
    served = { ...zip({ a: 'b' }), bytes: Buffer.from('<html>') };
    expect(await fetchAdapter(createHash('sha256').update('<html>').digest('hex'))).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('not a zip archive') });
    expect(await site.run('fetch-adapter', 'fetch-adapter.php', { ADAPTER_URL: 'http://127.0.0.1:1/x.zip', ADAPTER_SHA256: served.sha256 })).toMatchObject({ exitCode: 1, stderr: expect.stringMatching(/cannot be fetched \(is the way to the internet open/) });
  });
});

describe('the server', () => {
  beforeAll(async () => {
    served = standInAdapter();
    await site.prepare('current');
    expect((await fetchAdapter()).exitCode).toBe(0);
    await site.install();
    await site.serve();
  });

  it('is given exactly the abilities that ours serves, on the same endpoint', async () => {
    const { server: name, tools } = await ask(site, 'tools/list');
    expect(name).toBe('tenant-wordpress');
    await site.serve({ TENANT_MCP_SERVER: 'builtin' });
    expect((await ask(site, 'tools/list')).tools.map((tool: { name: string }) => tool.name)).toEqual(tools);
    await site.serve();
  });

  it('runs them as the service user, with its rights', async () => {
    const { id } = await call(site, 'create-post', { title: 'By the adapter', content: '<p>x</p><script>alert(1)</script>' });
    expect(await site.php(`$post = get_post( ${id} ); return array( get_userdata( $post->post_author )->user_login, $post->post_content );`)).toEqual(['assistant', '<p>x</p>alert(1)']);
    expect(await problem(site, 'read-post', { id: 999 })).toMatch(/There is no post or page with id 999/);
  });

  it('is closed in the same way: by token, to browsers, to proxies, on the public listener', async () => {
    const list = { jsonrpc: '2.0', id: 1, method: 'tools/list' };
    for (const headers of [{ authorization: null }, { authorization: `Bearer ${'x'.repeat(48)}` }, { origin: 'https://evil.example' }, { 'x-forwarded-for': '203.0.113.9' }]) {
      const { status, headers: answered } = await send(site, list, headers);
      expect(status, JSON.stringify(headers)).toBe(401);
      expect(answered.get('access-control-allow-origin')).toBeNull();
    }
    for (const path of ['/wp-json/tenant/mcp', '/?rest_route=/tenant/mcp', '/wp-json/mcp/mcp-adapter-default-server']) {
      expect((await send(site, list, {}, { url: site.publicUrl + path })).status, path).toBe(404);
    }
  });

  it("does not open the adapter's own server, which would offer every ability of every plugin", async () => {
    expect((await ask(site, 'tools/list')).default_server).toBe(false);
  });

  it('without the unpacked release serves nothing, and says so in the log', async () => {
    await site.prepare('current');
    await site.serve();
    expect((await send(site, { jsonrpc: '2.0', id: 1, method: 'tools/list' })).status).toBe(404);
    expect(site.log()).toContain('tenant-mcp: mcp-adapter is not unpacked');
  });
});
