import type { V1Node } from '@kubernetes/client-node';
import { readFile, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connect, type Cluster } from '../../src/cluster/client.js';
import { readNodes } from '../../src/cluster/facts.js';
import { listTenants } from '../../src/cluster/registry.js';
import { POOL_LABEL, SHARED_POOL } from '../../src/tenant/resource-names.js';
import { bareCluster } from '../support/bare-cluster.js';
import { newOperator, type CliResult, type Operator } from '../support/cli.js';
import { helmPath } from '../support/helm.js';
import { openAccount, type Account } from './support/account.js';
import type { Body } from './support/api.js';
import { realTool } from './support/control-plane.js';
import { ACCEPTED, differences, endState, type Difference } from './support/end-state.js';

/** One of two managed clusters that are treated alike, with an operator of its account. */
interface Side {
  operator: Operator;
  cluster: Cluster;
  kubeconfig: string;
  apiUrl: string;
  /** How the command line is told which account to use. */
  account: { args: string[]; env: Record<string, string> };
  /** What is called otherwise on the other side, by a common name. */
  names: Record<string, string>;
}

/** The scheduler's words. What the sandbox does not say is that evicting others would not help either. */
const UNSCHEDULABLE = '0/2 nodes are available: 2 node(s) had untolerated taint(s).';
const PREEMPTION = 'no new claims to deallocate, preemption: 0/2 nodes are available: 2 Preemption is not helpful for scheduling.';
const TAINT = { key: 'example.com/being-repaired', effect: 'NoSchedule' };

const changeNodes = async ({ cluster }: Side, change: (node: V1Node) => V1Node): Promise<void> => {
  for (const { metadata } of (await cluster.core.listNode()).items) {
    const name = metadata?.name ?? '';
    await cluster.core.replaceNode({ name, body: change(await cluster.core.readNode({ name })) });
  }
};
/** Keeps new pods away from the nodes, or lets them come again: the same obstacle on both sides. */
const setTaints = (side: Side, taints: object[]): Promise<void> => changeNodes(side, (node) => ({ ...node, spec: { ...node.spec, taints: taints as [] } }));
/** What the refusal tells an operator to do. */
const markNodes = (side: Side): Promise<void> =>
  changeNodes(side, ({ metadata, ...node }) => ({ ...node, metadata: { ...metadata, labels: { ...metadata?.labels, [POOL_LABEL]: SHARED_POOL } } }));

/** What the tenants have in the cloud. */
const cloudState = async ({ apiUrl }: Side): Promise<{ ipBlocks: { name: string; size: number; consumers: number }[]; clusters: object[] }> => {
  const list = async (path: string): Promise<Body[]> => ((await (await fetch(`${apiUrl}/cloudapi/v6/${path}?depth=2`, { headers: { authorization: 'Bearer sandbox-token' } })).json()) as { items: Body[] }).items;
  const clusters = await list('k8s');
  return {
    ipBlocks: (await list('ipblocks')).map(({ properties }) => ({ name: properties.name as string, size: properties.size as number, consumers: (properties.ipConsumers as object[]).length })).sort((a, b) => a.name.localeCompare(b.name)),
    clusters: await Promise.all(clusters.map(async ({ id }) => (await list(`k8s/${id}/nodepools`)).map(({ properties }) => ({ name: properties.name as string, nodes: properties.nodeCount as number, labels: properties.labels as object })))),
  };
};

const met = new Set<Difference>();

