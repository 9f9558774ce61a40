import { APPS, appTitle, countHealth, endedOperations, type FleetTenant, type FleetView, type TenantDetail } from '../../engine/fleet-view.js';
import { age, costWords, countWords, endpointWords, healthWord, tenantsWords, topUsageWords, totalsWords, usageWords, versionWords } from '../fleet-words.js';
import { duration } from '../time.js';
import { describeBytes } from '../../tenant/quantities.js';
import { table } from './table.js';

/** Warnings, or the newest where there are none, that are worth their lines. */
const EVENT_LINES = 10;
const HISTORY_LINES = 5;

const podCount = ({ pods }: FleetTenant): string => `${pods.ready}/${pods.total}`;

const insecure = (tenants: readonly FleetTenant[]): string[] => {
  const names = tenants.filter((tenant) => !tenant.encrypted).map(({ name }) => name);
  if (names.length === 0) return [];
  const whose = names.length === tenants.length ? (names.length === 1 ? '' : ' of every tenant') : ` of ${names.slice(0, 5).join(', ')}${names.length > 5 ? ` and ${names.length - 5} more` : ''}`;
  return ['', `Warning: logins${whose} travel unencrypted over HTTP, because no domain is set.`];
};

/** The fleet as text, worst first. */
export const fleetLines = (view: FleetView, now: number): string[] => {
  if (view.tenants.length === 0) return [`No tenants on platform ${view.platform} yet. Onboard the first one:`];
  const counts = countWords(countHealth(view.tenants)).map(({ words }) => words);
  const rows = view.tenants.map((tenant) => [
    tenant.name,
    healthWord(tenant),
    tenant.isolation,
    podCount(tenant),
    endpointWords(tenant.endpoints.wordpress),
    endpointWords(tenant.endpoints.openwebui),
    versionWords(tenant),
    topUsageWords(tenant.usage),
    costWords(tenant.costEur30d),
    age(tenant.createdAt, now),
    tenant.reason,
  ]);
  return [
    `Platform ${view.platform}: ${tenantsWords(view.tenants.length)}, ${counts.join(', ')}`,
    totalsWords(view).join(', '),
    '',
    ...table(['NAME', 'STATE', 'ISOLATION', 'PODS', 'WORDPRESS', 'OPEN WEBUI', 'VERSIONS', 'QUOTA', 'COST (30 DAYS)', 'AGE', 'REASON'], rows),
    ...insecure(view.tenants),
  ];
};

const detailLines = (detail: TenantDetail, now: number): string[] => {
  const warnings = detail.events.filter((event) => event.warning);
  const events = (warnings.length > 0 ? warnings : detail.events).slice(0, EVENT_LINES);
  return [
    '',
    ...table(['POD', 'READY', 'STATE', 'RESTARTS', 'AGE', 'NODE'], detail.pods.map((pod) => [pod.name, `${pod.ready}/${pod.containers}`, pod.reason || pod.phase, String(pod.restarts), age(pod.createdAt, now), pod.node ?? ''])),
    ...(detail.claims.length === 0 ? [] : ['', ...table(['CLAIM', 'STATE', 'SIZE', 'CLASS'], detail.claims.map((claim) => [claim.name, claim.phase, describeBytes(claim.size), claim.storageClass]))]),
    ...(events.length === 0 ? [] : ['', ...table([warnings.length > 0 ? 'WARNING' : 'EVENT', 'AGE', 'OBJECT', 'MESSAGE'], events.map((event) => [event.reason, age(event.at, now), event.object, event.count > 1 ? `${event.message} (${event.count} times)` : event.message]))]),
    ...(detail.history.length === 0
      ? []
      : ['', ...table(['OPERATION', 'OUTCOME', 'AGE', 'TOOK', 'BY', 'VERSION'], endedOperations(detail.history).slice(0, HISTORY_LINES).map((entry) => [entry.operation, entry.outcome, age(entry.at, now), entry.elapsedMs === undefined ? '' : duration(entry.elapsedMs), entry.by, entry.cliVersion]))]),
  ];
};

/** One tenant as text. */
export const tenantLines = (tenant: FleetTenant, detail: TenantDetail | undefined, now: number): string[] => [
  `${tenant.name}: ${healthWord(tenant)}${tenant.reason === '' ? '' : ` (${tenant.reason})`}`,
  '',
  ...table(
    ['WHAT', 'VALUE', 'ANSWER'],
    [
      ...APPS.map((app) => [`${appTitle(app)} ${tenant.applications[app]}`.trim(), tenant.endpoints[app].url || 'no address yet', endpointWords(tenant.endpoints[app])]),
      ['IP', tenant.ip],
      ['Size', `${tenant.preset}, isolation ${tenant.isolation}`],
      ['Models', tenant.models === 'none' ? 'none: Open WebUI has no models to chat with' : tenant.models],
      ['Pods', `${podCount(tenant)} ready, ${tenant.pods.restarts} restarts`],
      ['CPU', usageWords('cpu', tenant.usage.cpu)],
      ['Memory', usageWords('memory', tenant.usage.memory)],
      ['Storage', usageWords('storage', tenant.usage.storage)],
      ['Cost', tenant.costEur30d ? `${costWords(tenant.costEur30d)} for 30 days` : ''],
      ['Age', age(tenant.createdAt, now)],
    ],
  ).slice(1),
  ...(detail ? detailLines(detail, now) : []),
  ...insecure([tenant]),
];

/** `status --once` as text. */
export const statusLines = (view: FleetView, now: number): string[] => {
  const [only] = view.tenants;
  return view.detail && only ? tenantLines(only, view.detail, now) : fleetLines(view, now);
};
