import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startApiDoor } from '../../../src/sandbox/api-door/index.js';
import type { SandboxCloud } from '../../../src/sandbox/cloud/index.js';
import { sandboxEnvironment } from '../../../src/sandbox/home.js';
import { startProviderDoor } from '../../../src/sandbox/provider-door/index.js';
import { buildPlatform, immediateCloud } from '../../support/cloud.js';
import { startControlPlane, type ControlPlane } from './control-plane.js';
import { nodeObjects, type NodeOptions } from './furniture.js';

/** An IONOS account whose managed cluster is a real control plane. */
export interface Account {
  cloud: SandboxCloud;
  plane: ControlPlane;
  /** What makes the command line, terraform and the provider use this account. */
  env: Record<string, string>;
  close(): Promise<void>;
}

/**
 * The sandbox's cloud behind its own doors, but with a real control plane where the sandbox would simulate one. The cluster's nodes are
 * those of its node pools in the cloud, and its load balancer takes addresses from the contract's IP blocks.
 */
export const openAccount = async (): Promise<Account> => {
  const cloud = immediateCloud();
  const { cluster } = await buildPlatform(cloud, { coresCount: 4, ramSize: 16384 });
  const consumer = (service: { namespace: string; service: string }) => ({ ...service, clusterId: cluster.id });
  const nodes = (): NodeOptions[] =>
    cloud.nodePools.list(cluster.id).flatMap((pool) =>
      pool.nodes
        .filter((node) => node.metadata.state === 'READY')
        .map(({ properties: { name, publicIP } }) => ({ name, externalIP: publicIP, cpu: pool.properties.coresCount, memory: pool.properties.ramSize / 1024, labels: { ...pool.properties.labels } })),
    );
  const plane = await startControlPlane({
    nodes: nodes(),
    addresses: { claim: (ip, service) => cloud.addresses.claim(ip, consumer(service)), release: (ip, service) => cloud.addresses.release(ip, consumer(service)) },
  });
  const folder = await mkdtemp(join(tmpdir(), 'account-'));
  const doors = { kubeconfig: () => plane.kubeconfig };
  const [api, provider] = await Promise.all([startApiDoor(cloud, doors), startProviderDoor(cloud, join(folder, 'provider.sock'), doors)]);

  let work = Promise.resolve();
  let made = nodes().length;
  const sync = async (): Promise<void> => {
    const wanted = nodes();
    const present = (await plane.cluster.core.listNode()).items.map(({ metadata }) => metadata?.name ?? '');
    for (const node of wanted.filter(({ name }) => !present.includes(name))) {
      for (const object of nodeObjects(node, made)) await plane.cluster.objects.create(object);
      made += 1;
    }
    for (const name of present.filter((each) => !wanted.some((node) => node.name === each))) await plane.call('DELETE', `/api/v1/nodes/${name}`);
  };
  cloud.onChange(() => {
    work = work.then(sync).catch((error: unknown) => console.error(error));
  });
  return {
    cloud,
    plane,
    env: sandboxEnvironment({ apiUrl: api.url, reattach: provider.reattach }),
    async close() {
      await Promise.all([api.close(), provider.close()]);
      cloud.close();
      await work;
      await plane.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
};
