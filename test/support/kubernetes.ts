import { readFile } from 'node:fs/promises';
import { onTestFinished } from 'vitest';
import { connect, type Cluster } from '../../src/cluster/client.js';
import { makeCluster, openDoor, type TestClusterOptions, type TestDoor } from './cluster.js';

export interface ClientBed extends TestDoor {
  client: Cluster;
}

/** A sandbox cluster, its door, and the product's own client in front of it. Closed when the test has finished. */
export const openClient = async (options: TestClusterOptions = {}): Promise<ClientBed> => {
  const door = await openDoor(makeCluster(options));
  onTestFinished(() => door.close());
  const client = connect(await readFile(door.kubeconfig, 'utf8'));
  return Object.assign(door, { client });
};

export const makeNamespace = async (bed: ClientBed, name: string): Promise<void> => {
  await bed.client.core.createNamespace({ body: { metadata: { name } } });
};

export const EVICTED = 'The node was low on resource: memory.';

/** What a node does to a pod that takes too much of it: its object stays. */
export const evict = (bed: ClientBed, namespace: string, name: string): void => {
  bed.cluster.store.mutate('Pod', namespace, name, (pod) => {
    const ended = ((pod.status?.containerStatuses ?? []) as object[]).map((status) => ({ ...status, ready: false, started: false, state: { terminated: { exitCode: 137, reason: 'Error' } } }));
    pod.status = { ...pod.status, phase: 'Failed', reason: 'Evicted', message: EVICTED, conditions: [], containerStatuses: ended };
  });
};

/** The names of the pods with this `app.kubernetes.io/name`. */
export const podsOf = (bed: ClientBed, namespace: string, app: string): string[] =>
  bed.cluster.store.list('Pod', namespace).filter(({ metadata }) => metadata.labels?.['app.kubernetes.io/name'] === app).map(({ metadata }) => metadata.name);
