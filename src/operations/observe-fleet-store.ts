import type { CoreV1Event, KubernetesObject, V1ConfigMap, V1Lease, V1Node, V1Pod } from '@kubernetes/client-node';
import { answers } from '../cluster/endpoint.js';
import { podDetail } from '../cluster/pod-detail.js';
import type { TenantRecord } from '../cluster/registry.js';
import { APPS, byHealth, inNameOrder, judge, worstPodsFirst, type App, type EventLine, type FleetCapacity, type FleetEndpoint, type FleetTenant, type FleetView, type PodDetail, type TenantDetail, type Usage } from '../engine/fleet-view.js';
import { parseBytes, parseMillicores } from '../tenant/quantities.js';
import { namespaceOf } from '../tenant/resource-names.js';
import type { TenantSpec } from '../tenant/spec.js';
import { eventLine, leaseFacts, nodeSize, operationOf, recordOf, versionOfImage, type LeaseFacts, type NodeSize, type PodFacts, type QuotaFacts } from './observe-fleet-objects.js';
import { CellTables } from './observe-fleet-cell.js';
import { reachable, type Prober, type Reachable } from './observe-fleet-probes.js';
import { FleetTable, labelledTenant } from './observe-fleet-table.js';

/** Newest events that a tenant's view keeps. */
const EVENTS = 100;

/** Whom the nodes belong to, where tenants have names. */
const EVERYBODY = '';

const PHASES_WITHOUT_ENDPOINTS = ['suspended', 'offboarding'];

const usageOf = (quota: QuotaFacts | undefined, key: string, parse: (value: string) => number, counted: number): Usage | null => {
  const name = quota?.hard[`limits.${key}`] === undefined ? `requests.${key}` : `limits.${key}`;
  const hard = quota?.hard[name];
  if (hard === undefined) return null;
  const used = quota?.used?.[name];
  return { used: used === undefined ? counted : parse(used), hard: parse(hard) };
};

/** Folds Kubernetes objects and endpoint answers into views. Only tenants that something happened to are made anew. */
export class FleetStore {
  readonly records: FleetTable<V1ConfigMap, TenantRecord>;
  readonly leases: FleetTable<V1Lease, LeaseFacts>;
  /** What runs in the platform's cluster. */
  readonly shared: CellTables;
  /** What runs in a cluster of a tenant's own; undefined until it has been reached for the first time. */
  readonly #own = new Map<string, CellTables>();
  /** Why the own cluster of a tenant cannot be read. */
  readonly #away = new Map<string, string>();
  /** Of the cluster, not of a tenant. */
  readonly nodes: FleetTable<V1Node, NodeSize>;
  readonly events: FleetTable<CoreV1Event, EventLine>;
  /** Only of the tenant that is looked at closely. */
  readonly podDetails: FleetTable<V1Pod, { name: string; detail: PodDetail }>;
  readonly #touched = new Set<string>();
  readonly #known = new Map<string, FleetTenant>();
  /** What the pods of the known ones ask for. */
  readonly #asks = new Map<string, PodFacts['asks']>();
  /** Names of the known ones in order; sorting by a language's rules is what takes time. */
  #names: string[] | undefined;
  readonly #onTouched: () => void;
  readonly #now: () => Date;
  #focus: string | undefined;
  #detail: TenantDetail | undefined;

