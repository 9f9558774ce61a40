import {
  ContractResourcesApi,
  Configuration,
  DataCentersApi,
  IPBlocksApi,
  KubernetesApi,
  LocationsApi,
  UserManagementApi,
} from '@ionos-cloud/sdk-nodejs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startApiDoor } from '../../src/sandbox/api-door/index.js';
import type { ApiDoor } from '../../src/sandbox/api-door/index.js';
import { SANDBOX_MODEL_TOKEN, SANDBOX_TOKEN, SandboxCloud } from '../../src/sandbox/cloud/index.js';
import { OWNER } from '../../src/sandbox/cloud/catalog.js';
import { buildPlatform, immediateCloud } from '../support/cloud.js';
import type { Platform } from '../support/cloud.js';
import { HeldClock } from '../support/provider.js';

interface Collection {
  type: string;
  items: Record<string, unknown>[];
  offset: number;
  limit: number;
  _links: Record<string, string>;
}

let cloud: SandboxCloud;
let platform: Platform;
let door: ApiDoor;

beforeAll(async () => {
  cloud = immediateCloud();
  platform = await buildPlatform(cloud);
  cloud.lans.create(platform.datacenter.id, { name: 'nodes' });
  for (const name of ['one', 'two', 'three']) cloud.ipBlocks.create({ location: 'de/txl', size: 1, name });
  door = await startApiDoor(cloud, { kubeconfig: (id) => `apiVersion: v1\nkind: Config\ncurrent-context: ${id}\n` });
});

afterAll(() => door.close());

const ask = (path: string, token: string | null = SANDBOX_TOKEN, init: RequestInit = {}): Promise<Response> =>
  fetch(`${door.url}${path}`, { ...init, headers: token === null ? {} : { authorization: `Bearer ${token}` } });

const get = async <T = Record<string, unknown>>(path: string): Promise<T> => {
  const response = await ask(`/cloudapi/v6${path}`);
  expect(response.status).toBe(200);
  return (await response.json()) as T;
};

const problem = async (response: Response): Promise<unknown> => ({ status: response.status, body: await response.json() });

