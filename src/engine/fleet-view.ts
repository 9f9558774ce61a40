import type { EndpointView, PodView, Range } from './views.js';

/** The two applications of a tenant that answer to the outside. */
export type App = 'wordpress' | 'openwebui';
export const APPS: readonly App[] = ['wordpress', 'openwebui'];

/** How a tenant is, worst first. `suspended` is a wish, not an illness. */
export const HEALTHS = ['failed', 'degraded', 'busy', 'ok', 'suspended'] as const;
export type Health = (typeof HEALTHS)[number];

export interface FleetPod extends PodView {
  /** Init containers are left out. */
  containerNames: string[];
  /** In a state that does not pass by itself: a crash loop, an image that cannot be pulled. */
  stuck: boolean;
  /** Belongs to a Job: it ends by itself and does not count as an application. */
  job: boolean;
}

export interface FleetEndpoint extends EndpointView {
  /** `not-asked`: no request is sent there, `error` says why. `checking`: no answer has been waited for yet. */
  state: 'checking' | 'answers' | 'silent' | 'not-asked';
}

/** What is taken of a quota: CPU in millicores, memory and storage in bytes. */
export interface Usage {
  used: number;
  hard: number;
}

/** An operation that holds the tenant's Lease now. */
export interface RunningOperation {
  /** `<user>@<host> pid <pid>`. */
  holder: string;
  operation: string;
  /** ISO time. */
  since: string;
}

/** One tenant as an operator sees it. Times are ISO 8601. */
export interface FleetTenant {
  name: string;
  displayName: string;
  namespace: string;
  phase: string;
  preset: string;
  isolation: string;
  /** Model ids separated by commas, or `none`. */
  models: string;
  ip: string;
  /** Logins travel unencrypted while no domain is set. */
  encrypted: boolean;
  endpoints: Record<App, FleetEndpoint>;
  /** Pods of Jobs are not counted. */
  pods: { ready: number; total: number; restarts: number };
  health: Health;
  /** Why it is not well, or what is being done; empty when all is well. */
  reason: string;
  /** Version of this program that last finished an operation on it. */
  version: string;
  /** Versions that run, read from the pods' images; empty when unknown. */
  applications: Record<App, string>;
  usage: { cpu: Usage | null; memory: Usage | null; storage: Usage | null };
  costEur30d: Range | null;
  createdAt: string;
  operation: RunningOperation | null;
}

export interface EventLine {
  /** ISO time of the last time it happened. */
  at: string;
  warning: boolean;
  reason: string;
  /** `pod/mariadb-0`. */
  object: string;
  message: string;
  count: number;
}

export interface ClaimView {
  name: string;
  phase: string;
  /** Bytes. */
  size: number;
  storageClass: string;
}

export interface OperationEntry {
  at: string;
  operation: string;
  outcome: string;
  by: string;
  cliVersion: string;
  elapsedMs?: number;
}

/** How a container ended, or what it does now. */
export interface ContainerState {
  /** `running`, `waiting: CrashLoopBackOff`, `ended with 137 (OOMKilled)`. */
  words: string;
  /** False for a state that somebody should look at. */
  well: boolean;
  /** ISO time since when. */
  since?: string;
  /** The cluster's own words about it. */
  message?: string;
}

/** What a container may take of a node: CPU in millicores, memory in bytes; null where nothing is said. */
export interface Allotment {
  request: number | null;
  limit: number | null;
}

export interface ContainerView {
  name: string;
  /** Runs before the others and ends. */
  init: boolean;
  image: string;
  restarts: number;
  state: ContainerState;
  /** How it ended before it was started again. */
  before?: ContainerState;
  cpu: Allotment;
  memory: Allotment;
}

/** Everything about one pod that does not fit into a row. */
export interface PodDetail {
  ip: string;
  /** `StatefulSet/wordpress`; empty for a pod on its own. */
  owner: string;
  containers: readonly ContainerView[];
}