  constructor(options: { onTouched: () => void; now?: () => Date; only?: string | undefined }) {
    this.#onTouched = options.onTouched;
    this.#now = options.now ?? (() => new Date());
    const touched = (tenant: string): void => this.touch(tenant);
    const limited = (tenant: string | undefined): string | undefined => (options.only === undefined || tenant === options.only ? tenant : undefined);
    const inSystem = (object: Parameters<typeof labelledTenant>[0]): string | undefined => limited(labelledTenant(object));
    this.records = new FleetTable({ tenantOf: inSystem, read: (map) => dropped(recordOf(map)), touched });
    this.shared = new CellTables(limited, touched);
    this.leases = new FleetTable({ tenantOf: (lease) => (lease.metadata?.name === `tenant-${labelledTenant(lease)}` ? inSystem(lease) : undefined), read: leaseFacts, touched });
    this.nodes = new FleetTable({ tenantOf: () => EVERYBODY, read: nodeSize, touched });
    // Events carry no labels of ours: only those of the focused tenant's namespace are ever read.
    const inFocus = (object: KubernetesObject): string | undefined => (this.#focus !== undefined && object.metadata?.namespace === namespaceOf(this.#focus) ? this.#focus : undefined);
    this.events = new FleetTable({ tenantOf: inFocus, read: eventLine, touched });
    this.podDetails = new FleetTable({ tenantOf: inFocus, read: (pod) => ({ name: pod.metadata?.name ?? '', detail: podDetail(pod) }), touched });
  }

  /** True once everything that a view needs has been listed. */
  get complete(): boolean {
    return this.records.filled && this.leases.filled && this.shared.filled;
  }

  touch(tenant: string): void {
    this.#touched.add(tenant);
    this.#onTouched();
  }

  /** Tables for what runs in a tenant's own cluster, to be filled from there. What an earlier connection brought stays until then. */
  ownTables(tenant: string): CellTables {
    const tables = this.#own.get(tenant) ?? new CellTables((owner) => (owner === tenant ? owner : undefined), (name) => this.touch(name));
    this.#own.set(tenant, tables);
    return tables;
  }

  /** Says why a tenant's own cluster cannot be read, or (undefined) that it can again. */
  cellIsAway(tenant: string, why: string | undefined): void {
    if (this.#away.get(tenant) === why) return;
    if (why === undefined) this.#away.delete(tenant);
    else this.#away.set(tenant, why);
    this.touch(tenant);
  }

  /** Tenants with a cluster of their own. */
  tenantsWithOwnCluster(): string[] {
    return this.records.tenants().filter((tenant) => isolationOf(this.#record(tenant)) === 'cluster');
  }

  #cellOf({ name, spec }: TenantRecord): CellTables {
    return (spec as TenantSpec).isolation === 'cluster' ? this.ownTables(name) : this.shared;
  }

  /** Undefined where everything of the tenant's cell is known. */
  #cellTrouble(record: TenantRecord): string | undefined {
    if (isolationOf(record) !== 'cluster') return undefined;
    return this.#away.get(record.name) ?? (this.ownTables(record.name).filled ? undefined : 'its own cluster has not answered yet');
  }

  /** Time alone can change these: a Lease expires. */
  touchRunning(): void {
    for (const tenant of this.#known.values()) if (tenant.operation) this.touch(tenant.name);
  }

  set focus(tenant: string | undefined) {
    if (this.#focus === tenant) return;
    this.events.clear();
    this.podDetails.clear();
    this.#focus = tenant;
    this.#detail = undefined;
    if (tenant !== undefined) this.touch(tenant);
  }

  /** The fleet as it is now. Tenants that something happened to are made anew, and `prober` is told where they can be reached. */
  view(platform: string, prober: Pick<Prober, 'aim' | 'answer'>, stale?: { since: string; reason: string }): FleetView {
    for (const name of this.#touched) {
      const record = this.#record(name);
      if (record && !this.#known.has(name)) this.#names = undefined;
      if (record) this.#known.set(name, this.#tenant(record, prober));
      else if (this.#known.delete(name)) {
        this.#names = undefined;
        this.#asks.delete(name);
        prober.aim(name, {});
      }
      if (name === this.#focus) this.#detail = record && this.#detailOf(record);
    }
    this.#touched.clear();
    const capacity = this.#capacity();
    this.#names ??= inNameOrder([...this.#known.keys()]);
    return {
      platform,
      at: this.#now().toISOString(),
      ...(this.complete ? {} : { connecting: true as const }),
      ...(stale ? { staleSince: stale.since, staleReason: stale.reason } : {}),
      tenants: byHealth(this.#names.flatMap((name) => this.#known.get(name) ?? [])),
      ...(capacity ? { capacity } : {}),
      ...(this.#detail ? { detail: this.#detail } : {}),
    };
  }

  #record(tenant: string): TenantRecord | undefined {
    return this.records.of(tenant)[0];
  }

  #places(record: TenantRecord): Record<App, Reachable> {
    const spec = record.spec as TenantSpec;
    const places = reachable({
      ip: record.ip ?? '',
      service: this.#cellOf(record).services.of(record.name)[0],
      domains: { wordpress: spec.wordpress?.domain ?? null, openwebui: spec.openwebui?.domain ?? null },
      recorded: record.endpoints ?? {},
    });
    const trouble = this.#cellTrouble(record);
    // Whether it has an address cannot be said while its cluster cannot be asked.
    if (trouble !== undefined) for (const app of APPS) if (places[app].ask === undefined) places[app] = { url: places[app].url, why: trouble };
    if (!PHASES_WITHOUT_ENDPOINTS.includes(record.phase)) return places;
    const resting = ({ url }: Reachable): Reachable => ({ url, why: record.phase });
    return { wordpress: resting(places.wordpress), openwebui: resting(places.openwebui) };
  }

  #tenant(record: TenantRecord, prober: Pick<Prober, 'aim' | 'answer'>): FleetTenant {
    const { name, phase } = record;
    const spec = record.spec as TenantSpec;
    const cell = this.#cellOf(record);
    const facts = cell.pods.of(name);
    const pods = worstPodsFirst(facts.map((pod) => pod.view));
    const counted = pods.filter((pod) => !pod.job);
    const places = this.#places(record);
    prober.aim(name, Object.fromEntries(APPS.flatMap((app) => (places[app].ask === undefined ? [] : [[app, places[app].ask]]))));
    const endpoint = (app: App): FleetEndpoint => {
      const { url, ask, why } = places[app];
      if (ask === undefined) return { url, state: 'not-asked', ...(why === undefined ? {} : { error: why }) };
      const answer = prober.answer(name, app);
      return answer ? { ...answer, url, state: answers(answer) ? 'answers' : 'silent' } : { url, state: 'checking' };
    };
    const endpoints = { wordpress: endpoint('wordpress'), openwebui: endpoint('openwebui') };
    const operation = operationOf(this.leases.of(name)[0], this.#now().getTime());
    const quota = cell.quotas.of(name)[0];
    const sum = (figure: (pod: PodFacts) => number): number => facts.reduce((total, pod) => total + figure(pod), 0);
    // Its own nodes are not the platform's.
    if (cell === this.shared) this.#asks.set(name, { cpu: sum((pod) => pod.asks.cpu), memory: sum((pod) => pod.asks.memory) });
    const imageOf = (app: App): string => versionOfImage(facts.find((pod) => pod.view.app === app && !pod.view.job)?.image ?? '');
    return {
      name,
      displayName: spec.displayName ?? name,
      namespace: namespaceOf(name),
      phase,
      preset: spec.preset ?? '',
      isolation: spec.isolation ?? '',
      models: Array.isArray(spec.openwebui?.models) ? spec.openwebui.models.join(', ') : 'none',
      ip: record.ip ?? '',
      encrypted: APPS.every((app) => (spec[app]?.domain ?? null) !== null),
      endpoints,
      pods: { ready: counted.filter((pod) => pod.reason === '').length, total: counted.length, restarts: counted.reduce((total, pod) => total + pod.restarts, 0) },
      ...judge({ phase, operation, pods, endpoints, last: record.history.at(-1), cellTrouble: this.#cellTrouble(record) }),
      version: record.history.findLast((entry) => entry.outcome === 'done')?.cliVersion ?? '',
      applications: { wordpress: imageOf('wordpress'), openwebui: imageOf('openwebui') },
      usage: {
        cpu: usageOf(quota, 'cpu', parseMillicores, sum((pod) => pod.cpu)),
        memory: usageOf(quota, 'memory', parseBytes, sum((pod) => pod.memory)),
        storage: usageOf(quota, 'storage', parseBytes, cell.claims.of(name).reduce((total, claim) => total + claim.size, 0)),
      },
      costEur30d: record.costEur30d ?? null,
      createdAt: record.createdAt,
      operation,
    };
  }

  #capacity(): FleetCapacity | undefined {
    const nodes = this.nodes.of(EVERYBODY);
    if (nodes.length === 0) return undefined;
    const ready = nodes.filter((node) => node.ready);
    const total = (list: Iterable<{ cpu: number; memory: number }>, resource: 'cpu' | 'memory'): number => [...list].reduce((sum, each) => sum + each[resource], 0);
    const usage = (resource: 'cpu' | 'memory'): Usage => ({ used: total(this.#asks.values(), resource), hard: total(ready, resource) });
    return { nodes: { ready: ready.length, total: nodes.length }, cpu: usage('cpu'), memory: usage('memory') };
  }

  #detailOf(record: TenantRecord): TenantDetail {
    return {
      name: record.name,
      ...(this.events.filled ? {} : { connecting: true as const }),
      pods: worstPodsFirst(this.#cellOf(record).pods.of(record.name).map((pod) => pod.view)),
      podDetails: Object.fromEntries(this.podDetails.of(record.name).map(({ name, detail }) => [name, detail])),
      events: this.events.of(record.name).sort((a, b) => b.at.localeCompare(a.at)).slice(0, EVENTS),
      claims: this.#cellOf(record).claims.of(record.name).sort((a, b) => a.name.localeCompare(b.name)),
      history: [...record.history].reverse(),
    };
  }
}

const isolationOf = (record: TenantRecord | undefined): string | undefined => (record?.spec as TenantSpec | undefined)?.isolation;

/** A removed tenant leaves a tombstone in the registry; it is not part of the fleet. */
const dropped = (record: TenantRecord | undefined): TenantRecord | undefined => (record?.phase === 'deleted' ? undefined : record);
