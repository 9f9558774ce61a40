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