/** Everything about one tenant that does not fit into a row. */
export interface TenantDetail {
  name: string;
  /** Set until its events have been listed. */
  connecting?: true;
  /** Worst first. */
  pods: readonly FleetPod[];
  /** By the pods' names; a pod may be missing for a moment. */
  podDetails?: Readonly<Record<string, PodDetail>>;
  /** Newest first. */
  events: readonly EventLine[];
  claims: readonly ClaimView[];
  /** Newest first. */
  history: readonly OperationEntry[];
}

/** The nodes together. CPU and memory: what the tenants' pods ask for, of what the nodes that are ready give. */
export interface FleetCapacity {
  nodes: { ready: number; total: number };
  cpu: Usage;
  memory: Usage;
}

/** A platform's tenants at one moment. Immutable: a tenant that did not change is the same object as before. */
export interface FleetView {
  platform: string;
  /** ISO time of this view. */
  at: string;
  /** Set until everything has been listed once: what is missing below may be there all the same. */
  connecting?: true;
  /** Set while the cluster cannot be reached: since then nothing below is certain. */
  staleSince?: string;
  staleReason?: string;
  /** Worst first. */
  tenants: readonly FleetTenant[];
  /** Absent where the nodes may not be read. */
  capacity?: FleetCapacity;
  /** The tenant that is looked at closely, if any. */
  detail?: TenantDetail;
}

/** Called with each line of a log, and when it was written (ISO time) where that is known. */
export type LogListener = (line: string, at?: string) => void;

/** Where a dashboard gets its views and logs. An operation provides it; a display never knows how. */
export interface FleetSource {
  platform: string;
  /** Undefined until everything has been listed once. */
  current(): FleetView | undefined;
  /** Views come a few times a second at most, and at once when `focus` changed. */
  subscribe(listener: (view: FleetView) => void): () => void;
  /** Asks for details of one tenant from now on; undefined ends it. */
  focus(tenant: string | undefined): void;
  /** Follows a container's log from its last lines on, or reads the one before its last restart. Lines are redacted. Resolves when the log ends or `signal` aborts. */
  followLogs(pod: { namespace: string; name: string; container: string; previous?: boolean }, options: { signal: AbortSignal; onLine: LogListener }): Promise<void>;
  /** Rejects when watching cannot go on (rights taken away). */
  ended: Promise<void>;
}

const APP_TITLES: Record<App, string> = { wordpress: 'WordPress', openwebui: 'Open WebUI' };
export const appTitle = (app: App): string => APP_TITLES[app];

/** Workloads that a tenant cannot be without. The database may be an external one. */
const NEEDED = ['wordpress', 'openwebui', 'gateway'];

export interface HealthFacts {
  phase: string;
  operation: RunningOperation | null;
  pods: readonly FleetPod[];
  endpoints: Record<App, FleetEndpoint>;
  /** The newest entry of the tenant's history. */
  last?: OperationEntry | undefined;
  /** Why the cluster of its own cannot be read, if it has one: what is not seen is not known to be missing. */
  cellTrouble?: string | undefined;
}

const podTrouble = (pod: FleetPod): string => `${pod.name}: ${pod.reason}`;

const endpointTrouble = (app: App, endpoint: FleetEndpoint): string => `${APP_TITLES[app]}: ${endpoint.error ?? (endpoint.status === undefined ? 'no answer' : `HTTP ${endpoint.status}`)}`;

