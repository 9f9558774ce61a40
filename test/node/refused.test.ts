import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { MCP_URL, MODEL_GATEWAY_URL } from '../../src/tenant/resource-names.js';
import { askFromOpenWebui, type Asking } from './support/ask-from-pod.js';
import { asTold } from './support/as-told.js';
import { MODEL } from './support/model-server.js';
import { openTwoTenants, type TenantName, type TwoTenants } from './support/two-tenants.js';

const TOOLS = { jsonrpc: '2.0', id: 1, method: 'tools/list' };
const QUESTION = { model: MODEL, messages: [{ role: 'user', content: 'Hello' }] };

describe('a token or a key', () => {
  let both: TwoTenants;
  const tokens = {} as Record<TenantName, string>;
  const keys = {} as Record<TenantName, string>;
  const from = (tenant: TenantName, asking: Asking): Promise<{ status: number; text: string }> => askFromOpenWebui(both.node, tenant, asking);
  /** The positive control: from the right place, with the right token, in the right order. */
  const mcp = (tenant: TenantName, bearer: string | undefined): Promise<{ status: number; text: string }> => from(tenant, { url: MCP_URL, body: TOOLS, bearer });
  const models = (tenant: TenantName, bearer: string | undefined): Promise<{ status: number; text: string }> => from(tenant, { url: `${MODEL_GATEWAY_URL}/chat/completions`, body: QUESTION, bearer });

  beforeAll(async () => {
    both = await openTwoTenants(asTold);
    for (const tenant of ['acme', 'globex'] as const) {
      tokens[tenant] = await both.secret(tenant, 'openwebui', 'mcp-token');
      keys[tenant] = await both.secret(tenant, 'openwebui', 'model-key');
    }
  });
  afterAll(() => both.close());

  it('opens each tenant’s own tools from its own Open WebUI, and no two are the same', async () => {
    for (const tenant of ['acme', 'globex'] as const) expect(await mcp(tenant, tokens[tenant])).toMatchObject({ status: 200, text: expect.stringContaining('tenant-create-post') as string });
    expect(tokens.acme).not.toBe(tokens.globex);
    expect(keys.acme).not.toBe(keys.globex);
  });

  it.each([
    ['none', () => undefined],
    ['a wrong one', () => 'x'.repeat(48)],
    ['the other tenant’s', () => tokens.globex],
    ['the model key', () => keys.acme],
  ])('is refused at the tools: %s', async (_title, bearer) => {
    const { status, text } = await mcp('acme', bearer());
    expect([status, text.includes('tenant-create-post')]).toEqual([401, false]);
    expect((await mcp('acme', tokens.acme)).status).toBe(200);
  });

  it('opens no other route, on neither listener', async () => {
    const listener = new URL(MCP_URL).origin;
    for (const path of ['/', '/wp-json/', '/wp-json/wp/v2/users/me', '/wp-json/wp/v2/posts', '/index.php?rest_route=/tenant/mcp']) {
      expect((await from('acme', { url: listener + path, body: { title: 'x', content: 'x' }, bearer: tokens.acme })).status, path).toBe(404);
    }
    // The site's pages are for the gateway alone: not even Open WebUI reaches that listener.
    expect((await from('acme', { url: 'http://wordpress:80/wp-json/', bearer: tokens.acme })).status).toBe(0);
    expect((await mcp('acme', tokens.acme)).status).toBe(200);
  });

  it('opens nothing from outside, through the gateway', async () => {
    const site = both.endpoints.acme.wordpress;
    const outside = async (path: string, body?: object): Promise<number> =>
      (await fetch(new URL(path, site), { method: body ? 'POST' : 'GET', redirect: 'manual', headers: { authorization: `Bearer ${tokens.acme}`, 'content-type': 'application/json' }, ...(body && { body: JSON.stringify(body) }) })).status;
    for (const path of ['/wp-json/tenant/mcp', '/?rest_route=/tenant/mcp', '/index.php?rest_route=/tenant/mcp']) expect(await outside(path, TOOLS), path).toBe(404);
    expect(await outside('/wp-json/wp/v2/posts', { title: 'x', content: 'x' })).toBe(401);
    expect(await outside('/wp-json/wp/v2/users/me')).toBe(401);
    // The other listener has no door at all.
    expect(await outside(`http://${new URL(site).hostname}:8081/wp-json/tenant/mcp`, TOOLS).catch(() => 'no answer')).toBe('no answer');
    // The site itself is there for everybody.
    expect(await outside('/wp-json/wp/v2/posts')).toBe(200);
  });

  it('does not lead to the other tenant’s tools', async () => {
    const url = MCP_URL.replace('wordpress-mcp', 'wordpress-mcp.tenant-globex.svc.cluster.local');
    expect((await from('acme', { url, body: TOOLS, bearer: tokens.globex })).status).toBe(0);
    expect((await from('globex', { url, body: TOOLS, bearer: tokens.globex })).status).toBe(200);
  });

  it.each([
    ['none', () => undefined],
    ['a wrong one', () => 'x'.repeat(48)],
    ['the beginning of the right one', () => keys.acme.slice(0, -1)],
    ['the token of the tools', () => tokens.acme],
  ])('is refused at the models: %s', async (_title, bearer) => {
    const before = both.models.asked.length;
    expect((await models('acme', bearer())).status).toBe(401);
    expect(both.models.asked.length).toBe(before);
    expect((await models('acme', keys.acme)).status).toBe(200);
  });

  it('is the only thing of the other tenant that counts at the models: who has it uses that tenant’s share, and nobody but that tenant has it', async () => {
    // From acme's pod nothing leads to globex' Secrets: it has no account at the API server, and no way there.
    expect((await from('acme', { url: 'https://kubernetes.default.svc.cluster.local/api/v1/namespaces/tenant-globex/secrets/openwebui' })).text).toContain('timed out');
    expect((await both.node.inPod('tenant-acme', 'openwebui-0', ['ls', '/var/run/secrets/kubernetes.io'])).exitCode).not.toBe(0);
    expect((await both.node.inPod('tenant-acme', 'openwebui-0', ['env'])).stdout).toContain(keys.acme);
    expect((await both.node.inPod('tenant-acme', 'openwebui-0', ['env'])).stdout).not.toContain(keys.globex);
  });
});
