import { describe, expect, it } from 'vitest';
import { CancelledError } from '../../src/engine/interrupts.js';
import { basePathOf, connectIonos, explainApiError } from '../../src/ionos/client.js';
import { defaultKubernetesVersion, listClusters, readContract, readKubeconfig, secretsOf } from '../../src/ionos/reads.js';
import { SandboxClock } from '../../src/sandbox/clock.js';
import { SandboxCloud } from '../../src/sandbox/cloud/index.js';
import { startApiDoor } from '../../src/sandbox/api-door/index.js';
import { onTestFinished } from 'vitest';
import { json, testServer, type Answer } from '../support/http.js';

const TOKEN = { kind: 'token', token: 'any-token-value' } as const;
const problem = (status: number, message: string): object => ({ httpStatus: status, messages: [{ errorCode: String(status), message }] });
const contract = { items: [{ properties: { contractNumber: 31, owner: 'anna@example.com', resourceLimits: { coresPerContract: 8 } } }] };

const bed = async (answer: Answer, signal?: AbortSignal) => {
  const server = await testServer(answer);
  return { server, api: connectIonos(TOKEN, { apiUrl: server.url, ...(signal ? { signal } : {}) }) };
};

describe('the address of the API', () => {
  it.each([
    [undefined, 'https://api.ionos.com/cloudapi/v6'],
    ['https://api.ionos.com', 'https://api.ionos.com/cloudapi/v6'],
    ['https://api.ionos.com/', 'https://api.ionos.com/cloudapi/v6'],
    ['https://api.ionos.com/cloudapi/v6', 'https://api.ionos.com/cloudapi/v6'],
    ['https://api.ionos.com/cloudapi/v6/', 'https://api.ionos.com/cloudapi/v6'],
    ['http://127.0.0.1:8080', 'http://127.0.0.1:8080/cloudapi/v6'],
  ])('%s is %s', (given, expected) => {
    expect(basePathOf(given)).toBe(expected);
  });
});

describe('a call', () => {
  it('waits as long as Retry-After says, and is then made again', async () => {
    const { api, server } = await bed((_request, response, count) => (count === 1 ? json(response, 429, problem(429, 'slow down'), { 'retry-after': '1' }) : json(response, 200, contract)));
    const started = performance.now();
    expect(await readContract(api)).toMatchObject({ contractNumber: 31, owner: 'anna@example.com' });
    expect(performance.now() - started).toBeGreaterThanOrEqual(1000);
    expect(server.asked).toHaveLength(2);
  });

  it('that reads is made again when the server or the connection breaks', async () => {
    const { api, server } = await bed((request, response, count) => {
      if (count === 1) json(response, 502, problem(502, 'bad gateway'), { 'retry-after': '0' });
      else if (count === 2) request.socket.destroy();
      else json(response, 200, contract);
    });
    expect(await readContract(api)).toMatchObject({ contractNumber: 31 });
    expect(server.asked).toHaveLength(3);
  });

  it('that creates is not made again: the first may have worked', async () => {
    for (const how of ['500', 'lost connection']) {
      const { api, server } = await bed((request, response) => (how === '500' ? json(response, 500, problem(500, 'oops')) : request.socket.destroy()));
      await expect(api.ipBlocks.ipblocksPost({ ipblock: { properties: { location: 'de/fra', size: 1 } } })).rejects.toThrow();
      expect(server.asked).toEqual(['POST /cloudapi/v6/ipblocks']);
    }
  });

  it('that creates is made again after a rate limit, which refuses before anything is done', async () => {
    const { api, server } = await bed((_request, response, count) => (count === 1 ? json(response, 429, problem(429, 'slow down'), { 'retry-after': '0' }) : json(response, 202, { id: 'x' })));
    await api.ipBlocks.ipblocksPost({ ipblock: { properties: { location: 'de/fra', size: 1 } } });
    expect(server.asked).toHaveLength(2);
  });

  it('is given up after some tries', async () => {
    const { api, server } = await bed((_request, response) => json(response, 503, problem(503, 'maintenance'), { 'retry-after': '0' }));
    await expect(readContract(api)).rejects.toMatchObject({ code: 'ionos-api', why: 'HTTP 503: maintenance', exitCode: 1 });
    expect(server.asked.length).toBeGreaterThan(1);
    expect(server.asked.length).toBeLessThan(10);
  });

  it('that the operator interrupts is a cancellation, also while it waits to be made again', async () => {
    const stop = new AbortController();
    const { api } = await bed((_request, response) => {
      json(response, 503, problem(503, 'maintenance'), { 'retry-after': '3600' });
      setImmediate(() => stop.abort(new CancelledError()));
    }, stop.signal);
    await expect(readContract(api)).rejects.toBeInstanceOf(CancelledError);
    const busy = new AbortController();
    const slow = await bed(() => busy.abort(new CancelledError()), busy.signal);
    await expect(readContract(slow.api)).rejects.toBeInstanceOf(CancelledError);
  });

  it('carries the credentials as a header and nowhere else', async () => {
    const { api, server } = await bed((_request, response) => json(response, 200, contract));
    await readContract(api);
    expect(server.headers[0]?.authorization).toBe('Bearer any-token-value');
    expect(server.asked.join()).not.toContain('any-token-value');
    const other = await testServer((_request, response) => json(response, 200, contract));
    await readContract(connectIonos({ kind: 'password', username: 'anna', password: 'secret-word' }, { apiUrl: other.url }));
    expect(other.headers[0]?.authorization).toBe(`Basic ${Buffer.from('anna:secret-word').toString('base64')}`);
  });

  it('names the contract where an account has several', async () => {
    const server = await testServer((_request, response) => json(response, 200, contract));
    await readContract(connectIonos(TOKEN, { apiUrl: server.url, contractNumber: '31000042' }));
    expect(server.headers[0]?.['x-contract-number']).toBe('31000042');
  });
});

