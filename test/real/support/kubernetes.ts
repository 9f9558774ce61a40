import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { connect, type Cluster } from '../../../src/cluster/client.js';
import { freePorts } from '../../support/free-ports.js';
import { cleanEnvironment, runTool, type ToolResult } from '../../support/tool.js';
import { callerOf, type Call } from './api.js';
import { createAuthority, kubeconfigText, type Authority } from './identities.js';
import type { ProcessGroup } from './processes.js';

export interface KubernetesOptions {
  /** Paths of the binaries. */
  tools: { kubernetes: string; etcd: string };
  /** Address of this machine at which the API server listens. */
  address: string;
  /** The address that it tells the pods. */
  advertised: string;
  serviceRange: string;
  /** More arguments, which may need certificates. */
  apiServer?: readonly string[] | ((authority: Authority) => Promise<readonly string[]>);
  controllerManager?: readonly string[];
}

/** A control plane that runs, and ways to talk to it. */
export interface Kubernetes {
  authority: Authority;
  server: string;
  /** The administrator's kubeconfig. */
  kubeconfig: string;
  kubeconfigPath: string;
  /** The product's own client, as administrator. */
  cluster: Cluster;
  call: Call;
  kubectl(args: readonly string[], input?: string): Promise<ToolResult>;
  /** A kubeconfig's text for somebody else, who may do nothing until a binding says so. */
  kubeconfigFor(name: string, groups?: readonly string[]): Promise<string>;
  /** The same as a file; returns its path. */
  writeKubeconfig(file: string, name: string, groups?: readonly string[]): Promise<string>;
  /** Closes the connections; the processes end with their group. */
  close(): void;
}

/** etcd, API server, controller manager and scheduler as they are released, in this group and its folder. Resolves when the API server is ready. */
export const startKubernetes = async (group: ProcessGroup, { tools, address, advertised, serviceRange, apiServer = [], controllerManager = [] }: KubernetesOptions): Promise<Kubernetes> => {
  const { folder, until } = group;
  const [etcdPort = 0, peerPort = 0, apiPort = 0] = await freePorts(3);
  const [etcdUrl, peerUrl, server] = [`http://127.0.0.1:${etcdPort}`, `http://127.0.0.1:${peerPort}`, `https://${address}:${apiPort}`];
  const authority = await createAuthority(join(folder, 'certificates'));
  const client = (file: string, name: string, groups: readonly string[]) => authority.issue(file, { name, groups }, 'extendedKeyUsage=clientAuth');
  const inside = serviceRange.replace(/\d+\/\d+$/, '1');
  const names = [...new Set(['127.0.0.1', address, advertised, inside])].map((ip) => `IP:${ip}`);
  const [serving, serviceAccounts] = await Promise.all([authority.issue('api-server', { name: 'kube-apiserver' }, `subjectAltName=${names.join(',')},DNS:localhost,DNS:kubernetes.default.svc`), authority.keyPair('service-accounts')]);
  const kubeconfigFor = async (name: string, groups: readonly string[] = []): Promise<string> => kubeconfigText(server, authority, await client(`user-${name.replaceAll(/[^a-z0-9]/gi, '-')}`, name, groups));
  const writeKubeconfig = async (file: string, name: string, groups: readonly string[] = []): Promise<string> => {
    await writeFile(join(folder, file), await kubeconfigFor(name, groups), { mode: 0o600 });
    return join(folder, file);
  };
  const kubeconfig = await kubeconfigFor('administrator', ['system:masters']);
  const kubeconfigPath = join(folder, 'kubeconfig');
  await writeFile(kubeconfigPath, kubeconfig, { mode: 0o600 });
  const { call, close } = callerOf(kubeconfig);
  try {
    group.start('etcd', tools.etcd, [
      '--data-dir=etcd', '--log-level=error', '--unsafe-no-fsync', '--initial-cluster', `default=${peerUrl}`,
      `--listen-client-urls=${etcdUrl}`, `--advertise-client-urls=${etcdUrl}`, `--listen-peer-urls=${peerUrl}`, `--initial-advertise-peer-urls=${peerUrl}`,
    ]);
    // Admission is what a release enables by itself. Privileged pods are allowed here, so that it is Pod Security that refuses them.
    group.start('kube-apiserver', tools.kubernetes, [
      'kube-apiserver', `--etcd-servers=${etcdUrl}`, `--bind-address=${address}`, `--secure-port=${apiPort}`, `--advertise-address=${advertised}`,
      `--tls-cert-file=${serving.certificate}`, `--tls-private-key-file=${serving.key}`, `--client-ca-file=${authority.certificate}`,
      `--service-account-key-file=${serviceAccounts.public}`, `--service-account-signing-key-file=${serviceAccounts.private}`, '--service-account-issuer=https://kubernetes.default.svc',
      '--authorization-mode=Node,RBAC', '--allow-privileged=true', `--service-cluster-ip-range=${serviceRange}`, '--profiling=false',
      ...(typeof apiServer === 'function' ? await apiServer(authority) : apiServer),
    ]);
    await until('an API server that is ready', async () => (await call('GET', '/readyz')).status === 200);

    const [controllers, scheduler] = await Promise.all([writeKubeconfig('controllers', 'system:kube-controller-manager'), writeKubeconfig('scheduler', 'system:kube-scheduler')]);
    group.start('kube-controller-manager', tools.kubernetes, [
      'kube-controller-manager', `--kubeconfig=${controllers}`, '--leader-elect=false', '--secure-port=0',
      `--service-account-private-key-file=${serviceAccounts.private}`, `--root-ca-file=${authority.certificate}`, '--use-service-account-credentials=true', '--profiling=false',
      ...controllerManager,
    ]);
    group.start('kube-scheduler', tools.kubernetes, ['kube-scheduler', `--kubeconfig=${scheduler}`, '--leader-elect=false', '--secure-port=0', '--profiling=false']);
    await mkdir(join(folder, 'kubectl'));
  } catch (error) {
    close();
    throw error;
  }
  return {
    authority,
    server,
    kubeconfig,
    kubeconfigPath,
    cluster: connect(kubeconfig),
    call,
    kubectl: (args, input) => runTool('kubectl', ['--kubeconfig', kubeconfigPath, '--cache-dir', join(folder, 'kubectl'), ...args], { env: cleanEnvironment(), ...(input === undefined ? {} : { input }) }),
    kubeconfigFor,
    writeKubeconfig,
    close,
  };
};