describe('the Cloud API of the sandbox', () => {
  it.each([null, '', 'wrong', SANDBOX_MODEL_TOKEN])('answers 401 to the token %j, and names nothing else', async (token) => {
    const answer = await problem(await ask('/cloudapi/v6/contracts?depth=1', token));
    expect(answer).toEqual({ status: 401, body: { httpStatus: 401, messages: [{ errorCode: '315', message: 'Unauthorized' }] } });
  });

  it('greets, and lists its contract with limits and use', async () => {
    expect(await get('/')).toEqual({ href: `${door.url}/cloudapi/v6`, name: 'CLOUD API', version: '6.0' });
    const { items } = await get<Collection>('/contracts?depth=1');
    expect(items[0]).toMatchObject({
      type: 'contract',
      properties: {
        status: 'BILLABLE',
        resourceLimits: { reservableIps: 64, reservedIpsOnContract: 3, coresProvisioned: 4, k8sClustersProvisioned: 1 },
      },
    });
  });

  it('shows only references at depth 0, whole things at 1, and what is inside them at 2', async () => {
    const { cluster, pool } = platform;
    const reference = { id: cluster.id, type: 'k8s', href: `${door.url}/cloudapi/v6/k8s/${cluster.id}` };
    expect((await get<Collection>('/k8s')).items).toEqual([reference]);
    const [whole] = (await get<Collection>('/k8s?depth=1')).items;
    expect(whole).toMatchObject({ ...reference, metadata: { state: 'ACTIVE' }, properties: { name: 'platform', k8sVersion: '1.34.4' } });
    expect((whole?.['entities'] as { nodepools: object }).nodepools).not.toHaveProperty('items');
    const [deep] = (await get<Collection>('/k8s?depth=3')).items;
    expect(deep).toMatchObject({ entities: { nodepools: { items: [{ id: pool.id, properties: { nodeCount: 2 } }] } } });
  });

  it('shows clusters, pools and nodes, and nothing of what only the sandbox knows', async () => {
    const { cluster, pool } = platform;
    const base = `/k8s/${cluster.id}`;
    expect(await get(base)).toMatchObject({ properties: { viableNodePoolVersions: ['1.33.8', '1.34.4'] } });
    expect((await get<Collection>(`${base}/nodepools?depth=1`)).items[0]).toMatchObject({
      id: pool.id,
      properties: { ramSize: 4096, storageType: 'SSD' },
    });
    const shown = await get(`${base}/nodepools/${pool.id}`);
    expect(Object.keys(shown).sort()).toEqual(['entities', 'href', 'id', 'metadata', 'properties', 'type']);
    const { items } = await get<Collection>(`${base}/nodepools/${pool.id}/nodes?depth=1`);
    expect(items.map(({ properties }) => properties)).toEqual(pool.nodes.map(({ properties }) => properties));
    expect(await get(`${base}/nodepools/${pool.id}/nodes/${pool.nodes[0]?.id ?? ''}`)).toMatchObject({ metadata: { state: 'READY' } });
  });

  it('hands out the kubeconfig as YAML, once the cluster is there', async () => {
    const response = await ask(`/cloudapi/v6/k8s/${platform.cluster.id}/kubeconfig?depth=0`);
    expect(response.headers.get('content-type')).toContain('yaml');
    expect(await response.text()).toContain(`current-context: ${platform.cluster.id}`);
  });

  it('has the kubeconfig as JSON for those who ask for nothing else', async () => {
    const url = `${door.url}/cloudapi/v6/k8s/${platform.cluster.id}/kubeconfig`;
    const response = await fetch(url, { headers: { authorization: `Bearer ${SANDBOX_TOKEN}`, accept: 'application/json' } });
    expect(await response.json()).toMatchObject({ kind: 'Config', 'current-context': platform.cluster.id });
  });

  it('has no kubeconfig of a cluster that is still being made', async () => {
    const slow = new SandboxCloud({ clock: new HeldClock() });
    const { id } = slow.clusters.create({ name: 'young' });
    const other = await startApiDoor(slow, { kubeconfig: () => 'kind: Config' });
    const response = await fetch(`${other.url}/cloudapi/v6/k8s/${id}/kubeconfig`, {
      headers: { authorization: `Bearer ${SANDBOX_TOKEN}` },
    });
    expect(response.status).toBe(422);
    await other.close();
  });

  it('knows versions and locations', async () => {
    const versions = await get<string[]>('/k8s/versions');
    expect(versions).toContain(await get<string>('/k8s/versions/default'));
    expect((await get<Collection>('/locations?depth=1')).items.map(({ id }) => id)).toContain('de/txl');
    expect((await get<Collection>('/locations/de')).items.map(({ id }) => id)).toEqual(['de/fra', 'de/fra/2', 'de/txl']);
    expect(await get('/locations/de/fra/2')).toMatchObject({ id: 'de/fra/2', properties: { metroRegion: 'de/fra' } });
  });

  it('shows data centres, networks, blocks and the owner', async () => {
    const { datacenter } = platform;
    expect(await get(`/datacenters/${datacenter.id}?depth=2`)).toMatchObject({
      properties: { location: 'de/txl' },
      entities: { lans: { items: [{ id: '1', properties: { name: 'nodes' } }] } },
    });
    const [block] = cloud.ipBlocks.list();
    expect(await get(`/ipblocks/${block?.id ?? ''}`)).toMatchObject({ properties: { ips: block?.properties.ips, ipConsumers: [] } });
    expect(await get(`/um/users/${OWNER.id}`)).toMatchObject({ properties: { email: 'owner@sandbox.example', administrator: true } });
  });

  it('pages and filters collections', async () => {
    const first = await get<Collection>('/ipblocks?depth=1&limit=2');
    expect(first).toMatchObject({ type: 'collection', offset: 0, limit: 2 });
    expect(first.items).toHaveLength(2);
    const next = (await (
      await fetch(first._links['next'] ?? '', { headers: { authorization: `Bearer ${SANDBOX_TOKEN}` } })
    ).json()) as Collection;
    expect(next.items.map(({ properties }) => (properties as { name: string }).name)).toEqual(['three']);
    expect(next._links).not.toHaveProperty('next');
    expect((await get<Collection>('/ipblocks?filter.name=TWO&depth=1')).items).toHaveLength(1);
  });

  it.each(['/nothing', '/k8s/none', '/datacenters/none', '/locations/xx/yyy', '/um/users/none', '/k8s/toString'])(
    "answers 404 with the API's shape for %s",
    async (path) => {
      expect(await problem(await ask(`/cloudapi/v6${path}`))).toEqual({
        status: 404,
        body: { httpStatus: 404, messages: [{ errorCode: '309', message: 'Resource does not exist' }] },
      });
    },
  );

  it('says which methods a path has, and that a path is none', async () => {
    const response = await ask('/cloudapi/v6/contracts', SANDBOX_TOKEN, { method: 'DELETE' });
    expect(await problem(response)).toMatchObject({ status: 405, body: { messages: [{ message: expect.stringContaining('only GET') }] } });
    expect((await ask('/cloudapi/v6/k8s/%zz')).status).toBe(400);
  });

  it('answers HEAD as it answers GET, without a body', async () => {
    const response = await ask(`/cloudapi/v6/k8s/${platform.cluster.id}`, SANDBOX_TOKEN, { method: 'HEAD' });
    expect([response.status, await response.text()]).toEqual([200, '']);
    expect((await ask('/cloudapi/v6/k8s/none', SANDBOX_TOKEN, { method: 'HEAD' })).status).toBe(404);
  });

  it("is understood by IONOS' own client", async () => {
    const configuration = new Configuration({ apiKey: SANDBOX_TOKEN, basePath: `${door.url}/cloudapi/v6` });
    configuration.setMaxWaitTime(0);
    configuration.setMaxRetries(0);
    const contracts = await new ContractResourcesApi(configuration).contractsGet({ depth: 1 });
    expect(contracts.data.items?.[0]?.properties?.resourceLimits?.reservableIps).toBe(64);
    const clusters = await new KubernetesApi(configuration).k8sGet({ depth: 1 });
    expect(clusters.data.items?.map(({ properties }) => properties?.name)).toEqual(['platform']);
    const kubeconfig = await new KubernetesApi(configuration).k8sKubeconfigGet({ k8sClusterId: platform.cluster.id });
    expect(String(kubeconfig.data)).toContain('kind: Config');
    expect((await new KubernetesApi(configuration).k8sVersionsDefaultGet()).data).toBe('1.34.4');
    expect((await new LocationsApi(configuration).locationsGet({ depth: 1 })).data.items?.length).toBeGreaterThan(5);
    expect((await new IPBlocksApi(configuration).ipblocksGet({ depth: 1 })).data.items).toHaveLength(3);
    expect(
      (await new DataCentersApi(configuration).datacentersFindById({ datacenterId: platform.datacenter.id })).data.properties?.name,
    ).toBe('platform');
    expect((await new UserManagementApi(configuration).umUsersFindById({ userId: OWNER.id })).data.properties?.firstname).toBe('Sandbox');
  });
});

