import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { send } from './support/client.js';
import { Site } from './support/site.js';

let site: Site;
beforeAll(async () => {
  site = await Site.start();
});
afterAll(() => site.remove());

const ping = { jsonrpc: '2.0', id: 1, method: 'ping' };
const withToken = (): Record<string, string> => ({ authorization: `Bearer ${site.token}` });
const listener = (): string => `http://127.0.0.1:${site.ports.mcp}`;

describe('the token', () => {
  it('lets its bearer in', async () => {
    for (const authorization of [`Bearer ${site.token}`, `bearer ${site.token}`]) expect((await send(site, ping, { authorization })).status).toBe(200);
  });

  it.each([
    ['no token', null],
    ['an empty one', 'Bearer '],
    ['another one', `Bearer ${'x'.repeat(48)}`],
    ['one of the same beginning', 'prefix'],
    ['one that is longer', 'longer'],
    ['it as a password', 'basic'],
    ['it without its scheme', 'bare'],
  ])('is needed: %s is refused', async (_title, authorization) => {
    const made: Record<string, string> = {
      prefix: `Bearer ${site.token.slice(0, -1)}`,
      longer: `Bearer ${site.token}x`,
      basic: `Basic ${Buffer.from(`assistant:${site.token}`).toString('base64')}`,
      bare: site.token,
    };
    const { status, headers, text } = await send(site, ping, { authorization: authorization === null ? null : (made[authorization] ?? authorization) });
    expect([status, headers.get('www-authenticate')]).toEqual([401, 'Bearer']);
    expect(text).not.toContain(site.token.slice(0, 8));
  });

  it('is asked for before anything else is said', async () => {
    for (const [body, headers] of [['{', {}], [ping, { 'mcp-protocol-version': '1' }], [ping, { accept: 'text/html' }]] as const) {
      expect((await send(site, body, { authorization: null, ...headers })).status).toBe(401);
    }
    for (const method of ['GET', 'DELETE']) expect((await send(site, undefined, { authorization: null }, { method })).status).toBe(401);
  });

  it('opens nothing else: not on the public listener, not on another route, not by another name of the route', async () => {
    const posted = { method: 'POST' };
    for (const [path, method, status] of [
      ['/wp-json/tenant/mcp', posted, 404],
      ['/?rest_route=/tenant/mcp', posted, 404],
      ['/index.php?rest_route=/tenant/mcp', posted, 404],
      ['/wp-json/wp/v2/posts?rest_route=/tenant/mcp', posted, 404],
      ['/wp-json/wp/v2/users/me', { method: 'GET' }, 401],
      ['/wp-json/wp/v2/posts', posted, 401],
      ['/wp-json/wp-abilities/v1/abilities', { method: 'GET' }, 401],
      ['/wp-json/wp-abilities/v1/abilities/tenant/create-post/run', posted, 404],
    ] as const) {
      const { status: got, text } = await send(site, path.includes('mcp') ? ping : { title: 'x', content: 'x', input: { title: 'x', content: 'x' } }, {}, { ...method, url: site.publicUrl + path });
      expect(got, path).toBe(status);
      expect(text, path).not.toContain('"result"');
    }
  });

  it('does not make its bearer a user of the dashboard', async () => {
    const { status, headers } = await send(site, undefined, {}, { method: 'GET', url: `${site.publicUrl}/wp-admin/` });
    expect(status).toBe(302);
    expect(headers.get('location')).toContain('wp-login.php');
  });
});

