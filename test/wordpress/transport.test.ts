import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ask, send } from './support/client.js';
import { Site } from './support/site.js';

let site: Site;
beforeAll(async () => {
  site = await Site.start();
});
afterAll(() => site.remove());

const request = (method: string, params?: unknown, id: unknown = 7): Record<string, unknown> => ({ jsonrpc: '2.0', id, method, ...(params === undefined ? {} : { params }) });

describe('agreeing on a version', () => {
  it.each(['2025-11-25', '2025-06-18', '2025-03-26', '2024-11-05'])('speaks %s to a client that does', async (protocolVersion) => {
    expect(await ask(site, 'initialize', { protocolVersion, capabilities: {}, clientInfo: { name: 'test', version: '1' } })).toMatchObject({ protocolVersion, capabilities: { tools: {} }, serverInfo: { name: 'tenant-wordpress' } });
  });

  it.each(['2099-01-01', '1.0', ''])('offers its newest to a client that asks for "%s"', async (protocolVersion) => {
    expect((await ask(site, 'initialize', { protocolVersion })).protocolVersion).toBe('2025-11-25');
  });

  it('wants to be asked for one', async () => {
    expect((await send(site, request('initialize', {}))).body.error.code).toBe(-32602);
  });

  it('refuses a request in a version that it does not speak, and says which it does', async () => {
    for (const version of ['2026-07-28', 'nonsense']) {
      const { status, body } = await send(site, request('server/discover'), { 'mcp-protocol-version': version });
      expect(status).toBe(400);
      expect(body.error).toMatchObject({ code: -32022, data: { requested: version, supported: ['2025-11-25', '2025-06-18', '2025-03-26', '2024-11-05'] } });
    }
  });

  it('takes a request without a version, as clients before 2025-06-18 send it', async () => {
    expect((await send(site, request('ping'), { 'mcp-protocol-version': null })).body).toEqual({ jsonrpc: '2.0', id: 7, result: {} });
  });
});

describe('messages', () => {
  it('answers ping with an empty object, under the id of the request', async () => {
    for (const id of [0, 7, 'abc', '']) expect((await send(site, request('ping', undefined, id))).text).toBe(JSON.stringify({ jsonrpc: '2.0', id, result: {} }));
  });

  it('needs no session, and starts none', async () => {
    const { status, headers } = await send(site, request('initialize', { protocolVersion: '2025-11-25' }));
    expect([status, headers.get('mcp-session-id')]).toEqual([200, null]);
    expect((await send(site, request('tools/list'), { 'mcp-session-id': 'somebody-elses' })).status).toBe(200);
  });

  it('takes notifications and answers in silence', async () => {
    for (const message of [{ jsonrpc: '2.0', method: 'notifications/initialized' }, { jsonrpc: '2.0', method: 'notifications/never-heard-of' }, { jsonrpc: '2.0', id: 1, result: {} }]) {
      const { status, text } = await send(site, message);
      expect([status, text]).toEqual([202, '']);
    }
  });

  it('does not run what comes without an id', async () => {
    const before = await site.php<number>("return (int) wp_count_posts()->draft;");
    const { status } = await send(site, { jsonrpc: '2.0', method: 'tools/call', params: { name: 'tenant-create-post', arguments: { title: 'Unasked', content: 'x' } } });
    expect(status).toBe(202);
    expect(await site.php<number>("return (int) wp_count_posts()->draft;")).toBe(before);
  });

  it.each(['resources/list', 'prompts/list', 'logging/setLevel', 'tools', ''])('does not know the method "%s"', async (method) => {
    const { status, body } = await send(site, request(method));
    expect([status, body.id, body.error.code]).toEqual([200, 7, -32601]);
  });

  it.each(['{', '', '{"jsonrpc": "2.0", "id": 1, "method": "ping"', 'null x', '\xff'])('is not given JSON: %j', async (text) => {
    const { status, body } = await send(site, text);
    expect([status, body.id, body.error.code]).toEqual([400, null, -32700]);
  });

  it.each([
    'null',
    '5',
    '"ping"',
    '{}',
    '[]',
    '{"id": 1, "method": "ping"}',
    '{"jsonrpc": "1.0", "id": 1, "method": "ping"}',
    '{"jsonrpc": "2.0", "id": 1}',
    '{"jsonrpc": "2.0", "id": 1, "method": 5}',
    '{"jsonrpc": "2.0", "id": null, "method": "ping"}',
    '{"jsonrpc": "2.0", "id": 1.5, "method": "ping"}',
    '{"jsonrpc": "2.0", "id": {}, "method": "ping"}',
  ])('is not given a request: %s', async (text) => {
    const { status, body } = await send(site, text);
    expect([status, body.id, body.error.code]).toEqual([400, null, -32600]);
  });

  it('wants parameters by name', async () => {
    for (const params of [5, 'x', [1]]) expect((await send(site, request('tools/list', params))).body.error.code).toBe(-32602);
    expect((await send(site, request('tools/list', { cursor: 'abc' }))).body.error.code).toBe(-32602);
  });

  it('is not brought down by deep nesting', async () => {
    const deep = `${'['.repeat(5000)}${']'.repeat(5000)}`;
    expect((await send(site, `{"jsonrpc":"2.0","id":1,"method":"ping","params":{"x":${deep}}}`)).body.error.code).toBe(-32700);
  });
});