describe.each([
  { helm: '4.3.1', terraform: 'terraform' },
  { helm: '3.22.0', terraform: 'tofu' },
] as const)('with helm $helm and $terraform, sandbox and real API server', ({ helm, terraform }) => {
  let account: Account;
  let sides: Record<'sandbox' | 'real', Side>;
  beforeAll(async () => {
    const [own, other] = await Promise.all([newOperator(), newOperator()]);
    const bare = await bareCluster(own);
    account = await openAccount();
    const { plane, env } = account;
    sides = {
      sandbox: { operator: own, cluster: connect(await readFile(bare.kubeconfig, 'utf8')), kubeconfig: bare.kubeconfig, apiUrl: await own.apiUrl(), account: { args: ['--sandbox'], env: {} }, names: {} },
      real: { operator: other, cluster: plane.cluster, kubeconfig: plane.kubeconfigPath, apiUrl: env['IONOS_API_URL'] ?? '', account: { args: [], env }, names: {} },
    };
    for (const { operator, names, apiUrl } of Object.values(sides)) {
      names['<model-port>'] = new URL(apiUrl).port;
      await symlink(helmPath(helm), join(operator.home, 'helm'));
      if (terraform === 'tofu') await symlink(realTool(terraform), join(operator.home, 'terraform'));
    }
  });
  afterAll(async () => {
    await Promise.all(Object.values(sides).map(({ operator }) => operator.close()));
    await account.close();
  });

  /** The same command on both sides, on the machine of each operator. */
  const both = async (args: (side: Side) => string[]): Promise<CliResult[]> => {
    const runs: CliResult[] = [];
    for (const side of Object.values(sides)) {
      const { operator, cluster, names } = side;
      runs.push(await operator.run([...args(side), '--platform', 'twin', ...side.account.args, '--json'], { env: { ...side.account.env, PATH: `${operator.home}:${process.env['PATH']}` } }));
      for (const { name, ip } of await listTenants(cluster)) if (ip !== undefined) names[`<address of ${name}>`] = ip;
      // In the order in which the charts' values have them.
      const nodes = (await readNodes(cluster)).flatMap(({ addresses }) => addresses).sort();
      for (const name of Object.keys(names)) if (name.startsWith('<node address')) delete names[name];
      nodes.forEach((address, index) => (names[`<node address ${index}>`] = address));
    }
    return runs;
  };
  /** What both sides answered, which has to be the same. */
  const answers = async (args: (side: Side) => string[]): Promise<{ exitCode: number | null; changed?: boolean; code?: string; reasons?: string[] }> => {
    const runs = await both(args);
    const [first, second] = runs.map(({ exitCode, result }) => ({ exitCode, ...(result.ok ? { changed: result.changed } : { code: result.error.code }) }));
    expect(second).toEqual(first);
    // Each pod's reason, without the pod's name, which is each cluster's own.
    const reasons = runs.flatMap(({ result }) => (result.ok ? [] : (result.error.why ?? '').split('; ').map((reason) => reason.replace(/^\S+: /, ''))));
    return { exitCode: null, ...first, ...(reasons.length > 0 ? { reasons: [...new Set(reasons)] } : {}) };
  };
  const same = async (tenant = 'acme'): Promise<void> => {
    const states = await Promise.all([sides.sandbox, sides.real].map(({ cluster, names }) => endState(cluster, tenant, names)));
    expect(states[0]?.size).toBeGreaterThan(10);
    expect(differences(states[0] as Map<string, unknown>, states[1] as Map<string, unknown>, met)).toEqual([]);
    const [sandbox, real] = await Promise.all([sides.sandbox, sides.real].map(cloudState));
    expect(real).toEqual(sandbox);
  };

  it('are adopted alike', async () => {
    expect(await answers((side) => ['platform', 'adopt', '--kubeconfig', side.kubeconfig])).toEqual({ exitCode: 0, changed: true });
    await same();
  });

  it('have the same after a rollout that failed', async () => {
    for (const side of Object.values(sides)) await setTaints(side, [TAINT]);
    expect(await answers(() => ['create', 'acme', '--yes', '--timeout', '5'])).toEqual({ exitCode: 1, code: 'pods-timeout', reasons: [UNSCHEDULABLE, `${UNSCHEDULABLE} ${PREEMPTION}`] });
    await same();
  });

  it('have the same after the same command has finished it', async () => {
    for (const side of Object.values(sides)) await setTaints(side, []);
    expect(await answers(() => ['create', 'acme', '--yes'])).toEqual({ exitCode: 0, changed: true });
    await same();
    expect((await cloudState(sides.real)).ipBlocks).toEqual([{ name: 'ionos-tenants-twin-acme', size: 1, consumers: 1 }]);
  });

  it('have the same after a repetition, which changes nothing', async () => {
    expect(await answers(() => ['create', 'acme', '--yes'])).toEqual({ exitCode: 0, changed: false });
    await same();
  });

  it('have the same after an update to another preset', async () => {
    expect(await answers(() => ['update', 'acme', '--preset', 'medium', '--yes'])).toEqual({ exitCode: 0, changed: true });
    await same();
  });

  it('have the same with a tenant on nodes of its own, once the others\' are marked', async () => {
    const create = ['create', 'beta', '--isolation', 'node-pool', '--models', 'none', '--yes'];
    expect(await answers(() => create)).toMatchObject({ exitCode: 2, code: 'nodes-not-marked' });
    await same();
    for (const side of Object.values(sides)) await markNodes(side);
    expect(await answers(() => ['update', 'acme', '--yes'])).toEqual({ exitCode: 0, changed: true });
    await same();
    expect(await answers(() => create)).toEqual({ exitCode: 0, changed: true });
    await same('beta');
  });

  it('have the same when a tenant comes back from nodes of its own, and when it moves to such again', async () => {
    const own = async (): Promise<boolean> => JSON.stringify((await cloudState(sides.real)).clusters).includes('ionos-tenants-twin-beta');
    expect(await answers(() => ['update', 'beta', '--isolation', 'namespace', '--yes'])).toEqual({ exitCode: 0, changed: true });
    await same('beta');
    expect(await own()).toBe(false);
    expect(await answers(() => ['update', 'beta', '--isolation', 'node-pool', '--yes'])).toEqual({ exitCode: 0, changed: true });
    await same('beta');
    expect(await own()).toBe(true);
  });

  it('have the same when the tenants are gone', async () => {
    for (const tenant of ['acme', 'beta']) {
      expect(await answers(() => ['delete', tenant, '--yes'])).toEqual({ exitCode: 0, changed: true });
      await same(tenant);
      for (const { cluster } of Object.values(sides)) expect([...(await endState(cluster, tenant, {})).keys()].filter((path) => path.includes(` tenant-${tenant}/`) || path.startsWith(`Namespace /tenant-${tenant}`))).toEqual([]);
    }
    expect((await cloudState(sides.real)).ipBlocks).toEqual([]);
  });

  it('have the same after a tenant of the same name is made anew', async () => {
    expect(await answers(() => ['create', 'acme', '--yes'])).toEqual({ exitCode: 0, changed: true });
    await same();
  });
});

it('every difference that is accepted is there', () => {
  expect(ACCEPTED.filter((difference) => !met.has(difference))).toEqual([]);
});