describe('the MCP listener', () => {
  it.each([
    '/',
    '/index.php',
    '/index.php?rest_route=/tenant/mcp',
    '/wp-login.php',
    '/wp-admin/',
    '/wp-cron.php',
    '/xmlrpc.php',
    '/alive.txt',
    '/tenant-ready.php',
    '/wp-json/',
    '/wp-json/wp/v2/users/me',
    '/wp-json/tenant',
    '/wp-json/tenant/mcp/more',
    '/wp-json/tenant/mcp%2f..%2f..%2fwp%2fv2%2fusers',
    '/wp-content/mu-plugins/tenant-mcp.php',
  ])('serves nothing at %s', async (path) => {
    for (const method of ['GET', 'POST']) expect((await send(site, ping, {}, { method, url: listener() + path })).status, method).toBe(404);
  });

  it('takes the route from the path, whatever query or form says', async () => {
    const answer = await send(site, ping, {}, { url: `${site.mcpUrl}?rest_route=/wp/v2/users/me&_method=GET&_envelope=1` });
    expect([answer.status, answer.body]).toEqual([200, { jsonrpc: '2.0', id: 1, result: {} }]);
    const form = await send(site, 'rest_route=/wp/v2/users/me', { 'content-type': 'application/x-www-form-urlencoded' });
    expect(form.status).toBeGreaterThanOrEqual(400);
    expect(form.text).not.toContain('assistant');
  });

  it('does not know a request that came through a proxy', async () => {
    for (const [name, value] of [['x-forwarded-for', '203.0.113.9'], ['x-forwarded-host', 'www.example.com'], ['x-forwarded-proto', 'https'], ['forwarded', 'for=203.0.113.9'], ['x-real-ip', '203.0.113.9']] as const) {
      expect((await send(site, ping, { [name]: value })).status, name).toBe(404);
    }
  });

  it('does not serve browsers', async () => {
    for (const origin of ['https://evil.example', 'null', site.publicUrl, listener()]) {
      const { status, headers } = await send(site, ping, { origin });
      expect(status, origin).toBe(403);
      expect(headers.get('access-control-allow-origin'), origin).toBeNull();
    }
  });

  it('cannot be pretended: no header of a client is taken for it', async () => {
    for (const name of ['tenant-listener', 'tenant_listener', 'redirect-tenant-listener', 'x-tenant-listener']) {
      expect((await send(site, ping, { [name]: 'mcp' }, { url: `${site.publicUrl}/wp-json/tenant/mcp` })).status, name).toBe(404);
    }
  });
});

describe('without what it needs', () => {
  it('a token that is too short opens nothing', async () => {
    const short = 'x'.repeat(31);
    await site.serve({ TENANT_MCP_TOKEN: short });
    for (const token of [short, '', site.token]) expect((await send(site, ping, { authorization: `Bearer ${token}` })).status).toBe(404);
  });

  it('a token from a file is taken instead of the variable, and a file that is not there is no token', async () => {
    const file = join(site.folder, 'token');
    await writeFile(file, `${'y'.repeat(40)}\n`);
    await site.serve({ TENANT_MCP_TOKEN_FILE: file });
    expect((await send(site, ping, { authorization: `Bearer ${'y'.repeat(40)}` })).status).toBe(200);
    expect((await send(site, ping)).status).toBe(401);
    await site.serve({ TENANT_MCP_TOKEN_FILE: `${file}-gone` });
    for (const token of ['', site.token]) expect((await send(site, ping, { authorization: `Bearer ${token}` })).status).toBe(404);
  });

  it('a service user that is gone, or may not edit, is said to the one who has the token', async () => {
    await site.serve({ TENANT_MCP_USER: 'nobody' });
    const gone = await send(site, ping);
    expect([gone.status, gone.body.code]).toEqual([500, 'tenant_mcp_no_user']);
    expect((await send(site, ping, { authorization: null })).status).toBe(401);
    await site.serve();
    await site.becomes('subscriber');
    const weak = await send(site, ping);
    expect([weak.status, weak.body.code]).toEqual([403, 'tenant_mcp_forbidden']);
  });

  it('the endpoint says nothing of the token in what it writes down', () => {
    expect(site.log()).not.toContain(site.token);
    expect(Object.keys(withToken())).toEqual(['authorization']);
  });
});
