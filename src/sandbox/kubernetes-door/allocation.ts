import { randomInt } from 'node:crypto';

import type { KubeObject, Loose } from './objects.js';
import type { ObjectStore } from './store.js';

/** IONOS' managed clusters use 10.233.0.0/18 for Services and 10.233.64.0/18 for pods. */
const SERVICE_RANGE_START = 0x0ae90000;
const SERVICE_RANGE_SIZE = 2 ** 14;
const POD_RANGE_START = 0x0ae94000;
const FIRST_NODE_PORT = 30000;
const NODE_PORTS = 2768;
/** The first addresses belong to the API's own Service and to DNS. */
const RESERVED = 32;

const dotted = (address: number): string => [24, 16, 8, 0].map((bits) => (address >>> bits) & 255).join('.');

const taken = (store: ObjectStore, of: (spec: Loose) => unknown[]): Set<unknown> =>
  new Set(store.list('Service').flatMap((service) => of((service.spec ?? {}) as Loose)));

const firstFree = (used: Set<unknown>, from: number, count: number, start: number, make: (offset: number) => unknown): unknown => {
  for (let step = 0; step < count; step += 1) {
    const value = make(from + ((start + step) % count));
    if (!used.has(value)) return value;
  }
  return undefined;
};

/** Gives a Service what the API server allocates: its cluster address and its node ports. Changes `service` in place. */
export const allocateForService = (store: ObjectStore, service: KubeObject): void => {
  const spec = service.spec as Loose;
  if (spec['type'] === 'ExternalName') return;
  if (!spec['clusterIP']) {
    const used = taken(store, (other) => [other['clusterIP']]);
    spec['clusterIP'] = firstFree(used, RESERVED, SERVICE_RANGE_SIZE - RESERVED - 1, 0, (offset) => dotted(SERVICE_RANGE_START + offset));
  }
  spec['clusterIPs'] = [spec['clusterIP']];
  const wantsPorts = spec['type'] === 'NodePort' || (spec['type'] === 'LoadBalancer' && spec['allocateLoadBalancerNodePorts'] !== false);
  if (!wantsPorts) return;
  const used = taken(store, (other) => ((other['ports'] ?? []) as Loose[]).map((port) => port['nodePort'] as unknown));
  for (const port of (spec['ports'] ?? []) as Loose[]) {
    port['nodePort'] ??= firstFree(used, FIRST_NODE_PORT, NODE_PORTS, randomInt(NODE_PORTS), (number) => number);
    used.add(port['nodePort']);
  }
};

/** An address for a pod that no other pod has. */
export const allocatePodAddress = (store: ObjectStore): string => {
  const used = new Set(store.list('Pod').map((pod) => (pod.status as Loose | undefined)?.['podIP'] as unknown));
  return String(firstFree(used, 16, SERVICE_RANGE_SIZE - 32, store.revision % (SERVICE_RANGE_SIZE - 32), (offset) => dotted(POD_RANGE_START + offset)));
};
