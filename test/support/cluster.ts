import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { SandboxClock } from '../../src/sandbox/clock.js';
import { kubeconfigFor, SandboxCluster, startKubernetesDoor } from '../../src/sandbox/kubernetes-door/index.js';
import type { AddressPool, ClusterSnapshot, KubernetesDoor } from '../../src/sandbox/kubernetes-door/index.js';
import type { KubeObject, Loose } from '../../src/sandbox/kubernetes-door/objects.js';
import { cleanEnvironment, runTool } from './tool.js';
import type { ToolResult } from './tool.js';

/** An address pool that knows which Service holds what. */
export class RecordingPool implements AddressPool {
  readonly held = new Map<string, string>();

  constructor(readonly reserved: readonly string[] = ['203.0.113.10', '203.0.113.11']) {}

  claim(ip: string, consumer: { namespace: string; service: string }): void {
    const name = `${consumer.namespace}/${consumer.service}`;
    if (!this.reserved.includes(ip)) throw new Error(`${ip} is not in a reserved IP block of this contract`);
    const holder = this.held.get(ip);
    if (holder !== undefined && holder !== name) throw new Error(`${ip} is in use by Service ${holder}`);
    this.held.set(ip, name);
  }

  release(ip: string, consumer: { namespace: string; service: string }): void {
    if (this.held.get(ip) === `${consumer.namespace}/${consumer.service}`) this.held.delete(ip);
  }
}

/** A clock on which time stands still until it is moved: `pass` lets everything that waits now go on. */
export class SteppedClock extends SandboxClock {
  #waiting: { ms: number; go: () => void }[] = [];

  constructor() {
    super(1);
  }

  override delay(ms: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ ms, go: resolve });
      signal?.addEventListener('abort', () => reject(signal.reason as Error));
    });
  }

  /** The waits under way, in milliseconds. */
  get waits(): number[] {
    return this.#waiting.map(({ ms }) => ms);
  }

  /** Ends every wait that is at most `ms` long. */
  pass(ms = Infinity): void {
    const due = this.#waiting.filter((wait) => wait.ms <= ms);
    this.#waiting = this.#waiting.filter((wait) => wait.ms > ms);
    for (const { go } of due) go();
  }
}

export const NODES = [
  { name: 'node-1', externalIP: '198.51.100.1', cpu: 4, memory: 16 },
  { name: 'node-2', externalIP: '198.51.100.2', cpu: 4, memory: 16 },
];

export interface TestClusterOptions {
  clock?: SandboxClock;
  pool?: RecordingPool;
  snapshot?: ClusterSnapshot;
  /** False leaves the controllers asleep. */
  start?: boolean;
}

export const makeCluster = (options: TestClusterOptions = {}): SandboxCluster => {
  const cluster = new SandboxCluster({ clock: options.clock ?? SandboxClock.immediate(), addressPool: options.pool ?? new RecordingPool(), id: 'cluster-1' });
  if (options.snapshot) cluster.restore(options.snapshot);
  else cluster.setNodes(NODES);
  if (options.start !== false) cluster.start();
  return cluster;
};

/** Resolves with the object as soon as it fits. */
export const until = (cluster: SandboxCluster, kind: string, namespace: string | undefined, name: string, fits: (object: KubeObject | undefined) => boolean): Promise<KubeObject> =>
  new Promise((resolve) => {
    const look = (): boolean => {
      const found = cluster.store.find(kind, namespace, name);
      if (!fits(found)) return false;
      resolve(found as KubeObject);
      return true;
    };
    if (look()) return;
    const stop = cluster.store.subscribe(() => {
      if (look()) stop();
    });
  });

export const condition = (object: KubeObject | undefined, type: string): Loose | undefined =>
  ((object?.status?.conditions ?? []) as Loose[]).find((candidate) => candidate['type'] === type);

/** The messages of the events about an object, by reason. */
export const eventsOf = (cluster: SandboxCluster, kind: string, name: string): Record<string, string> =>
  Object.fromEntries(
    cluster.store.list('Event').filter((event) => event['involvedObject'].kind === kind && String(event['involvedObject'].name).startsWith(name)).map((event) => [String(event['reason']), String(event['message'])]),
  );

export interface TestDoor {
  cluster: SandboxCluster;
  door: KubernetesDoor;
  /** Path of a kubeconfig file. */
  kubeconfig: string;
  /** A folder that is removed at the end. */
  folder: string;
  kubectl(args: readonly string[], input?: string): Promise<ToolResult>;
  call(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<{ status: number; body: Loose }>;
  close(): Promise<void>;
}

/** A cluster with its door open, and kubectl to knock on it. */
export const openDoor = async (cluster: SandboxCluster = makeCluster()): Promise<TestDoor> => {
  const door = await startKubernetesDoor(cluster);
  const folder = await mkdtemp(join(tmpdir(), 'kubernetes-door-'));
  const kubeconfig = join(folder, 'kubeconfig');
  await writeFile(kubeconfig, kubeconfigFor(door.url), { mode: 0o600 });
  return {
    cluster,
    door,
    kubeconfig,
    folder,
    kubectl: (args, input) => runTool('kubectl', ['--kubeconfig', kubeconfig, '--cache-dir', join(folder, 'kube-cache'), ...args], { env: cleanEnvironment(), ...(input === undefined ? {} : { input }) }),
    call: async (method, path, body, headers = {}) => {
      const response = await fetch(`${door.url}${path}`, {
        method,
        headers: { 'Content-Type': 'application/json', ...headers },
        ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
      });
      return { status: response.status, body: (await response.json()) as Loose };
    },
    close: async () => {
      await door.close();
      cluster.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
};