describe('the model hub of the sandbox', () => {
  it('lists models for its own token only', async () => {
    const models = (await (await ask('/v1/models', SANDBOX_MODEL_TOKEN)).json()) as { object: string; data: { id: string }[] };
    expect(models.object).toBe('list');
    expect(models.data.map(({ id }) => id)).toContain('openai/gpt-oss-120b');
    expect((await ask('/v1/models', SANDBOX_TOKEN)).status).toBe(401);
    expect((await ask('/v1/models', null)).status).toBe(401);
  });

  it('completes a chat with a sentence that says what it is', async () => {
    const complete = (model: string, token = SANDBOX_MODEL_TOKEN) =>
      ask('/v1/chat/completions', token, { method: 'POST', body: JSON.stringify({ model, messages: [] }) });
    const answer = (await (await complete('openai/gpt-oss-120b')).json()) as {
      model: string;
      choices: { message: { role: string; content: string } }[];
    };
    expect(answer.model).toBe('openai/gpt-oss-120b');
    expect(answer.choices[0]?.message).toMatchObject({ role: 'assistant', content: expect.stringContaining('sandbox') });
    expect((await complete('no/such-model')).status).toBe(404);
    expect((await complete('openai/gpt-oss-120b', SANDBOX_TOKEN)).status).toBe(401);
    expect((await ask('/v1/chat/completions', SANDBOX_MODEL_TOKEN, { method: 'POST', body: '{' })).status).toBe(400);
  });
});
