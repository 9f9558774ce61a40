import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Cluster } from '../../src/cluster/client.js';
import { cloudOf, clusterOf, newOperator, type CliResult, type Operator } from '../support/cli.js';
import { cloudList, noticesOf, sandboxFault } from '../support/faults.js';
import { refused, succeeded } from '../support/outcome.js';

const FLAGS = ['--yes', '--sandbox', '--json'];
const POOL = 'module.node_pool[0].ionoscloud_k8s_node_pool.this[0]';
/** A run that waits for nodes which never come has to end within the test. */
const PATIENCE = ['--timeout', '60'];

/** What a run was about to change of the tenant's stack. */
const plannedBy = (run: CliResult): unknown => run.events.flatMap((event) => (event.type === 'plan' && event.stack === 'tenant' ? [event.changes] : [])).at(-1);

const clusterId = async (operator: Operator, name: string): Promise<string> => (await cloudList(operator, 'k8s')).find(({ properties }) => properties.name === name)?.id ?? '';

/** Upgrades the control plane of a cluster, as somebody does in the DCD. */
const upgrade = async (operator: Operator, name: string, k8sVersion: string): Promise<void> => {
  const answer = await fetch(`${await operator.apiUrl()}/cloudapi/v6/k8s/${await clusterId(operator, name)}`, {
    method: 'PUT',
    headers: { authorization: 'Bearer sandbox-token', 'content-type': 'application/json' },
    body: JSON.stringify({ properties: { name, k8sVersion } }),
  });
  expect(answer.status).toBe(202);
};

/** Ids and releases of the pools in a cluster that have the tenant's name. */
const poolsOf = async (operator: Operator, tenant: string, cluster = 'ionos-tenants-main'): Promise<{ id: string; k8sVersion: string }[]> => {
  const pools = (await cloudList(operator, `k8s/${await clusterId(operator, cluster)}/nodepools`)) as { id: string; properties: { name: string; k8sVersion: string } }[];
  return pools.flatMap(({ id, properties }) => (properties.name === `ionos-tenants-main-${tenant}` ? [{ id, k8sVersion: properties.k8sVersion }] : []));
};

describe('a pool of its own nodes', () => {
  let operator: Operator;
  let cluster: Cluster;
  const run = (...args: string[]): Promise<CliResult> => operator.run([...args, ...FLAGS]);
  const create = (tenant: string): string[] => ['create', tenant, '--isolation', 'node-pool', '--models', 'none', ...PATIENCE];

  beforeAll(async () => {
    operator = await newOperator();
    succeeded(await run('create', 'globex', '--models', 'none'));
    cluster = await clusterOf(operator, 'ionos-tenants-main');
  });
  afterAll(() => operator.close());

  it('that ends FAILED is made anew by the same command, and the plan shows that', async () => {
    const first = refused(await run(...create('acme'), '--fault', 'failed:kind=nodepool,times=1'));
    expect(first).toMatchObject({ exitCode: 1, code: 'cloud-failed', text: expect.stringContaining('made anew') as string });
    const [failed] = await poolsOf(operator, 'acme');
    const looked = await run(...create('acme'), '--dry-run');
    expect(plannedBy(looked)).toEqual([{ address: POOL, action: 'replace' }]);
    const second = await run(...create('acme'));
    expect(succeeded(second).tenant).toMatchObject({ isolation: 'node-pool', http: { wordpress: 200, openwebui: 200 } });
    expect(plannedBy(second)).toEqual([{ address: POOL, action: 'replace' }]);
    const pools = await poolsOf(operator, 'acme');
    expect(pools).toHaveLength(1);
    expect(pools).not.toContainEqual(failed);
    expect((await cluster.core.listNode({ labelSelector: 'ionos-tenants.io/pool=acme' })).items).toHaveLength(1);
    expect(succeeded(await run(...create('acme'))).changed).toBe(false);
  });

  it('that ends FAILED without terraform knowing of it is taken over and made anew at once', async () => {
    await sandboxFault(operator, 'failed:kind=nodepool,times=1');
    expect(refused(await run(...create('initech'), '--fault', 'lost-answer:kind=nodepool'))).toMatchObject({ exitCode: 1, code: 'answer-lost' });
    const [failed] = await poolsOf(operator, 'initech');
    expect(failed).toBeDefined();
    expect(succeeded(await run(...create('initech'))).tenant).toMatchObject({ isolation: 'node-pool', http: { wordpress: 200 } });
    const pools = await poolsOf(operator, 'initech');
    expect(pools).toHaveLength(1);
    expect(pools).not.toContainEqual(failed);
  });

  it('is not upgraded beside another change, when its control plane has been: it is said, with the command', async () => {
    await upgrade(operator, 'ionos-tenants-main', '1.35.6');
    const [was, pool] = [await cloudOf(operator), (await poolsOf(operator, 'acme'))[0]];
    for (const args of [create('acme'), ['update', 'acme'], ['update', 'acme', '--display-name', 'Acme GmbH']]) {
      const done = await run(...args);
      succeeded(done);
      expect(plannedBy(done)).toEqual([]);
      expect(noticesOf(done)).toMatch(new RegExp(`nodes of acme run Kubernetes 1\\.34\\.4, their control plane 1\\.35\\.6.*--nodepool-id ${pool?.id} --k8s-version 1\\.35\\.6`));
    }
    expect(await cloudOf(operator)).toEqual(was);
  });

  it('that is new has the release of its control plane', async () => {
    const done = await run(...create('hooli'));
    succeeded(done);
    expect(noticesOf(done)).not.toContain('control plane');
    expect(await poolsOf(operator, 'hooli')).toMatchObject([{ k8sVersion: '1.35.6' }]);
  });
});

describe('the nodes in a cluster of its own', () => {
  it('are not upgraded beside another change either', async () => {
    const operator = await newOperator();
    try {
      succeeded(await operator.run(['create', 'acme', '--isolation', 'cluster', '--models', 'none', ...FLAGS]));
      await upgrade(operator, 'ionos-tenants-main.acme', '1.35.6');
      const done = await operator.run(['update', 'acme', '--display-name', 'Acme GmbH', ...FLAGS]);
      expect(succeeded(done).changed).toBe(true);
      expect(plannedBy(done)).toEqual([]);
      expect(noticesOf(done)).toMatch(/nodes of acme run Kubernetes 1\.34\.4, their control plane 1\.35\.6/);
      expect(await poolsOf(operator, 'acme', 'ionos-tenants-main.acme')).toMatchObject([{ k8sVersion: '1.34.4' }]);
    } finally {
      await operator.close();
    }
  });
});