/** Judges a tenant: the worst thing that can be said about it, in a few words. Pure. */
export const judge = ({ phase, operation, pods, endpoints, last, cellTrouble }: HealthFacts): { health: Health; reason: string } => {
  const workloads = pods.filter((pod) => !pod.job);
  const stuck = cellTrouble === undefined ? workloads.find((pod) => pod.stuck) : undefined;
  const unwell = workloads.find((pod) => pod.reason !== '');
  if (stuck && phase !== 'suspended' && phase !== 'offboarding') return { health: 'failed', reason: podTrouble(stuck) };
  if (operation) return { health: 'busy', reason: unwell ? podTrouble(unwell) : `${operation.operation} by ${operation.holder}` };
  if (phase === 'suspended') return { health: 'suspended', reason: '' };
  if (phase === 'failed') return { health: 'failed', reason: `${last?.operation ?? 'the last operation'} failed${unwell ? `; ${podTrouble(unwell)}` : ''}` };
  if (phase !== 'ready') return { health: 'degraded', reason: `${phase} was interrupted: run the same command again` };
  if (cellTrouble !== undefined) return { health: 'failed', reason: cellTrouble };
  if (workloads.length === 0) return { health: 'failed', reason: 'no pod is there' };
  const silent = APPS.filter((app) => endpoints[app].state === 'silent' || endpoints[app].state === 'not-asked');
  const first = silent[0];
  const missing = NEEDED.find((name) => !workloads.some((pod) => pod.app === name));
  const reason = unwell ? podTrouble(unwell) : missing ? `no pod of ${missing}` : first ? endpointTrouble(first, endpoints[first]) : '';
  if (silent.length === APPS.length && APPS.every((app) => endpoints[app].state === 'silent')) return { health: 'failed', reason };
  return { health: reason === '' ? 'ok' : 'degraded', reason };
};

/** Well, or at rest because somebody wanted it so. */
export const isHealthy = (tenant: Pick<FleetTenant, 'health'>): boolean => tenant.health === 'ok' || tenant.health === 'suspended';

const byName = new Intl.Collator('en', { numeric: true });

/** Names in the order in which a person looks for them: `t9` before `t10`. Does not change its input. */
export const inNameOrder = (names: readonly string[]): string[] => [...names].sort(byName.compare);

/** Worst first; the order among those that are equally well stays. Does not change its input. */
export const byHealth = <T extends Pick<FleetTenant, 'health'>>(tenants: readonly T[]): T[] => HEALTHS.flatMap((health) => tenants.filter((tenant) => tenant.health === health));

/** Worst first, then by name. Does not change its input. */
export const worstFirst = <T extends Pick<FleetTenant, 'health' | 'name'>>(tenants: readonly T[]): T[] => byHealth([...tenants].sort((a, b) => byName.compare(a.name, b.name)));

/** Stuck pods first, then those that are not ready, then by name; pods of Jobs last. */
export const worstPodsFirst = (pods: readonly FleetPod[]): FleetPod[] => {
  const rank = (pod: FleetPod): number => (pod.job ? 3 : pod.stuck ? 0 : pod.reason !== '' ? 1 : 2);
  return [...pods].sort((a, b) => rank(a) - rank(b) || byName.compare(a.name, b.name));
};

/** Operations as they ended, newest first; one that began and has not ended only counts as the newest. */
export const endedOperations = (history: readonly OperationEntry[]): readonly OperationEntry[] => history.filter((entry, index) => index === 0 || entry.outcome !== 'started');

/** How many tenants are how. */
export const countHealth = (tenants: readonly Pick<FleetTenant, 'health'>[]): Record<Health, number> => {
  const counts: Record<Health, number> = { failed: 0, degraded: 0, busy: 0, ok: 0, suspended: 0 };
  for (const { health } of tenants) counts[health] += 1;
  return counts;
};

/** Tenants in which every word of the filter occurs: in name, display name, phase, health, preset, isolation, address or reason. */
export const filterTenants = (tenants: readonly FleetTenant[], filter: string): readonly FleetTenant[] => {
  const words = filter.toLowerCase().split(/\s+/).filter((word) => word !== '');
  if (words.length === 0) return tenants;
  return tenants.filter((tenant) => {
    const text = [tenant.name, tenant.displayName, tenant.phase, tenant.health, tenant.preset, tenant.isolation, tenant.ip, tenant.reason].join(' ').toLowerCase();
    return words.every((word) => text.includes(word));
  });
};

/** The resource of which the largest share of the quota is taken. */
export const topUsage = (usage: FleetTenant['usage']): { resource: 'cpu' | 'memory' | 'storage'; share: number } | undefined =>
  (['cpu', 'memory', 'storage'] as const)
    .flatMap((resource) => {
      const figure = usage[resource];
      return figure && figure.hard > 0 ? [{ resource, share: figure.used / figure.hard }] : [];
    })
    .sort((a, b) => b.share - a.share)[0];
