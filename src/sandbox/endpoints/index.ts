import type { SandboxCluster } from '../kubernetes-door/cluster.js';
import { keyOf } from '../kubernetes-door/objects.js';
import type { KubeObject, Loose } from '../kubernetes-door/objects.js';
import { listen } from './listener.js';
import type { Listener } from './listener.js';
import { candidatePorts } from './ports.js';
import { urlAnnotation, viewOf } from './tenant-view.js';

export interface Endpoints {
  /** Every open page, as the Services' annotations name it. */
  list(): { namespace: string; service: string; port: number; url: string }[];
  /** Resolves when every Service that is known now has its pages. */
  settled(): Promise<void>;
  close(): Promise<void>;
}

interface OpenPage {
  service: KubeObject;
  port: number;
  listener: Listener;
}

const isBalanced = (service: KubeObject): boolean =>
  service.spec?.type === 'LoadBalancer' && !service.metadata.deletionTimestamp && ((service.status?.loadBalancer?.ingress ?? []) as Loose[]).length > 0;

const rememberedPort = (service: KubeObject, port: number): number | undefined => {
  const url = service.metadata.annotations?.[urlAnnotation(port)];
  return url === undefined ? undefined : Number(new URL(url).port) || undefined;
};

/** Opens and closes pages as LoadBalancer Services come and go. One change is worked off after the other, so that ports are not raced for. */
class EndpointKeeper {
  readonly #open = new Map<string, OpenPage>();
  readonly #unsubscribe: () => void;
  #work: Promise<void> = Promise.resolve();
  #closed = false;

  constructor(private readonly cluster: SandboxCluster) {
    this.#unsubscribe = cluster.store.subscribe((change) => {
      if (change.kind === 'Service') this.#schedule(change.object);
    });
    for (const service of cluster.store.list('Service')) this.#schedule(service);
  }

  list(): ReturnType<Endpoints['list']> {
    return [...this.#open.values()].map(({ service, port, listener }) => ({
      namespace: service.metadata.namespace ?? '',
      service: service.metadata.name,
      port,
      url: `http://127.0.0.1:${listener.port}`,
    }));
  }

  settled(): Promise<void> {
    return this.#work;
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#unsubscribe();
    await this.#work;
    await Promise.all([...this.#open.values()].map(({ listener }) => listener.close()));
    this.#open.clear();
  }

  #schedule(service: KubeObject): void {
    const { namespace, name } = service.metadata;
    this.#work = this.#work.then(() => (this.#closed ? undefined : this.#update(namespace ?? '', name)));
  }

  async #update(namespace: string, name: string): Promise<void> {
    const service = this.cluster.store.find('Service', namespace, name);
    const wanted = service && isBalanced(service) ? ((service.spec.ports ?? []) as Loose[]).map((port) => Number(port['port'])) : [];
    const key = (port: number): string => `${keyOf(namespace, name)}:${port}`;
    for (const [id, page] of [...this.#open]) {
      if (page.service.metadata.namespace !== namespace || page.service.metadata.name !== name || wanted.includes(page.port)) continue;
      this.#open.delete(id);
      await page.listener.close();
    }
    for (const port of wanted) {
      if (service && !this.#open.has(key(port))) {
        const near = wanted.map((other) => this.#open.get(key(other))?.listener.port).find((open) => open !== undefined);
        const listener = await this.#openPage(service, port, near);
        this.#open.set(key(port), { service, port, listener });
      }
    }
    this.#announce(namespace, name, wanted.map((port) => [port, this.#open.get(key(port))?.listener.port ?? 0]));
  }

  async #openPage(service: KubeObject, port: number, near: number | undefined): Promise<Listener> {
    const { namespace = '', name } = service.metadata;
    const others = this.cluster.store.list('Service').filter((other) => other.metadata.uid !== service.metadata.uid);
    const taken = new Set(others.flatMap((other) => ((other.spec?.ports ?? []) as Loose[]).flatMap((item) => rememberedPort(other, Number(item['port'])) ?? [])));
    for (const candidate of candidatePorts(port, rememberedPort(service, port), taken, near)) {
      const listener = await listen(candidate, () => viewOf(this.cluster, namespace, name, port));
      if (listener) return listener;
    }
    throw new Error('no port of 127.0.0.1 could be opened');
  }

  /** Writes the URLs on the Service: they survive a restart there, and clients look for them there. */
  #announce(namespace: string, name: string, ports: [service: number, loopback: number][]): void {
    this.cluster.store.mutate('Service', namespace, name, (draft) => {
      const urls = Object.fromEntries(ports.map(([port, loopback]) => [urlAnnotation(port), `http://127.0.0.1:${loopback}`]));
      if (ports.length > 0) draft.metadata.annotations = { ...draft.metadata.annotations, ...urls };
    });
  }
}

/**
 * Serves a page on 127.0.0.1 for each port of each Service of type LoadBalancer that has its address, and writes
 * `ionos-tenants.io/url-<port>` on the Service. A page answers 503 until the gateway's and the application's pods are ready.
 * Resolves when the pages of present Services are open.
 */
export const startEndpoints = async (cluster: SandboxCluster): Promise<Endpoints> => {
  const keeper = new EndpointKeeper(cluster);
  await keeper.settled();
  return {
    list: () => keeper.list(),
    settled: () => keeper.settled(),
    close: () => keeper.close(),
  };
};
