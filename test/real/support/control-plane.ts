import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { rm, rmdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { V1Deployment, V1Node, V1PersistentVolume } from '@kubernetes/client-node';
import { REPOSITORY } from '../../support/workspace.js';
import type { Call } from './api.js';
import { furniture, type NodeOptions } from './furniture.js';
import { startKubernetes, type Kubernetes } from './kubernetes.js';
import { startLoadBalancer, type AddressPool, type LoadBalancer } from './load-balancer.js';
import { openProcessGroup } from './processes.js';

type RealTool = 'kubernetes' | 'etcd' | 'kwok' | 'tofu';
let paths: Record<RealTool, string> | undefined;

/** The path of a binary that scripts/control-plane-tools.mjs builds. @throws Error when it is missing: that fails, it never skips */
export const realTool = (name: RealTool): string => {
  paths ??= JSON.parse(execFileSync(process.execPath, [join(REPOSITORY, 'scripts/control-plane-tools.mjs'), '--paths'], { encoding: 'utf8' })) as Record<RealTool, string>;
  if (!existsSync(paths[name])) throw new Error(`${name} is not installed; run node scripts/control-plane-tools.mjs (looked at ${paths[name]})`);
  return paths[name];
};

export interface ControlPlaneOptions {
  /** Two nodes of the shared pool by default. */
  nodes?: readonly NodeOptions[];
  /** Who keeps the book of addresses; without one, every address that is asked for is given. */
  addresses?: AddressPool;
  /** Feature gates that the API server does not open by itself. */
  featureGates?: readonly string[];
}

export interface ControlPlane extends Omit<Kubernetes, 'close' | 'authority'> {
  /** A folder that is removed at the end, with logs in it while it runs. */
  folder: string;
  loadBalancer: LoadBalancer;
  /** Waits until `look` returns something. @throws Error with the components' logs when it does not come to that */
  until<T>(what: string, look: () => Promise<T | undefined | false>): Promise<T>;
  stop(): Promise<void>;
}

/** Not an address of the nodes, as with a managed cluster; nobody is reached there. */
const ADVERTISED = '10.208.0.1';
const SHARED_NODES: readonly NodeOptions[] = ['node-1', 'node-2', 'node-3'].map((name) => ({ name, labels: { 'ionos-tenants.io/pool': 'shared' } }));

/**
 * A real Kubernetes control plane on free ports of 127.0.0.1: etcd, API server, controller manager and scheduler as they are released,
 * kwok in place of kubelets (no container runs: pods become ready, Jobs complete), and a load balancer of ours. Resolves when its
 * nodes are ready and its DNS runs. Ends with `stop`, and also when the process that started it is killed.
 */
export const startControlPlane = async ({ nodes = SHARED_NODES, addresses, featureGates = [] }: ControlPlaneOptions = {}): Promise<ControlPlane> => {
  const tools = { kubernetes: realTool('kubernetes'), etcd: realTool('etcd'), kwok: realTool('kwok') };
  const group = await openProcessGroup('control-plane-');
  const { folder, until } = group;
  const close: (() => Promise<void> | void)[] = [];
  const stop = async (): Promise<void> => {
    for (const each of close.splice(0).reverse()) await each();
    await group.stop();
  };
  try {
    const kubernetes = await startKubernetes(group, {
      tools,
      address: '127.0.0.1',
      advertised: ADVERTISED,
      serviceRange: '10.233.0.0/18',
      apiServer: featureGates.map((gate) => `--feature-gates=${gate}=true`),
      controllerManager: ['--enable-hostpath-provisioner=true'],
    });
    const { cluster, call, kubeconfigPath } = kubernetes;
    close.push(() => kubernetes.close());
    group.start('kwok', tools.kwok, [`--kubeconfig=${kubeconfigPath}`, `--config=${join(REPOSITORY, 'test/real/control-plane/stages.yaml')}`, '--manage-all-nodes', '--node-lease-duration-seconds=40', '--cidr=10.214.0.0/16']);

    for (const object of furniture(nodes)) await until(`${object.kind} ${object.metadata?.name}`, () => cluster.objects.create(object));
    const loadBalancer = startLoadBalancer(cluster, call, addresses);
    close.push(() => loadBalancer.close());
    close.push(() => removeVolumes(call));
    await until('ready nodes', async () => ((await call('GET', '/api/v1/nodes')).body.items as V1Node[]).every(isReady));
    await until('the cluster’s DNS', async () => ((await call('GET', '/apis/apps/v1/namespaces/kube-system/deployments/coredns')).body as V1Deployment).status?.availableReplicas === 2);
    return { ...kubernetes, folder, loadBalancer, until, stop };
  } catch (error) {
    await stop();
    throw error;
  }
};

/** Ready, and no longer kept from being used. */
const isReady = ({ spec, status }: V1Node): boolean => (status?.conditions ?? []).some(({ type, status: state }) => type === 'Ready' && state === 'True') && (spec?.taints ?? []).length === 0;

/** The controller manager makes the folders of its volumes below /tmp, wherever ours is. */
const removeVolumes = async (call: Call): Promise<void> => {
  const { body } = await call('GET', '/api/v1/persistentvolumes');
  const folders = ((body.items ?? []) as V1PersistentVolume[]).flatMap(({ spec }) => spec?.hostPath?.path ?? []);
  for (const path of folders) {
    await rm(path, { recursive: true, force: true });
    await rmdir(dirname(path)).catch(() => undefined);
  }
};