describe('a refusal', () => {
  it.each([
    [401, 'credentials'],
    [403, 'not-allowed'],
  ])('with %i ends with exit code 4 and says how to get a token', async (status, code) => {
    const { api, server } = await bed((_request, response) => json(response, status, problem(status, 'Unauthorized')));
    await expect(readContract(api)).rejects.toMatchObject({ code, exitCode: 4, why: 'Unauthorized', next: expect.arrayContaining([expect.stringContaining('IONOS_TOKEN')]) as string[] });
    expect(server.asked).toHaveLength(1);
  });

  it("is told in the API's words", async () => {
    const { api } = await bed((_request, response) => json(response, 422, { messages: [{ message: 'first' }, { message: 'second' }] }));
    await expect(listClusters(api)).rejects.toMatchObject({ code: 'ionos-api', what: 'listing the Kubernetes clusters failed', why: 'HTTP 422: first; second' });
  });

  it('that is no JSON still says something', async () => {
    const { api } = await bed((_request, response) => response.writeHead(404, { 'content-type': 'text/html' }).end('<html>not here</html>'));
    await expect(readContract(api)).rejects.toMatchObject({ code: 'ionos-api', why: expect.stringContaining('404') as string });
  });

  it('never has the token in it', async () => {
    const { api } = await bed((_request, response) => json(response, 401, problem(401, 'Unauthorized')));
    const error = await readContract(api).catch((thrown: unknown) => thrown);
    expect(JSON.stringify(error)).not.toContain('any-token-value');
  });

  it('of something else that was thrown is explained too', () => {
    expect(explainApiError(new Error('boom'), 'reading')).toMatchObject({ code: 'ionos-api', why: 'boom' });
  });
});

describe("the sandbox's Cloud API", () => {
  const sandbox = async () => {
    const cloud = new SandboxCloud({ clock: SandboxClock.immediate() });
    const door = await startApiDoor(cloud, { kubeconfig: (id) => `apiVersion: v1\nkind: Config\nusers:\n- name: x\n  user:\n    token: of-${id}\n` });
    onTestFinished(async () => {
      await door.close();
      cloud.close();
    });
    return { cloud, api: connectIonos({ kind: 'token', token: 'sandbox-token' }, { apiUrl: door.url }) };
  };

  it('is read by the product as the real one is', async () => {
    const { cloud, api } = await sandbox();
    const cluster = cloud.clusters.create({ name: 'ionos-tenants-main', k8sVersion: '1.34.4' });
    await cloud.settled('clusters', cluster.id);
    expect(await readContract(api)).toMatchObject({ contractNumber: 31_000_001, limits: { coresPerContract: 200 } });
    expect(await listClusters(api)).toEqual([expect.objectContaining({ id: cluster.id, name: 'ionos-tenants-main', state: 'ACTIVE', k8sVersion: '1.34.4' })]);
    expect(await defaultKubernetesVersion(api)).toMatch(/^\d+\.\d+\.\d+$/);
    expect(secretsOf(await readKubeconfig(api, cluster.id))).toEqual([`of-${cluster.id}`]);
  });
});
