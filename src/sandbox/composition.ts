import { startApiDoor } from './api-door/index.js';
import { CloudError } from './cloud/cloud-error.js';
import { SandboxCloud } from './cloud/sandbox-cloud.js';
import type { CloudState } from './cloud/types.js';
import { SandboxClock } from './clock.js';
import { FaultBook } from './faults/book.js';
import { unreadyNodes } from './faults/cluster.js';
import type { Fault } from './faults/fault.js';
import { startEndpoints, type Endpoints } from './endpoints/index.js';
import { kubeconfigFor, SandboxCluster, startKubernetesDoor, type ClusterSnapshot, type KubernetesDoor } from './kubernetes-door/index.js';
import { startProviderDoor } from './provider-door/index.js';

/** Everything that a sandbox holds, as plain JSON. */
export interface SandboxState {
  version: 1;
  cloud: CloudState;
  /** By the cluster's id in the cloud; with the port that its API had, so that a kubeconfig stays valid. */
  clusters: Record<string, { port: number; objects: ClusterSnapshot }>;
  /** What it has been told to get wrong. */
  faults?: Fault[];
}

export interface SandboxOptions {
  speed: number;
  /** Path of the provider door's unix socket, below 104 bytes. */
  socket: string;
  apiPort?: number;
  state?: SandboxState;
  /** Faults from the first moment on. */
  faults?: readonly Fault[];
  /** Called after every change, often. */
  onChange?: () => void;
}

/** A sandbox with all its doors open. */
export interface Sandbox {
  apiUrl: string;
  apiPort: number;
  /** Value of TF_REATTACH_PROVIDERS. */
  reattach: string;
  snapshot(): SandboxState;
  close(): Promise<void>;
}

interface RunningCluster {
  cluster: SandboxCluster;
  door: KubernetesDoor;
  endpoints: Endpoints;
}

/**
 * Puts one in-memory cloud behind its doors: the Cloud API, terraform's provider protocol, and for each managed cluster of the cloud a
 * Kubernetes API with controllers and answering endpoints.
 */
export const openSandbox = async (options: SandboxOptions): Promise<Sandbox> => {
  const clock = new SandboxClock(options.speed);
  const faults = new FaultBook();
  for (const fault of [...(options.state?.faults ?? []), ...(options.faults ?? [])]) faults.add(fault);
  const cloud = new SandboxCloud({ clock, faults });
  if (options.state) cloud.restore(options.state.cloud);
  const running = new Map<string, RunningCluster>();
  const starting = new Map<string, Promise<void>>();
  const changed = (): void => options.onChange?.();

  const startCluster = async (id: string): Promise<void> => {
    const saved = options.state?.clusters[id];
    const { k8sVersion } = cloud.clusters.get(id).properties;
    const cluster = new SandboxCluster({ clock, addressPool: cloud.addresses, id, version: k8sVersion, faults });
    if (saved) cluster.restore(saved.objects);
    cluster.start();
    const door = await startKubernetesDoor(cluster, saved ? { port: saved.port } : {}).catch(() => startKubernetesDoor(cluster));
    const endpoints = await startEndpoints(cluster);
    cluster.onChange(changed);
    running.set(id, { cluster, door, endpoints });
    syncNodes(id);
  };
  const syncNodes = (id: string): void => {
    const joined = cloud.nodePools.list(id).flatMap((pool) => pool.nodes.filter((node) => node.metadata.state === 'READY').map((node) => ({ pool, node })));
    const unready = unreadyNodes(faults, joined.length);
    running.get(id)?.cluster.setNodes(
      joined.map(({ pool, node }, index) => ({
        name: node.properties.name,
        externalIP: node.properties.publicIP,
        cpu: String(pool.properties.coresCount),
        memory: `${pool.properties.ramSize}Mi`,
        labels: pool.properties.labels,
        ready: index >= unready,
      })),
    );
  };
  const stopCluster = async (id: string): Promise<void> => {
    const found = running.get(id);
    running.delete(id);
    if (!found) return;
    await found.endpoints.close();
    await found.door.close();
    found.cluster.stop();
  };
  /** The clusters that run are those that the cloud has. */
  const follow = (): void => {
    const wanted = new Set(cloud.clusters.list().map(({ id }) => id));
    for (const id of wanted) {
      if (running.has(id)) syncNodes(id);
      else if (!starting.has(id)) {
        starting.set(
          id,
          startCluster(id).finally(() => starting.delete(id)),
        );
      }
    }
    for (const id of running.keys()) if (!wanted.has(id)) void stopCluster(id);
  };

  follow();
  await Promise.all(starting.values());
  cloud.onChange(() => {
    follow();
    changed();
  });
  faults.onChange(() => {
    for (const id of running.keys()) syncNodes(id);
    changed();
  });
  const kubeconfig = (id: string): string => {
    const found = running.get(id);
    if (!found) throw new CloudError(503, '200', `cluster ${id} is not ready`, 1);
    return kubeconfigFor(found.door.url);
  };
  const api = await startApiDoor(cloud, { kubeconfig, ...(options.apiPort === undefined ? {} : { port: options.apiPort }) });
  const provider = await startProviderDoor(cloud, options.socket, { kubeconfig });
  return {
    apiUrl: api.url,
    apiPort: Number(new URL(api.url).port),
    reattach: provider.reattach,
    snapshot: () => ({
      version: 1,
      cloud: cloud.snapshot(),
      faults: faults.list(),
      clusters: Object.fromEntries([...running].map(([id, { cluster, door }]) => [id, { port: door.port, objects: cluster.snapshot() }])),
    }),
    async close() {
      await Promise.all(starting.values());
      await provider.close();
      await api.close();
      for (const id of [...running.keys()]) await stopCluster(id);
      cloud.close();
    },
  };
};
