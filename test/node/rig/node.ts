import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { V1Deployment, V1Node } from '@kubernetes/client-node';
import { startKubernetes } from '../../real/support/kubernetes.js';
import { openProcessGroup } from '../../real/support/processes.js';
import { startAddresses } from './addresses.js';
import { boot, command, made, startCilium, startKubelet } from './boot.js';
import type { Controller } from './controller.js';
import { dnsObjects } from './dns.js';
import { CGROUP, claimMachine, hasOwnNetwork, noteSwitches } from './machine.js';
import { ADDRESSES, NODE, writeSettings } from './settings.js';
import { startStorage, storageClasses } from './storage.js';

/** Where a node is: all that another process needs to work with it. */
export interface NodePlace {
  /** A folder that is removed at the end, with logs and the administrator's kubeconfig in it while it runs. */
  folder: string;
}

export interface RealNode {
  place: NodePlace;
  stop(): Promise<void>;
}

/** Without these no pod runs at all. */
const FIRST = ['local.test/pause:1', 'local.test/coredns:1'];

/**
 * A real Kubernetes of one node: control plane outside, as with a managed cluster, and a node in namespaces of its own with kubelet,
 * containerd, Cilium and kube-proxy, whose pods are processes and whose packets are packets. Ends with `stop`, and also when the
 * process that started it is killed; nothing of it is left then.
 */
export const startNode = async (): Promise<RealNode> => {
  if (!hasOwnNetwork()) throw new Error('the node needs a network of the test’s own; run it with npm run test:node');
  const [tools, images] = [made('node-tools'), made('node-images')] as [Record<string, string>, Record<string, string>];
  const tool = (name: string): string => tools[name] ?? '';
  const group = await openProcessGroup('node-', (folder) => ['sh', fileURLToPath(new URL('undo.sh', import.meta.url)), folder, CGROUP]);
  const { folder, until } = group;
  const close: (() => Promise<void> | void)[] = [];
  const stop = async (): Promise<void> => {
    for (const each of close.splice(0).reverse()) await each();
    await group.stop();
  };
  try {
    claimMachine();
    await noteSwitches(folder);
    for (const address of ['127.0.0.1/8', `${ADDRESSES.api}/32`, `${ADDRESSES.models}/32`]) await command('ip', 'address', 'replace', address, 'dev', 'lo');
    await command('ip', 'link', 'set', 'lo', 'up');
    const kubernetes = await startKubernetes(group, {
      tools: { kubernetes: tool('kubernetes'), etcd: tool('etcd') },
      address: ADDRESSES.api,
      advertised: ADDRESSES.api,
      serviceRange: ADDRESSES.services,
      apiServer: async (authority) => {
        const { certificate, key } = await authority.issue('kubelet-client', { name: 'kube-apiserver-kubelet-client', groups: ['system:masters'] }, 'extendedKeyUsage=clientAuth');
        return ['--enable-admission-plugins=NodeRestriction', `--kubelet-client-certificate=${certificate}`, `--kubelet-client-key=${key}`, `--kubelet-certificate-authority=${authority.certificate}`, '--kubelet-preferred-address-types=InternalIP'];
      },
      controllerManager: ['--allocate-node-cidrs=true', `--cluster-cidr=${ADDRESSES.pods}`, `--service-cluster-ip-range=${ADDRESSES.services}`],
    });
    const { authority, cluster, call, kubeconfigFor } = kubernetes;
    close.push(() => kubernetes.close());
    const create = async (objects: readonly object[]): Promise<void> => {
      for (const object of objects) await cluster.objects.create(object);
    };
    await create(storageClasses);

    const serving = await authority.issue('kubelet-server', { name: NODE }, `subjectAltName=IP:${ADDRESSES.node},DNS:${NODE}`);
    const text = (file: string): Promise<string> => readFile(file, 'utf8');
    await writeSettings(join(folder, 'upper'), {
      '/etc/kubernetes/pki/ca.crt': await text(authority.certificate),
      '/etc/kubernetes/pki/kubelet.crt': await text(serving.certificate),
      '/etc/kubernetes/pki/kubelet.key': await text(serving.key),
      '/etc/kubernetes/kubelet': await kubeconfigFor(`system:node:${NODE}`, ['system:nodes']),
      '/etc/kubernetes/kube-proxy': await kubeconfigFor('system:kube-proxy'),
      '/etc/kubernetes/cilium': await kubeconfigFor('cilium', ['system:masters']),
    });
    const booted = await boot(group);
    const load = (reference: string): Promise<void> => booted.done('ctr', '-n', 'k8s.io', 'images', 'import', `/opt/images/${basename(images[reference] ?? '')}`);
    for (const reference of FIRST) await load(reference);
    startKubelet(booted);
    const { exitCode, stderr } = await kubernetes.kubectl(['create', '--filename', join(tool('cilium-sources'), 'crds'), '--recursive']);
    if (exitCode !== 0) throw new Error(`Cilium's kinds: ${stderr}`);
    await until('the network of the node’s pods', async () => ((await call('GET', `/api/v1/nodes/${NODE}`)).body as V1Node).spec?.podCIDR);
    startCilium(booted);

    // Gigabytes, while the compiler is at work.
    const loaded = (async () => {
      for (const reference of Object.keys(images).filter((each) => !FIRST.includes(each))) await load(reference);
    })();
    loaded.catch(() => undefined);

    const controllers: Controller[] = [await startStorage(cluster, call, join(folder, 'disks')), startAddresses(cluster, call)];
    close.push(async () => void (await Promise.all(controllers.map((controller) => controller.close()))));
    await create(dnsObjects);
    await until('a ready node', async () => isReady((await call('GET', `/api/v1/nodes/${NODE}`)).body as V1Node));
    await until('the cluster’s DNS', async () => ((await call('GET', '/apis/apps/v1/namespaces/kube-system/deployments/coredns')).body as V1Deployment).status?.availableReplicas === 1);
    await loaded;
    return { place: { folder }, stop };
  } catch (error) {
    await stop();
    throw error;
  }
};

/** Ready, and no longer kept from being used. */
const isReady = ({ spec, status }: V1Node): boolean => (status?.conditions ?? []).some(({ type, status: state }) => type === 'Ready' && state === 'True') && (spec?.taints ?? []).length === 0;
