import { readFile, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connect, type Cluster } from '../../src/cluster/client.js';
import { readTenant } from '../../src/cluster/registry.js';
import { bareCluster } from '../support/bare-cluster.js';
import { newOperator, type CliResult, type Operator } from '../support/cli.js';
import { helmPath } from '../support/helm.js';
import { realTool, startControlPlane, type ControlPlane } from './support/control-plane.js';
import { ACCEPTED, differences, endState, type Difference } from './support/end-state.js';

/** One of two clusters that are treated alike, with an operator who has adopted it. */
interface Side {
  operator: Operator;
  cluster: Cluster;
  kubeconfig: string;
  /** What is called otherwise on the other side, by a common name. */
  names: Record<string, string>;
}

/** The scheduler's words. What the sandbox does not say is that evicting others would not help either. */
const UNSCHEDULABLE = '0/2 nodes are available: 2 node(s) had untolerated taint(s).';
const PREEMPTION = 'no new claims to deallocate, preemption: 0/2 nodes are available: 2 Preemption is not helpful for scheduling.';
const TAINT = { key: 'example.com/being-repaired', effect: 'NoSchedule' };

/** Keeps new pods away from the nodes, or lets them come again: the same obstacle on both sides. */
const setTaints = async ({ cluster }: Side, taints: object[]): Promise<void> => {
  for (const { metadata } of (await cluster.core.listNode()).items) {
    const node = await cluster.core.readNode({ name: metadata?.name ?? '' });
    await cluster.core.replaceNode({ name: metadata?.name ?? '', body: { ...node, spec: { ...node.spec, taints: taints as [] } } });
  }
};

const met = new Set<Difference>();

describe.each([
  { helm: '4.3.1', terraform: 'terraform' },
  { helm: '3.22.0', terraform: 'tofu' },
] as const)('with helm $helm and $terraform, sandbox and real API server', ({ helm, terraform }) => {
  let plane: ControlPlane;
  let sides: Record<'sandbox' | 'real', Side>;
  beforeAll(async () => {
    const [own, other] = await Promise.all([newOperator(), newOperator()]);
    const bare = await bareCluster(own);
    plane = await startControlPlane({ nodes: [{ name: 'node-1' }, { name: 'node-2' }] });
    sides = {
      sandbox: { operator: own, cluster: connect(await readFile(bare.kubeconfig, 'utf8')), kubeconfig: bare.kubeconfig, names: {} },
      real: { operator: other, cluster: plane.cluster, kubeconfig: plane.kubeconfigPath, names: {} },
    };
    for (const { operator } of Object.values(sides)) {
      await symlink(helmPath(helm), join(operator.home, 'helm'));
      if (terraform === 'tofu') await symlink(realTool(terraform), join(operator.home, 'terraform'));
    }
  });
  afterAll(async () => {
    await Promise.all(Object.values(sides).map(({ operator }) => operator.close()));
    await plane.stop();
  });

  /** The same command on both sides, on the machine of each operator. */
  const both = async (args: (side: Side) => string[]): Promise<CliResult[]> => {
    const runs: CliResult[] = [];
    for (const side of Object.values(sides)) {
      const { operator, cluster, names } = side;
      const run = await operator.run([...args(side), '--platform', 'twin', '--sandbox', '--json'], { env: { PATH: `${operator.home}:${process.env['PATH']}` } });
      const ip = (await readTenant(cluster, 'acme'))?.ip;
      if (ip !== undefined) names['<address>'] = ip;
      names['<model-port>'] = new URL(await operator.apiUrl()).port;
      runs.push(run);
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
  const same = async (): Promise<void> => {
    const states = await Promise.all([sides.sandbox, sides.real].map(({ cluster, names }) => endState(cluster, 'acme', names)));
    expect(states[0]?.size).toBeGreaterThan(10);
    expect(differences(states[0] as Map<string, unknown>, states[1] as Map<string, unknown>, met)).toEqual([]);
  };

  it('are adopted alike', async () => {
    expect(await answers((side) => ['platform', 'adopt', '--kubeconfig', side.kubeconfig, '--address', 'ip-block', '--location', 'de/txl'])).toEqual({ exitCode: 0, changed: true });
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
  });

  it('have the same after a repetition, which changes nothing', async () => {
    expect(await answers(() => ['create', 'acme', '--yes'])).toEqual({ exitCode: 0, changed: false });
    await same();
  });

  it('have the same after an update to another preset, with volumes that grow', async () => {
    expect(await answers(() => ['update', 'acme', '--preset', 'medium', '--yes'])).toEqual({ exitCode: 0, changed: true });
    await same();
  });

  it('have the same after an update whose rollout failed, and again when it is repeated with room', async () => {
    for (const side of Object.values(sides)) await setTaints(side, [TAINT]);
    expect(await answers(() => ['update', 'acme', '--models', 'none', '--yes', '--timeout', '5'])).toMatchObject({ exitCode: 1, code: 'pods-timeout' });
    await same();
    for (const side of Object.values(sides)) await setTaints(side, []);
    expect(await answers(() => ['update', 'acme', '--models', 'none', '--yes'])).toEqual({ exitCode: 0, changed: true });
    await same();
  });

  it('have the same when the tenant is gone', async () => {
    expect(await answers(() => ['delete', 'acme', '--yes'])).toEqual({ exitCode: 0, changed: true });
    await same();
    for (const { cluster } of Object.values(sides)) expect([...(await endState(cluster, 'acme', {})).keys()].filter((path) => path.includes(' tenant-acme/') || path.startsWith('Namespace /tenant-acme'))).toEqual([]);
  });

  it('have the same after a tenant of the same name is made anew', async () => {
    expect(await answers(() => ['create', 'acme', '--yes'])).toEqual({ exitCode: 0, changed: true });
    await same();
  });
});

it('every difference that is accepted is there', () => {
  expect(ACCEPTED.filter((difference) => !met.has(difference))).toEqual([]);
});
