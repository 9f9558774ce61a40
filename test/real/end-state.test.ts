import { mkdtemp, readFile, rm, symlink } from 'node:fs/promises';
import { execFileSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connect, type Cluster } from '../../src/cluster/client.js';
import { bareCluster } from '../support/bare-cluster.js';
import { newOperator, type CliResult, type Operator } from '../support/cli.js';
import { helmPath, type HelmVersion } from '../support/helm.js';
import { refused, succeeded } from '../support/outcome.js';
import { realTool, startControlPlane, type ControlPlane } from './support/control-plane.js';
import { endStateOf } from './support/end-state.js';

interface Tools {
  helm: HelmVersion;
  terraform: 'terraform' | 'tofu';
}

const TOOLS: readonly Tools[] = [
  { helm: '4.3.1', terraform: 'terraform' },
  { helm: '3.22.0', terraform: 'terraform' },
  { helm: '4.3.1', terraform: 'tofu' },
];

const SHARED = { 'ionos-tenants.io/pool': 'shared' };
/** A taint that nothing of a tenant tolerates: pods that are made now find no node. */
const FULL = { key: 'example.com/full', effect: 'NoSchedule' };

/** One of the two clusters, adopted by an operator of its own. Both take the tenant's address from a sandbox's cloud. */
class Side {
  private constructor(
    readonly operator: Operator,
    readonly cluster: Cluster,
    private readonly env: Record<string, string>,
    private readonly modelsUrl: string,
  ) {}

  /** `modelsUrl` is the same for both: it stands in what is compared. */
  static async open(operator: Operator, kubeconfig: string, env: Record<string, string>, modelsUrl: string): Promise<Side> {
    const side = new Side(operator, connect(await readFile(kubeconfig, 'utf8')), env, modelsUrl);
    succeeded(await side.run('platform', 'adopt', '--kubeconfig', kubeconfig, '--address', 'ip-block', '--location', 'de/txl', '--platform', 'compared'));
    return side;
  }

  run(...args: string[]): Promise<CliResult> {
    const more = [...(args[0] === 'platform' ? [] : ['--platform', 'compared']), ...(['create', 'update'].includes(args[0] ?? '') ? ['--models-url', this.modelsUrl] : [])];
    return this.operator.run([...args, ...more, '--sandbox', '--json'], { env: this.env });
  }

  async setTaint(taint: typeof FULL | undefined): Promise<void> {
    for (const { metadata } of (await this.cluster.core.listNode()).items) {
      const node = await this.cluster.core.readNode({ name: metadata?.name ?? '' });
      const spec = { ...node.spec, taints: taint ? [taint] : [] };
      await this.cluster.core.replaceNode({ name: metadata?.name ?? '', body: { ...node, spec } });
    }
  }

  async ip(): Promise<string | undefined> {
    const map = await this.cluster.core.readNamespacedConfigMap({ name: 'tenant-acme', namespace: 'ionos-tenants-system' }).catch(() => undefined);
    return map && (JSON.parse(map.data?.['record.json'] ?? '{}') as { ip?: string }).ip;
  }
}

describe.each(TOOLS)('the end state on the sandbox is that on a real API server, with helm $helm and $terraform', ({ helm, terraform }) => {
  let tools: string;
  let plane: ControlPlane;
  let sides: readonly [sandbox: Side, real: Side];
  const ips = new Map<Side, string | undefined>();

  beforeAll(async () => {
    tools = await mkdtemp(join(tmpdir(), 'tools-'));
    await symlink(helmPath(helm), join(tools, 'helm'));
    await symlink(terraform === 'tofu' ? realTool('tofu') : execFileSync('which', ['terraform'], { encoding: 'utf8' }).trim(), join(tools, 'terraform'));
    const env = { PATH: `${tools}${delimiter}${process.env['PATH'] ?? ''}` };
    plane = await startControlPlane({ nodes: ['node-1', 'node-2'].map((name) => ({ name, cpu: 4, memory: 16, labels: SHARED })) });
    const [one, other] = await Promise.all([newOperator(), newOperator()]);
    const bare = await bareCluster(one, 'compared', SHARED);
    const models = await one.apiUrl();
    sides = [await Side.open(one, bare.kubeconfig, env, models), await Side.open(other, plane.kubeconfigPath, env, models)];
  });
  afterAll(async () => {
    await Promise.all(sides.map((side) => side.operator.close()));
    await plane.stop();
    await rm(tools, { recursive: true, force: true });
  });

  /** The same command on both, and what both have afterwards. */
  const onBoth = async (act: (side: Side) => Promise<void>): Promise<void> => {
    await Promise.all(
      sides.map(async (side) => {
        await act(side);
        ips.set(side, (await side.ip()) ?? ips.get(side));
      }),
    );
    const [sandbox, real] = await Promise.all(sides.map((side) => endStateOf(side.cluster, ips.get(side))));
    expect(Object.keys(sandbox ?? {}).length).toBeGreaterThan(0);
    expect(sandbox).toEqual(real);
  };

  it('after create', () => onBoth(async (side) => void succeeded(await side.run('create', 'acme', '--yes'))));

  it('after create once more, which changes nothing', () => onBoth(async (side) => void expect(succeeded(await side.run('create', 'acme', '--yes')).changed).toBe(false)));

  it('after an update to another preset', () => onBoth(async (side) => void succeeded(await side.run('update', 'acme', '--preset', 'medium', '--yes'))));

  it('after a rollout that failed, because no node takes its pods', () =>
    onBoth(async (side) => {
      await side.setTaint(FULL);
      expect(refused(await side.run('update', 'acme', '--models', 'none', '--yes', '--timeout', '5'))).toMatchObject({ exitCode: 1, code: 'pods-timeout', text: expect.stringContaining('untolerated taint') as string });
    }));

  it('after the same update, once there is room again', () =>
    onBoth(async (side) => {
      await side.setTaint(undefined);
      expect(succeeded(await side.run('update', 'acme', '--models', 'none', '--yes')).tenant).toMatchObject({ models: 'none', http: { wordpress: 200, openwebui: 200 } });
    }));

  it('after delete, which leaves the record and nothing else', () =>
    onBoth(async (side) => {
      expect(succeeded(await side.run('delete', 'acme', '--yes')).data).toMatchObject({ left: [] });
    }));
});
