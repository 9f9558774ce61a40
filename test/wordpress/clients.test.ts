import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { OTHER_NODES, nodeBinary } from '../support/node-versions.js';
import { chartFolder } from '../charts/rendering.js';
import { cleanEnvironment, runTool } from '../support/tool.js';
import { toolPaths } from './support/machine.js';
import { Site } from './support/site.js';

let site: Site;
beforeAll(async () => {
  site = await Site.start();
});
afterAll(() => site.remove());

describe("the official TypeScript SDK's client", () => {
  const connect = async (token = site.token): Promise<{ client: Client; transport: StreamableHTTPClientTransport }> => {
    const client = new Client({ name: 'test', version: '1' });
    const transport = new StreamableHTTPClientTransport(new URL(site.mcpUrl), { requestInit: { headers: { authorization: `Bearer ${token}` } } });
    await client.connect(transport);
    return { client, transport };
  };

  it('connects, lists, calls, and finds the answers to be as the tools describe them', async () => {
    const { client, transport } = await connect();
    expect(client.getServerVersion()).toMatchObject({ name: 'tenant-wordpress' });
    expect(client.getServerCapabilities()).toEqual({ tools: { listChanged: false } });
    expect(client.getInstructions()).toContain(site.publicUrl);
    expect(transport.sessionId).toBeUndefined();
    await client.ping();
    const { tools, nextCursor } = await client.listTools();
    expect([tools.length, nextCursor]).toEqual([13, undefined]);

    // The client checks each answer against the schema of its tool, and throws when one does not fit.
    const call = async (name: string, args: Record<string, unknown> = {}): Promise<Record<string, unknown>> => {
      const result = await client.callTool({ name: `tenant-${name}`, arguments: args });
      expect(result.isError, JSON.stringify(result)).toBe(false);
      return result.structuredContent as Record<string, unknown>;
    };
    const category = await call('create-term', { name: 'News' });
    const image = await call('upload-media', { filename: 'dot.gif', data: 'R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7', alt: 'A dot' });
    const { id } = await call('create-post', { title: 'By the SDK', content: '<p>text</p>', categories: [category['id']], image: image['id'], tags: ['one'] });
    await call('update-post', { id, status: 'publish' });
    expect(await call('read-post', { id })).toMatchObject({ title: 'By the SDK', status: 'publish', image: image['id'] });
    for (const name of ['list-posts', 'list-media', 'list-terms', 'list-comments', 'site-info']) await call(name);
    await call('search', { query: 'By the SDK' });
    const { entries } = await call('list-comments') as { entries: { id: number }[] };
    await call('moderate-comment', { id: entries[0]?.id, verdict: 'hold' });
    await call('trash-post', { id });
    await client.close();
  });

  it('gets a failing tool as a result, and an unknown one as an error', async () => {
    const { client } = await connect();
    expect(await client.callTool({ name: 'tenant-read-post', arguments: { id: 999 } })).toMatchObject({ isError: true, content: [{ type: 'text' }] });
    await expect(client.callTool({ name: 'tenant-nothing' })).rejects.toThrow(/-32602.*There is no tool of this name/);
    await expect(client.listResources()).rejects.toThrow(/-32601/);
    await client.close();
  });

  it('is refused with a wrong token', async () => {
    await expect(connect('x'.repeat(48))).rejects.toMatchObject({ code: 401 });
  });
});

describe("the official inspector's command line", () => {
  const inspect = async (...args: string[]): Promise<{ exitCode: number | null; stdout: string; stderr: string }> =>
    runTool(await nodeBinary(OTHER_NODES[0]), [toolPaths().inspector, '--cli', site.mcpUrl, '--transport', 'http', '--header', `Authorization: Bearer ${site.token}`, ...args], {
      env: { PATH: process.env['PATH'], HOME: site.folder, MCP_CATALOG_PATH: join(site.folder, 'inspector.json') },
    });

  it('lists the tools, finds every schema portable, and calls one', async () => {
    const listed = await inspect('--method', 'tools/list', '--strict');
    expect([listed.exitCode, listed.stderr]).toEqual([0, '']);
    expect((JSON.parse(listed.stdout) as { tools: unknown[] }).tools).toHaveLength(13);
    const called = await inspect('--method', 'tools/call', '--tool-name', 'tenant-create-post', '--tool-arg', 'title=By the inspector', '--tool-arg', 'content=<p>x</p>');
    expect(called.exitCode, called.stderr).toBe(0);
    expect(JSON.parse(called.stdout)).toMatchObject({ isError: false, structuredContent: { title: 'By the inspector', status: 'draft' } });
  });
});

describe("the official Python SDK's client, which Open WebUI speaks MCP with", () => {
  it('asks for the newest protocol first, agrees on ours, lists and calls', async () => {
    const program = fileURLToPath(new URL('support/python_client.py', import.meta.url));
    const { exitCode, stdout, stderr } = await runTool('python3', [program], { env: cleanEnvironment({ PYTHONPATH: toolPaths().python, URL: site.mcpUrl, TOKEN: site.token }) });
    expect([exitCode, stderr]).toEqual([0, '']);
    const got = { protocol: '2025-11-25', tools: 13, status: 'draft', failed: true };
    expect(JSON.parse(stdout)).toEqual({ client: got, session: got });
  });
});

describe("create's handshake", () => {
  const handshake = async (token: string): Promise<{ exitCode: number | null; result: unknown }> => {
    const program = join(chartFolder('openwebui'), 'files', 'mcp_handshake.py');
    const { exitCode, stdout } = await runTool('python3', [program], { env: cleanEnvironment({ WP_MCP_URL: site.mcpUrl, WP_MCP_TOKEN: token, HANDSHAKE_ATTEMPTS: '1', HANDSHAKE_RESULT: join(site.folder, 'result') }) });
    return { exitCode, result: JSON.parse(stdout) };
  };

  it('works with the token and says what is wrong with another', async () => {
    expect(await handshake(site.token)).toEqual({ exitCode: 0, result: { ok: true, tools: 13, protocol: '2025-11-25', server: 'tenant-wordpress' } });
    expect(await handshake('x'.repeat(48))).toEqual({ exitCode: 1, result: { ok: false, error: 'WordPress refused the token (HTTP 401 to initialize)' } });
  });
});
