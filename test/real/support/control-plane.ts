import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, rm, rmdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { V1Deployment, V1Node, V1PersistentVolume } from '@kubernetes/client-node';
import { connect, type Cluster } from '../../../src/cluster/client.js';
import { cleanEnvironment, runTool, type ToolResult } from '../../support/tool.js';
import { REPOSITORY } from '../../support/workspace.js';
import { callerOf, type Call } from './api.js';
import { furniture, type NodeOptions } from './furniture.js';
import { createAuthority, kubeconfigText } from './identities.js';
import { startLoadBalancer, type AddressPool, type LoadBalancer } from './load-balancer.js';
import { freePorts, openProcessGroup } from './processes.js';

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

export interface ControlPlane {
  /** A folder that is removed at the end, with logs in it while it runs. */
  folder: string;
  /** The administrator's kubeconfig. */
  kubeconfig: string;
  kubeconfigPath: string;
  /** The product's own client, as administrator. */
  cluster: Cluster;
  call: Call;
  kubectl(args: readonly string[], input?: string): Promise<ToolResult>;
  loadBalancer: LoadBalancer;
  /** A kubeconfig's text for somebody else, who may do nothing until a binding says so. */
  kubeconfigFor(name: string, groups?: readonly string[]): Promise<string>;
  /** The same as a file; returns its path. */
  writeKubeconfig(file: string, name: string, groups?: readonly string[]): Promise<string>;
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
    const [etcdPort = 0, peerPort = 0, apiPort = 0] = await freePorts(3);
    const [etcdUrl, peerUrl, server] = [`http://127.0.0.1:${etcdPort}`, `http://127.0.0.1:${peerPort}`, `https://127.0.0.1:${apiPort}`];
    const authority = await createAuthority(join(folder, 'certificates'));
    const client = (file: string, name: string, groups: readonly string[]) => authority.issue(file, { name, groups }, 'extendedKeyUsage=clientAuth');
    const [serving, serviceAccounts] = await Promise.all([authority.issue('api-server', { name: 'kube-apiserver' }, 'subjectAltName=IP:127.0.0.1,DNS:localhost,DNS:kubernetes.default.svc'), authority.keyPair('service-accounts')]);
    const kubeconfigFor = async (name: string, groups: readonly string[] = []): Promise<string> => kubeconfigText(server, authority, await client(`user-${name.replaceAll(/[^a-z0-9]/gi, '-')}`, name, groups));
    const writeKubeconfig = async (file: string, name: string, groups: readonly string[] = []): Promise<string> => {
      await writeFile(join(folder, file), await kubeconfigFor(name, groups), { mode: 0o600 });
      return join(folder, file);
    };
    const kubeconfig = await kubeconfigFor('administrator', ['system:masters']);
    const kubeconfigPath = join(folder, 'kubeconfig');
    await writeFile(kubeconfigPath, kubeconfig, { mode: 0o600 });
    const { call, close: hangUp } = callerOf(kubeconfig);
    close.push(hangUp);

    group.start('etcd', tools.etcd, [
      '--data-dir=etcd', '--log-level=error', '--unsafe-no-fsync', '--initial-cluster', `default=${peerUrl}`,
      `--listen-client-urls=${etcdUrl}`, `--advertise-client-urls=${etcdUrl}`, `--listen-peer-urls=${peerUrl}`, `--initial-advertise-peer-urls=${peerUrl}`,
    ]);
    // Admission is what a release enables by itself. Privileged pods are allowed here, so that it is Pod Security that refuses them.
    group.start('kube-apiserver', tools.kubernetes, [
      'kube-apiserver', `--etcd-servers=${etcdUrl}`, '--bind-address=127.0.0.1', `--secure-port=${apiPort}`, `--advertise-address=${ADVERTISED}`,
      `--tls-cert-file=${serving.certificate}`, `--tls-private-key-file=${serving.key}`, `--client-ca-file=${authority.certificate}`,
      `--service-account-key-file=${serviceAccounts.public}`, `--service-account-signing-key-file=${serviceAccounts.private}`, '--service-account-issuer=https://kubernetes.default.svc',
      '--authorization-mode=Node,RBAC', '--allow-privileged=true', '--service-cluster-ip-range=10.233.0.0/18', '--profiling=false',
      ...featureGates.map((gate) => `--feature-gates=${gate}=true`),
    ]);
    await until('an API server that is ready', async () => (await call('GET', '/readyz')).status === 200);

    const [controllers, scheduler] = await Promise.all([writeKubeconfig('controllers', 'system:kube-controller-manager'), writeKubeconfig('scheduler', 'system:kube-scheduler')]);
    group.start('kube-controller-manager', tools.kubernetes, [
      'kube-controller-manager', `--kubeconfig=${controllers}`, '--leader-elect=false', '--secure-port=0', '--enable-hostpath-provisioner=true',
      `--service-account-private-key-file=${serviceAccounts.private}`, `--root-ca-file=${authority.certificate}`, '--use-service-account-credentials=true', '--profiling=false',
    ]);
    group.start('kube-scheduler', tools.kubernetes, ['kube-scheduler', `--kubeconfig=${scheduler}`, '--leader-elect=false', '--secure-port=0', '--profiling=false']);
    group.start('kwok', tools.kwok, [`--kubeconfig=${kubeconfigPath}`, `--config=${join(REPOSITORY, 'test/real/control-plane/stages.yaml')}`, '--manage-all-nodes', '--node-lease-duration-seconds=40', '--cidr=10.214.0.0/16']);

    const cluster = connect(kubeconfig);
    for (const object of furniture(nodes)) await until(`${object.kind} ${object.metadata?.name}`, () => cluster.objects.create(object));
    const loadBalancer = startLoadBalancer(cluster, call, addresses);
    close.push(() => loadBalancer.close());
    close.push(() => removeVolumes(call));
    await until('ready nodes', async () => ((await call('GET', '/api/v1/nodes')).body.items as V1Node[]).every(isReady));
    await until('the cluster’s DNS', async () => ((await call('GET', '/apis/apps/v1/namespaces/kube-system/deployments/coredns')).body as V1Deployment).status?.availableReplicas === 2);
    await mkdir(join(folder, 'kubectl'));
    return {
      folder,
      kubeconfig,
      kubeconfigPath,
      cluster,
      call,
      kubectl: (args, input) => runTool('kubectl', ['--kubeconfig', kubeconfigPath, '--cache-dir', join(folder, 'kubectl'), ...args], { env: cleanEnvironment(), ...(input === undefined ? {} : { input }) }),
      loadBalancer,
      kubeconfigFor,
      writeKubeconfig,
      until,
      stop,
    };
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