describe('batches', () => {
  const batch = [request('ping', undefined, 1), { jsonrpc: '2.0', method: 'notifications/initialized' }, request('no/such', undefined, 2), 5];

  it('are answered in the one version that has them', async () => {
    const { status, body } = await send(site, batch, { 'mcp-protocol-version': '2025-03-26' });
    expect(status).toBe(200);
    expect(body.map((each: { id: unknown; error?: { code: number } }) => [each.id, each.error?.code])).toEqual([[1, undefined], [2, -32601], [null, -32600]]);
    expect((await send(site, [batch[1]], { 'mcp-protocol-version': '2025-03-26' })).status).toBe(202);
  });

  it('are refused in the others, and when they are long', async () => {
    for (const [message, version] of [[batch, '2025-11-25'], [batch, '2025-06-18'], [Array(21).fill(batch[0]), '2025-03-26']] as const) {
      const { status, body } = await send(site, message, { 'mcp-protocol-version': version });
      expect([status, body.error.code]).toEqual([400, -32600]);
    }
  });
});

describe('HTTP', () => {
  it.each(['GET', 'DELETE'])('%s is not allowed: there is neither a stream to open nor a session to end', async (method) => {
    const { status, headers } = await send(site, undefined, { accept: 'text/event-stream' }, { method });
    expect([status, headers.get('allow')]).toEqual([405, 'POST']);
  });

  it.each(['PUT', 'PATCH', 'OPTIONS', 'HEAD'])('%s is not allowed either', async (method) => {
    const { status, headers } = await send(site, undefined, { origin: 'https://evil.example', 'access-control-request-method': 'POST' }, { method });
    expect(status).toBe(405);
    expect(headers.get('access-control-allow-origin')).toBeNull();
  });

  it('speaks JSON only', async () => {
    for (const [accept, status] of [['application/json', 200], ['*/*', 200], ['text/event-stream, application/json;q=0.5', 200], [null, 200], ['text/event-stream', 406], ['text/html', 406]] as const) {
      expect((await send(site, request('ping'), { accept })).status, String(accept)).toBe(status);
    }
    for (const [type, status] of [['application/json; charset=utf-8', 200], ['text/plain', 415], ['application/x-www-form-urlencoded', 415], ['application/jsonx', 415]] as const) {
      expect((await send(site, JSON.stringify(request('ping')), { 'content-type': type })).status, type).toBe(status);
    }
    expect((await send(site, request('ping'))).headers.get('content-type')).toMatch(/^application\/json/);
  });

  it('refuses a message that is larger than any upload, before it is read', async () => {
    expect((await send(site, `"${'x'.repeat(13_000_000)}"`)).status).toBe(413);
  });
});

