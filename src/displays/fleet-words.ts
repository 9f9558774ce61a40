import { topUsage, type FleetEndpoint, type FleetTenant, type FleetView, type Health, type Usage } from '../engine/fleet-view.js';
import { addRanges, formatEur } from '../tenant/money.js';
import { describeBytes, describeCores } from '../tenant/quantities.js';

/** How every display words what it shows of a fleet. */

const STEPS: readonly [number, string][] = [
  [86_400_000, 'd'],
  [3_600_000, 'h'],
  [60_000, 'min'],
];

/** `12 s`, `4 min`, `3 h`, `21 d`: the largest whole unit. */
export const age = (since: string | undefined, now: number): string => {
  const ms = now - new Date(since ?? '').getTime();
  if (!Number.isFinite(ms)) return '';
  for (const [step, unit] of STEPS) if (ms >= step) return `${Math.floor(ms / step)} ${unit}`;
  return `${Math.max(0, Math.floor(ms / 1000))} s`;
};

/** The state in one word: the phase where somebody works on it, else how it is. */
export const healthWord = ({ health, phase }: Pick<FleetTenant, 'health' | 'phase'>): string => {
  if (health === 'ok') return 'ready';
  if (health === 'busy') return phase === 'ready' ? 'working' : phase;
  return health;
};

/** `200 in 14 ms`, `HTTP 502`, `no answer`. */
export const endpointWords = (endpoint: FleetEndpoint): string => {
  if (endpoint.state === 'checking') return 'asking';
  if (endpoint.state === 'not-asked') return 'not asked';
  if (endpoint.status === undefined) return 'no answer';
  return endpoint.state === 'answers' ? `${endpoint.status} in ${endpoint.latencyMs ?? 0} ms` : `HTTP ${endpoint.status}`;
};

const percent = (share: number): string => `${Math.round(share * 100)} %`;

/** `memory 56 %`: the resource that is closest to its quota. */
export const topUsageWords = (usage: FleetTenant['usage']): string => {
  const top = topUsage(usage);
  return top ? `${top.resource} ${percent(top.share)}` : '';
};

/** `3.75 cores of 6 cores (63 %)`. */
export const usageWords = (resource: 'cpu' | 'memory' | 'storage', usage: Usage | null): string => {
  if (!usage) return 'no quota';
  const words = resource === 'cpu' ? describeCores : describeBytes;
  return `${words(usage.used)} of ${words(usage.hard)}${usage.hard > 0 ? ` (${percent(usage.used / usage.hard)})` : ''}`;
};

export const costWords = (cost: FleetTenant['costEur30d']): string => (cost ? formatEur(cost) : '');

/** WordPress and Open WebUI that run: `7.1.4 / 0.12.4`. */
export const versionWords = ({ applications }: Pick<FleetTenant, 'applications'>): string => {
  const { wordpress, openwebui } = applications;
  return wordpress === '' && openwebui === '' ? '' : `${wordpress || '?'} / ${openwebui || '?'}`;
};

const HEALTH_ORDER: readonly [Health, string][] = [
  ['failed', 'failed'],
  ['degraded', 'degraded'],
  ['busy', 'busy'],
  ['ok', 'ready'],
  ['suspended', 'suspended'],
];

/** `1 failed`, `7 ready`: only what there is, worst first. */
export const countWords = (counts: Readonly<Record<Health, number>>): { health: Health; words: string }[] =>
  HEALTH_ORDER.flatMap(([health, word]) => (counts[health] === 0 ? [] : [{ health, words: `${counts[health]} ${word}` }]));

/** `1 tenant`, `12 tenants`. */
export const tenantsWords = (count: number): string => `${count} ${count === 1 ? 'tenant' : 'tenants'}`;

/** The platform as a whole: `12 of 12 pods ready`, `23.28–48.39 EUR for 30 days`, `3 of 3 nodes ready`, `cpu 43 %, memory 38 % asked for`. */
export const totalsWords = ({ tenants, capacity }: FleetView): string[] => {
  const count = (figure: (tenant: FleetTenant) => number): number => tenants.reduce((sum, tenant) => sum + figure(tenant), 0);
  const costs = tenants.flatMap(({ costEur30d }) => costEur30d ?? []);
  // Where some cost is not known, the sum of the others would look like the whole.
  const cost = costs.length === 0 ? [] : [`${costs.length < tenants.length ? `${costs.length} of them ` : ''}${formatEur(addRanges(costs), { rounded: true })} for 30 days`];
  const nodes = capacity ? [`${capacity.nodes.ready} of ${capacity.nodes.total} nodes ready`] : [];
  const asked = (['cpu', 'memory'] as const).flatMap((resource) => (capacity && capacity[resource].hard > 0 ? [`${resource} ${percent(capacity[resource].used / capacity[resource].hard)}`] : []));
  return [`${count(({ pods }) => pods.ready)} of ${count(({ pods }) => pods.total)} pods ready`, ...cost, ...nodes, ...(asked.length === 0 ? [] : [`${asked.join(', ')} asked for`])];
};
