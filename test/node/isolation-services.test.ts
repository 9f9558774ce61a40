import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { withoutWalls } from './support/probes/rules.js';
import { BOTH, namespaceOf, openProbes, type ProbeScene } from './support/probes/scene.js';
import { MODEL, MODEL_TOKEN, MODELS_URL } from './support/model-server.js';
import type { TenantName } from './support/two-tenants.js';

/** Posts to all URLs at once, each with its token, and prints the status or `silent` for each. What is asked for comes on standard input: it holds secrets. */
const ASK = `
import concurrent.futures, json, sys, urllib.error, urllib.request
def status(url, token, body):
    request = urllib.request.Request(url, json.dumps(body).encode(), {'Authorization': 'Bearer ' + token, 'Content-Type': 'application/json', 'Accept': 'application/json, text/event-stream'})
    try: return str(urllib.request.urlopen(request, timeout=3).status)
    except urllib.error.HTTPError as error: return str(error.code)
    except OSError: return 'silent'
questions = json.load(sys.stdin)
print(json.dumps(list(concurrent.futures.ThreadPoolExecutor(len(questions)).map(lambda each: status(*each), questions))))
`;

const HELLO = { jsonrpc: '2.0', id: 1, method: 'initialize', params: { protocolVersion: '2025-06-18', capabilities: {}, clientInfo: { name: 'probe', version: '1' } } };
const CHAT = { model: MODEL, messages: [{ role: 'user', content: 'Good day.' }] };

let scene: ProbeScene;
let keys: Record<TenantName, { mcp: string; model: string }>;

beforeAll(async () => {
  scene = await openProbes();
  const keysOf = async (tenant: TenantName): Promise<{ mcp: string; model: string }> => ({ mcp: await scene.tenants.secret(tenant, 'openwebui', 'mcp-token'), model: await scene.tenants.secret(tenant, 'openwebui', 'model-key') });
  keys = { acme: await keysOf('acme'), globex: await keysOf('globex') };
});
afterAll(() => scene.end());

// What is silent takes seconds to be known, so those wait at the same time.
describe.each(BOTH)('from the chat of %s, at the services of %s and of the platform', (from, to) => {
  const mcp = (tenant: TenantName): string => `http://wordpress-mcp.${namespaceOf(tenant)}.svc.cluster.local:8081/wp-json/tenant/mcp`;
  const gateway = 'http://model-gateway.ionos-tenants-models.svc.cluster.local:8080/v1/chat/completions';
  const hub = `${MODELS_URL}/chat/completions`;
  const ask = async (questions: [url: string, token: string, body: unknown][], pod = 'openwebui'): Promise<string[]> => {
    const source = scene.pods[from][pod];
    const { stdout, stderr } = await scene.tenants.node.kubectl(['--namespace', namespaceOf(from), 'exec', '--stdin', source?.pod ?? '', '--', 'python3', '-c', ASK], JSON.stringify(questions));
    if (stdout === '') throw new Error(stderr);
    return JSON.parse(stdout) as string[];
  };

  it.concurrent(`P30 ${to}’s MCP server is silent, with any token`, async () => {
    const asked = await Promise.all(['openwebui', 'as-openwebui'].map((pod) => ask([[mcp(to), keys[from].mcp, HELLO], [mcp(to), keys[to].mcp, HELLO]], pod)));
    expect(asked).toEqual([['silent', 'silent'], ['silent', 'silent']]);
  });

  it.concurrent('P30 the hub itself is silent; the model gateway refuses an invented key, a token for something else and the hub’s own', async () => {
    expect(await ask([[hub, MODEL_TOKEN, CHAT], [gateway, 'x'.repeat(64), CHAT], [gateway, keys[from].mcp, CHAT], [gateway, MODEL_TOKEN, CHAT]])).toEqual(['silent', '401', '401', '401']);
  });

  it.concurrent('P30 a pod that is not the chat does not arrive at the model gateway, key or not', async () => {
    expect(await ask([[gateway, keys[from].model, CHAT]], 'stranger')).toEqual(['silent']);
  });

  it('P30 positive control: its own MCP server and the model gateway answer to its own token and key', async () => {
    expect(await ask([[mcp(from), keys[from].mcp, HELLO], [gateway, keys[from].model, CHAT]])).toEqual(['200', '200']);
  });

  it(`P30 red with its control removed: without walls ${to}’s MCP server answers, takes ${to}’s token and still refuses ${from}’s`, async () => {
    await withoutWalls(scene.tenants.node, [[namespaceOf(from), 'egress'], [namespaceOf(to), 'ingress']], async () => {
      await vi.waitFor(async () => expect(await ask([[mcp(to), keys[to].mcp, HELLO], [mcp(to), keys[from].mcp, HELLO], [hub, MODEL_TOKEN, CHAT]])).toEqual(['200', '401', '200']), { timeout: 60_000 });
    });
    await vi.waitFor(async () => expect(await ask([[mcp(to), keys[to].mcp, HELLO]])).toEqual(['silent']), { timeout: 60_000 });
  });
});