describe('tools', () => {
  it('are at most 14, all of ours and none of anybody else', async () => {
    const { tools } = await ask(site, 'tools/list');
    const names = (tools as { name: string }[]).map(({ name }) => name);
    expect(names.length).toBeLessThanOrEqual(14);
    expect(names.filter((name) => !name.startsWith('tenant-'))).toEqual([]);
    expect(await site.php<string[]>("return array_keys( array_filter( wp_get_abilities(), fn( $ability ) => str_starts_with( $ability->get_name(), 'tenant/' ) ) );")).toHaveLength(names.length);
  });

  it('have a name that every model takes, a description of each argument, and no argument beyond those', async () => {
    const { tools } = await ask(site, 'tools/list');
    for (const { name, description, inputSchema, outputSchema } of tools) {
      expect(name).toMatch(/^[a-z-]{1,40}$/);
      expect(description.length, name).toBeGreaterThan(20);
      expect(description.length, name).toBeLessThan(200);
      expect(inputSchema, name).toMatchObject({ type: 'object', additionalProperties: false });
      for (const [argument, schema] of Object.entries(inputSchema.properties as Record<string, { type?: string; description?: string }>)) {
        expect(schema.type, `${name} ${argument}`).toBeTypeOf('string');
        expect(schema.description, `${name} ${argument}`).toBeTypeOf('string');
      }
      for (const required of inputSchema.required ?? []) expect(Object.keys(inputSchema.properties)).toContain(required);
      expect(outputSchema.type, name).toBe('object');
    }
  });

  it('are in the documentation, with every argument', async () => {
    const { tools } = await ask(site, 'tools/list');
    const wanted = (tools as { name: string; inputSchema: { properties: object; required?: string[] } }[]).map(({ name, inputSchema: { properties, required = [] } }) => [
      name,
      Object.keys(properties).map((argument) => (required.includes(argument) ? `**${argument}**` : argument)).sort(),
    ]);
    const rows = (await readFile(fileURLToPath(new URL('../../docs/mcp.md', import.meta.url)), 'utf8')).matchAll(/^\| `(tenant-[a-z-]+)` \|[^|]*\|([^|]*)\|/gm);
    const documented = [...rows].map(([, name, list = '']) => [name, list.split(',').map((argument) => argument.trim()).sort()]);
    expect(documented.sort()).toEqual(wanted.sort());
  });

  it('say which of them only read, and which one throws away', async () => {
    const { tools } = await ask(site, 'tools/list');
    const hinted = (hint: string): string[] => (tools as { name: string; annotations: Record<string, boolean> }[]).filter(({ annotations }) => annotations[hint]).map(({ name }) => name.replace('tenant-', ''));
    expect(hinted('readOnlyHint')).toEqual(['list-comments', 'list-media', 'list-posts', 'list-terms', 'read-post', 'search', 'site-info']);
    expect(hinted('destructiveHint')).toEqual(['trash-post']);
  });

  it('answer as text, and as an object to clients that know those', async () => {
    const call = (version: string | null) => send(site, request('tools/call', { name: 'tenant-site-info', arguments: {} }), { 'mcp-protocol-version': version });
    const [newest, old] = [(await call('2025-06-18')).body.result, (await call(null)).body.result];
    expect(JSON.parse(newest.content[0].text)).toEqual(newest.structuredContent);
    expect(Object.keys(old)).toEqual(['content', 'isError']);
    expect((await send(site, request('tools/list'), { 'mcp-protocol-version': '2025-03-26' })).body.result.tools[0]).not.toHaveProperty('outputSchema');
  });

  it('are a protocol error when there is none of that name: the model is told which there are', async () => {
    for (const name of ['tenant-delete-everything', 'core/get-site-info', 'core-get-site-info', 'tenant/search', 5]) {
      const { status, body } = await send(site, request('tools/call', { name, arguments: {} }));
      expect([status, body.error.code]).toEqual([200, -32602]);
      expect(body.error.message).toContain('tenant-create-post');
    }
    expect((await send(site, request('tools/call', { name: 'tenant-search', arguments: 'x' }))).body.error.code).toBe(-32602);
  });

  it('are called without arguments in each way that clients have', async () => {
    for (const params of [{ name: 'tenant-site-info' }, { name: 'tenant-site-info', arguments: {} }, { name: 'tenant-site-info', arguments: [] }, { name: 'tenant-site-info', arguments: null }]) {
      expect((await ask(site, 'tools/call', params)).isError, JSON.stringify(params)).toBe(false);
    }
  });

  it('name what is wrong in a site of another language too', async () => {
    await site.php("file_put_contents( WPMU_PLUGIN_DIR . '/language.php', '<?php add_filter( \"gettext\", fn( $text ) => \"Auf Deutsch: $text\" );' );");
    const { isError, content } = await ask(site, 'tools/call', { name: 'tenant-list-posts', arguments: { status: 'live' } });
    await site.php("unlink( WPMU_PLUGIN_DIR . '/language.php' );");
    expect([isError, content[0].text]).toEqual([true, expect.stringMatching(/^Wrong arguments: Auf Deutsch: status is not one of publish.* Known arguments: type, status/)]);
  });

  it('that break keep the reason to the log', async () => {
    // A plugin of the tenant that breaks when posts are looked for.
    await site.php("file_put_contents( WPMU_PLUGIN_DIR . '/broken.php', '<?php add_action( \"pre_get_posts\", function ( $query ) { if ( \"breaks\" === $query->get( \"s\" ) ) throw new Exception( \"secret in /var/lib/secret.php\" ); } );' );");
    const { isError, content } = await ask(site, 'tools/call', { name: 'tenant-search', arguments: { query: 'breaks' } });
    expect([isError, content[0].text]).toEqual([true, 'Something went wrong on the site. Its log has the reason. Trying the same again will not help.']);
    expect(site.log()).toContain('secret in /var/lib/secret.php');
  });
});
