import { createServer } from 'node:http';
import type { IncomingMessage, RequestListener, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { spawnSync } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { temporaryFolder } from '../support/folder.js';
import { runTool } from '../support/tool.js';
import type { ToolResult } from '../support/tool.js';
import { container, envOf, find, render } from './rendering.js';
import type { Container, Values } from './rendering.js';
import { AWKWARD_NAME, changed, valuesOf } from './tenants.js';

const openwebui = async (values: Values): Promise<Container> => container(find(await render('openwebui', values), 'StatefulSet', 'openwebui'), 'openwebui');
const json = (from: Container, name: string): unknown => JSON.parse(envOf(from, name) ?? 'null');

describe('the environment', () => {
  it('connects to WordPress with a token that the kubelet fills in from a variable set before', async () => {
    const { env = [], ...rest } = await openwebui(valuesOf('small').openwebui);
    const names = env.map(({ name }) => name);
    expect(names.indexOf('WP_MCP_TOKEN')).toBeLessThan(names.indexOf('TOOL_SERVER_CONNECTIONS'));
    expect(json({ env, ...rest }, 'TOOL_SERVER_CONNECTIONS')).toEqual([
      {
        type: 'mcp',
        url: 'http://wordpress-mcp:8081/wp-json/tenant/mcp',
        path: '',
        auth_type: 'bearer',
        key: '$(WP_MCP_TOKEN)',
        config: { enable: true, access_grants: [{ principal_type: 'user', principal_id: '*', permission: 'read' }] },
        info: { id: 'wordpress', name: 'WordPress', description: expect.any(String) as string },
      },
    ]);
  });

  it('keeps configuration out of the database, and people from running code in the pod and from fetching what only the pod can reach', async () => {
    const chat = await openwebui(valuesOf('small').openwebui);
    for (const name of ['ENABLE_PERSISTENT_CONFIG', 'ENABLE_SIGNUP', 'ENABLE_TOOLS', 'ENABLE_FUNCTIONS', 'ENABLE_CODE_EXECUTION', 'ENABLE_CODE_INTERPRETER', 'ENABLE_DIRECT_CONNECTIONS', 'ENABLE_LOCAL_WEB_FETCH', 'AIOHTTP_CLIENT_ALLOW_REDIRECTS', 'ENABLE_OLLAMA_API']) {
      expect(envOf(chat, name), name).toBe('false');
    }
    // It would switch MCP off as well.
    expect(chat.env?.map(({ name }) => name)).not.toContain('ENABLE_PLUGINS');
  });

  it('takes further settings, such as those of a single sign-on, behind its own', async () => {
    const secret = { secretKeyRef: { name: 'sign-on', key: 'client-secret' } };
    const before = (await openwebui(valuesOf('small').openwebui)).env ?? [];
    const { env = [] } = await openwebui(changed(valuesOf('small').openwebui, { extraEnv: [{ name: 'OAUTH_PROVIDER_NAME', value: AWKWARD_NAME }, { name: 'OAUTH_CLIENT_SECRET', valueFrom: secret }] }));
    // The kubelet turns "$$" into "$" and expands nothing behind it.
    expect(env).toEqual([...before, { name: 'OAUTH_PROVIDER_NAME', value: AWKWARD_NAME.replaceAll('$', '$$$$') }, { name: 'OAUTH_CLIENT_SECRET', valueFrom: secret }]);
  });

  it('writes to its volume and to /tmp only', async () => {
    const chat = await openwebui(valuesOf('small').openwebui);
    expect(chat.volumeMounts?.map(({ mountPath }) => mountPath)).toEqual(['/data', '/tmp']);
    for (const name of ['DATA_DIR', 'STATIC_DIR', 'HOME', 'TMPDIR']) expect(envOf(chat, name)).toMatch(/^\/(data|tmp)(\/|$)/);
  });

  it('offers the models of the tenant\'s file through the gateway, with WordPress\'s tools on each', async () => {
    const chat = await openwebui(valuesOf('large').openwebui);
    expect(envOf(chat, 'OPENAI_API_BASE_URL')).toBe('http://model-gateway.ionos-tenants-models.svc.cluster.local:8080/v1');
    expect(json(chat, 'OPENAI_API_CONFIGS')).toEqual({ 0: { enable: true, model_ids: ['openai/gpt-oss-120b', 'BAAI/bge-m3'], connection_type: 'external' } });
    expect(envOf(chat, 'DEFAULT_MODELS')).toBe('openai/gpt-oss-120b');
    expect(json(chat, 'DEFAULT_MODEL_METADATA')).toMatchObject({ toolIds: ['server:mcp:wordpress'] });
    expect(envOf(chat, 'WEBUI_BANNERS')).toBeUndefined();
    expect(envOf(chat, 'BYPASS_EMBEDDING_AND_RETRIEVAL')).toBe('true');
    for (const { title, content } of json(chat, 'DEFAULT_PROMPT_SUGGESTIONS') as { title: string[]; content: string }[]) {
      expect(title).toHaveLength(2);
      expect(content).toMatch(/website/);
    }
  });

  it('without models: no connection, no key, and a banner that says so', async () => {
    const chat = await openwebui(valuesOf('medium').openwebui);
    expect(envOf(chat, 'ENABLE_OPENAI_API')).toBe('false');
    for (const name of ['OPENAI_API_BASE_URL', 'OPENAI_API_KEY', 'RAG_OPENAI_API_KEY', 'DEFAULT_MODELS']) expect(chat.env?.map((entry) => entry.name)).not.toContain(name);
    expect(json(chat, 'WEBUI_BANNERS')).toEqual([expect.objectContaining({ type: 'warning', dismissible: false, content: expect.stringContaining('no AI models') as string })]);
    // Else a start without internet looks for a model of its own.
    expect(envOf(chat, 'RAG_EMBEDDING_ENGINE')).toBe('openai');
  });

  it('marks cookies as secure exactly when the URL is', async () => {
    for (const [tenant, secure] of [['small', 'false'], ['large', 'true']] as const) {
      const chat = await openwebui(valuesOf(tenant).openwebui);
      expect(envOf(chat, 'WEBUI_SESSION_COOKIE_SECURE')).toBe(secure);
      expect(envOf(chat, 'WEBUI_AUTH_COOKIE_SECURE')).toBe(secure);
      expect(envOf(chat, 'CORS_ALLOW_ORIGIN')).toBe(envOf(chat, 'WEBUI_URL'));
    }
  });

  it('shows the name as it is written', async () => {
    expect(envOf(await openwebui(valuesOf('small').openwebui), 'WEBUI_NAME')).toBe(AWKWARD_NAME.replaceAll('$', '$$$$'));
  });

  it('another connection is one value', async () => {
    const chat = await openwebui(changed(valuesOf('small').openwebui, { mcp: { id: 'site', name: 'Our "site"' } }));
    expect(json(chat, 'TOOL_SERVER_CONNECTIONS')).toMatchObject([{ info: { id: 'site', name: 'Our "site"' } }]);
    expect(json(chat, 'DEFAULT_MODEL_METADATA')).toMatchObject({ toolIds: ['server:mcp:site'] });
  });
});

const hasPython = spawnSync('python3', ['--version']).status === 0;

/** The script runs in the Open WebUI image, which has Python. Without one here it cannot be tried; CI has to have one. */
describe.skipIf(!hasPython && process.env['CI'] === undefined)('the handshake script', () => {
  const TOKEN = 'handshake-token-'.repeat(3);

  const serve = async (listener: RequestListener): Promise<string> => {
    const server: Server = createServer(listener).listen(0, '127.0.0.1');
    onTestFinished(() => new Promise<void>((resolve) => server.close(() => resolve())));
    await new Promise((resolve) => server.once('listening', resolve));
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}/mcp`;
  };

  const bodyOf = async (request: IncomingMessage): Promise<{ id?: number; method: string; params?: { protocolVersion?: string } }> => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    return JSON.parse(Buffer.concat(chunks).toString()) as { id?: number; method: string };
  };

  /** An MCP server with these tools; `say` sees every message. */
  const mcpServer = (tools: unknown[], say: (message: { method: string }, request: IncomingMessage) => void = () => undefined, stream = false): Promise<string> =>
    serve((request, response) => {
      void bodyOf(request).then((message) => {
        say(message, request);
        if (message.id === undefined) return response.writeHead(202).end();
        const result = message.method === 'initialize' ? { protocolVersion: '2025-06-18', serverInfo: { name: 'stub' } } : { tools };
        const answer = JSON.stringify({ jsonrpc: '2.0', id: message.id, result });
        return stream
          ? response.writeHead(200, { 'Content-Type': 'text/event-stream' }).end(`event: message\ndata: ${answer}\n\n`)
          : response.writeHead(200, { 'Content-Type': 'application/json', 'Mcp-Session-Id': 's1' }).end(answer);
      });
    });

  const refuse =
    (status: number, body = ''): RequestListener =>
    (request: IncomingMessage, response: ServerResponse) => {
      request.resume();
      response.writeHead(status).end(body);
    };

  const run = async (environment: Record<string, string>): Promise<ToolResult & { result: Record<string, unknown> }> => {
    const folder = await temporaryFolder('handshake');
    const script = join(folder, 'mcp_handshake.py');
    // As the Job gets it: from the ConfigMap.
    await writeFile(script, find(await render('openwebui', valuesOf('small').openwebui), 'ConfigMap', 'openwebui-handshake').data?.['mcp_handshake.py'] ?? '');
    const file = join(folder, 'termination-log');
    const outcome = await runTool('python3', [script], {
      env: { PATH: process.env['PATH'], WP_MCP_TOKEN: TOKEN, HANDSHAKE_RESULT: file, HANDSHAKE_ATTEMPTS: '1', ...environment },
    });
    return { ...outcome, result: JSON.parse(await readFile(file, 'utf8')) as Record<string, unknown> };
  };

  it.each([
    ['plain JSON', false],
    ['an event stream', true],
  ])('counts the tools, from %s', async (_title, stream) => {
    const seen: [string, string | undefined, string | undefined, string | undefined][] = [];
    const url = await mcpServer([{ name: 'a' }, { name: 'b' }], ({ method }, { headers }) => {
      seen.push([method, headers.authorization, headers['mcp-protocol-version'] as string | undefined, headers['mcp-session-id'] as string | undefined]);
    }, stream);
    const { exitCode, result } = await run({ WP_MCP_URL: url });
    expect(result).toEqual({ ok: true, tools: 2, protocol: '2025-06-18', server: 'stub' });
    expect(exitCode).toBe(0);
    const session = stream ? undefined : 's1';
    expect(seen).toEqual([
      ['initialize', `Bearer ${TOKEN}`, undefined, undefined],
      ['notifications/initialized', `Bearer ${TOKEN}`, '2025-06-18', session],
      ['tools/list', `Bearer ${TOKEN}`, '2025-06-18', session],
    ]);
  });

  it.each([
    ['a wrong token', () => serve(refuse(401)), /refused the token \(HTTP 401/],
    ['an endpoint that is not there', () => serve(refuse(404)), /HTTP 404/],
    ['something that is no MCP', () => serve(refuse(200, '<html>')), /not JSON/],
    ['a server without tools', () => mcpServer([]), /offers no tools/],
    ['nobody at the address', () => Promise.resolve('http://127.0.0.1:1/mcp'), /cannot be reached/],
  ])('says what is wrong with %s, and never the token', async (_title, server, reason) => {
    const { exitCode, stdout, stderr, result } = await run({ WP_MCP_URL: await server() });
    expect(exitCode).not.toBe(0);
    expect(result).toEqual({ ok: false, error: expect.stringMatching(reason) as string });
    expect(stdout + stderr + JSON.stringify(result)).not.toContain(TOKEN);
  });

  it('without an address says what is missing', async () => {
    const { exitCode, result } = await run({ WP_MCP_URL: '' });
    expect(exitCode).not.toBe(0);
    expect(result['error']).toContain('WP_MCP_URL');
  });
});
