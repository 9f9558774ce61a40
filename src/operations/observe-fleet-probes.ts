import { probe as ask } from '../cluster/endpoint.js';
import type { EndpointView } from '../engine/events.js';
import { APPS, type App } from '../engine/fleet-view.js';
import { isDocumentationAddress } from '../tenant/cidr.js';
import { endpointsOf } from '../tenant/endpoints.js';
import type { ServiceFacts } from './observe-fleet-objects.js';

/** Requests under way at a time. */
const CONCURRENCY = 16;
/** Pause between two requests to the same endpoint; longer for large fleets, so that there are at most 20 requests a second. */
const INTERVAL_MS = 15_000;
const SPREAD_MS = 50;
/** An endpoint that does not answer is asked again sooner. */
const RETRY_MS = 3_000;
const LOOK_MS = 250;

export interface Reachable {
  /** The URL as a person opens it. */
  url: string;
  /** Where to send a request; absent when none may be sent, and then `why` says the reason. */
  ask?: string;
  why?: string;
}

const PORTS: Record<App, 80 | 8080> = { wordpress: 80, openwebui: 8080 };

/**
 * Where a tenant's applications answer. Nothing is ever asked at a documentation address (RFC 5737), nor at a domain that would stand
 * for one: such a request would only tell a stranger about the tenant. There, only URLs count that the load balancer announced.
 */
export const reachable = (facts: { ip: string; service: ServiceFacts | undefined; domains: Record<App, string | null>; recorded: Partial<Record<App, string>> }): Record<App, Reachable> => {
  const { service, domains } = facts;
  const announced = service?.announced ?? {};
  const ip = service?.address ?? facts.ip;
  const urls = endpointsOf({ ip, domains, announced });
  const one = (app: App): Reachable => {
    const loopback = announced[PORTS[app]];
    if (loopback !== undefined) return { url: urls[app], ask: loopback };
    const url = ip === '' ? (facts.recorded[app] ?? '') : urls[app];
    if (service?.address === undefined) return { url, why: 'no address yet' };
    if (isDocumentationAddress(ip)) return { url, why: 'a documentation address, nothing is asked there' };
    return { url, ask: url };
  };
  return { wordpress: one('wordpress'), openwebui: one('openwebui') };
};

interface Target {
  tenant: string;
  app: App;
  url: string;
  dueAt: number;
  busy: boolean;
  view?: EndpointView;
}

export interface ProberOptions {
  signal: AbortSignal;
  /** Called with each answer that differs in anything that can be seen. */
  onAnswer: (tenant: string) => void;
  probe?: (url: string, signal?: AbortSignal) => Promise<EndpointView>;
}

/** Asks endpoints again and again, a few at a time. */
export class Prober {
  readonly #targets = new Map<string, Target>();
  readonly #options: ProberOptions;
  readonly #probe: (url: string, signal?: AbortSignal) => Promise<EndpointView>;
  #underWay = 0;

  constructor(options: ProberOptions) {
    this.#options = options;
    this.#probe = options.probe ?? ask;
  }

  /** Says where a tenant's applications are asked from now on; an absent one is not asked. */
  aim(tenant: string, urls: Partial<Record<App, string>>): void {
    for (const app of APPS) {
      const key = `${tenant}/${app}`;
      const url = urls[app];
      if (this.#targets.get(key)?.url === url) continue;
      if (url === undefined) this.#targets.delete(key);
      else this.#targets.set(key, { tenant, app, url, dueAt: 0, busy: false });
    }
  }

  /** The last answer from the present URL. */
  answer(tenant: string, app: App): EndpointView | undefined {
    return this.#targets.get(`${tenant}/${app}`)?.view;
  }

  /** Asks until `signal` aborts. */
  start(): void {
    const timer = setInterval(() => this.#pump(), LOOK_MS);
    this.#options.signal.addEventListener('abort', () => clearInterval(timer), { once: true });
    this.#pump();
  }

  /** Asks everything once. */
  async once(): Promise<void> {
    const waiting = [...this.#targets.values()];
    const worker = async (): Promise<void> => {
      for (let target = waiting.shift(); target; target = waiting.shift()) await this.#ask(target);
    };
    await Promise.all(Array.from({ length: CONCURRENCY }, worker));
  }

  #pump(): void {
    if (this.#options.signal.aborted) return;
    const now = performance.now();
    for (const target of this.#targets.values()) {
      if (this.#underWay >= CONCURRENCY) return;
      if (target.busy || target.dueAt > now) continue;
      void this.#ask(target).then(() => this.#pump());
    }
  }

  async #ask(target: Target): Promise<void> {
    target.busy = true;
    this.#underWay += 1;
    const view = await this.#probe(target.url, this.#options.signal);
    this.#underWay -= 1;
    target.busy = false;
    const well = view.status !== undefined && view.status < 400;
    target.dueAt = performance.now() + (well ? Math.max(INTERVAL_MS, this.#targets.size * SPREAD_MS) : RETRY_MS);
    // A new URL may have taken this one's place meanwhile.
    if (this.#options.signal.aborted || this.#targets.get(`${target.tenant}/${target.app}`) !== target) return;
    target.view = view;
    this.#options.onAnswer(target.tenant);
  }
}
