import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { V1EndpointSlice, V1Service } from '@kubernetes/client-node';
import type { Cluster } from '../../../src/cluster/client.js';
import { addressOf } from '../../../src/cluster/endpoint.js';
import { follow } from '../../../src/cluster/watch.js';
import { MERGE_PATCH, type Answer, type Call } from './api.js';

const CLEANUP = 'service.kubernetes.io/load-balancer-cleanup';

/** Who is told which Service holds which address: a sandbox's cloud, for instance, whose IP blocks then have consumers. */
export interface AddressPool {
  /** @throws Error when the Service cannot have this address: it then stays without one */
  claim(ip: string, consumer: { namespace: string; service: string }): void | Promise<void>;
  release(ip: string, consumer: { namespace: string; service: string }): void | Promise<void>;
}

export interface LoadBalancer {
  /** Why Services have no address, by `namespace/name`. */
  refusals: ReadonlyMap<string, string>;
  close(): Promise<void>;
}

/** Addresses for Services that ask for none (RFC 5737). */
const spareAddresses = function* (): Generator<string, never> {
  for (let host = 100; ; host += 1) yield `203.0.113.${host}`;
};

const portsOf = (service: V1Service): number[] => (service.spec?.ports ?? []).map(({ port }) => port);
const pathOf = (service: V1Service): string => `/api/v1/namespaces/${service.metadata?.namespace}/services/${service.metadata?.name}`;

/** What one Service has of the load balancer, and how it gets and loses it. */
class Balancer {
  readonly refusals = new Map<string, string>();
  readonly #doors = new Map<string, Server>();
  readonly #spare = spareAddresses();

  constructor(
    private readonly call: Call,
    private readonly pool: AddressPool | undefined,
  ) {}

  async reconcile({ metadata }: V1Service): Promise<void> {
    const { status, body } = await this.call('GET', pathOf({ metadata: metadata ?? {} }));
    if (status === 404) return;
    const service = body as V1Service;
    const [name, namespace] = [service.metadata?.name ?? '', service.metadata?.namespace ?? ''];
    const finalizers = service.metadata?.finalizers ?? [];
    if (service.spec?.type !== 'LoadBalancer' || service.metadata?.deletionTimestamp) {
      if (!finalizers.includes(CLEANUP)) return;
      const ip = addressOf(service);
      if (ip !== undefined) await this.pool?.release(ip, { namespace, service: name });
      await this.#closeDoors(`${namespace}/${name}:`);
      await this.#patch(service, '/status', { status: { loadBalancer: null } });
      await this.#patch(service, '', { metadata: { finalizers: finalizers.filter((each) => each !== CLEANUP), resourceVersion: null } });
      return;
    }
    if (!finalizers.includes(CLEANUP)) await this.#patch(service, '', { metadata: { finalizers: [...finalizers, CLEANUP] } });
    const ip = addressOf(service) ?? service.spec.loadBalancerIP ?? this.#spare.next().value;
    try {
      await this.pool?.claim(ip, { namespace, service: name });
    } catch (error) {
      this.refusals.set(`${namespace}/${name}`, error instanceof Error ? error.message : String(error));
      return;
    }
    this.refusals.delete(`${namespace}/${name}`);
    const annotations: Record<string, string> = {};
    for (const port of portsOf(service)) {
      const key = `${namespace}/${name}:${port}`;
      const door = this.#doors.get(key) ?? (await this.#openDoor(namespace, name));
      this.#doors.set(key, door);
      annotations[`ionos-tenants.io/url-${port}`] = `http://127.0.0.1:${(door.address() as AddressInfo).port}`;
    }
    const present = service.metadata?.annotations ?? {};
    if (Object.entries(annotations).some(([key, value]) => present[key] !== value)) await this.#patch(service, '', { metadata: { annotations } });
    if (addressOf(service) !== ip) await this.#patch(service, '/status', { status: { loadBalancer: { ingress: [{ ip, ipMode: 'VIP' }] } } });
  }

  close(): Promise<void> {
    return this.#closeDoors('');
  }

  async #patch(service: V1Service, part: '' | '/status', body: unknown): Promise<Answer> {
    const answer = await this.call('PATCH', `${pathOf(service)}${part}?fieldManager=load-balancer`, body, MERGE_PATCH);
    if (answer.status >= 400 && answer.status !== 404) throw new Error(`the load balancer was refused: ${answer.body.message}`);
    return answer;
  }

  /** A page that answers for one port: 200 while the API server lists a ready pod behind the Service. */
  async #openDoor(namespace: string, service: string): Promise<Server> {
    const isServed = async (): Promise<boolean> => {
      const { body } = await this.call('GET', `/apis/discovery.k8s.io/v1/namespaces/${namespace}/endpointslices?labelSelector=kubernetes.io/service-name=${service}`);
      return ((body.items ?? []) as V1EndpointSlice[]).some(({ endpoints }) => (endpoints ?? []).some(({ conditions }) => conditions?.ready === true));
    };
    const server = createServer((_request, response) => {
      void isServed()
        .catch(() => false)
        .then((served) => response.writeHead(served ? 200 : 503, { 'content-type': 'text/plain', 'cache-control': 'no-store' }).end(served ? `${namespace}/${service}\n` : 'no pod is ready\n'));
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    return server;
  }

  async #closeDoors(prefix: string): Promise<void> {
    for (const [key, server] of [...this.#doors]) {
      if (!key.startsWith(prefix)) continue;
      this.#doors.delete(key);
      server.closeAllConnections();
      await once(server.close(), 'close');
    }
  }
}

/**
 * The part of a cloud that serves Services of type LoadBalancer. It gives each the address it asks for; and because documentation
 * addresses lead nowhere, it answers for each port on 127.0.0.1 and says where by the annotation `ionos-tenants.io/url-<port>`.
 */
export const startLoadBalancer = (cluster: Cluster, call: Call, pool?: AddressPool): LoadBalancer => {
  const stop = new AbortController();
  const balancer = new Balancer(call, pool);
  let work = Promise.resolve();
  // One after the other: two changes of a Service must not race for its address.
  const schedule = (service: V1Service): void => {
    work = work.then(() => balancer.reconcile(service)).catch((error: unknown) => {
      if (!stop.signal.aborted) console.error(error);
    });
  };
  const following = follow<V1Service>(cluster, {
    path: '/api/v1/services',
    list: () => cluster.core.listServiceForAllNamespaces(),
    signal: stop.signal,
    onChange: (change) => {
      if (change.type === 'snapshot') change.objects.forEach(schedule);
      else if (change.type === 'set') schedule(change.object);
    },
  });
  return {
    refusals: balancer.refusals,
    async close() {
      stop.abort();
      await following;
      await work;
      await balancer.close();
    },
  };
};
