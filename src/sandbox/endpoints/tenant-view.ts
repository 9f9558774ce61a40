import { conditionOf } from '../controllers/conditions.js';
import type { SandboxCluster } from '../kubernetes-door/cluster.js';
import type { KubeObject, Loose } from '../kubernetes-door/objects.js';
import { matchesSelector } from '../kubernetes-door/selectors.js';
import { podStatus } from '../kubernetes-door/tables.js';

/** What a port of a tenant's gateway stands for. */
export interface Application {
  /** The Service port's name, and the pods' app.kubernetes.io/name. */
  id: string;
  title: string;
  /** What a visitor would find on IONOS Cloud. */
  wouldBe: string;
}

const applications: Application[] = [
  {
    id: 'wordpress',
    title: 'WordPress',
    wouldBe: 'the tenant’s own WordPress: its public pages, its editor, and an MCP server through which the tenant’s Open WebUI reads and writes posts',
  },
  {
    id: 'openwebui',
    title: 'Open WebUI',
    wouldBe: 'the tenant’s own Open WebUI: chat with the models that the platform offers, wired over MCP to the tenant’s WordPress',
  },
];

export interface PodState {
  name: string;
  application: string;
  status: string;
  ready: boolean;
  node: string;
}

/** Everything that an endpoint's page tells, read from the cluster at the moment of the request. */
export interface TenantView {
  tenant: string;
  displayName: string;
  namespace: string;
  application: Application;
  /** Whether the gateway and the application behind this port would answer. */
  up: boolean;
  ip: string;
  /** Port of the dedicated address that this loopback port stands for. */
  port: number;
  sibling: { title: string; url: string } | undefined;
  image: string;
  isolation: string;
  guards: string[];
  allowed: string[];
  pods: PodState[];
}

const isReady = (pod: KubeObject): boolean => conditionOf(pod, 'Ready')?.['status'] === 'True' && !pod.metadata.deletionTimestamp;

const nameOf = (pod: KubeObject): string => pod.metadata.labels?.['app.kubernetes.io/name'] ?? pod.metadata.name;

const guardsOf = (cluster: SandboxCluster, namespace: string): string[] => {
  const count = (kind: string): number => cluster.store.list(kind, namespace).length;
  const policies = count('NetworkPolicy');
  const quota = cluster.store.list('ResourceQuota', namespace)[0]?.spec?.hard as Loose | undefined;
  const amounts = ['limits.cpu', 'requests.cpu', 'limits.memory', 'requests.memory', 'requests.storage'].flatMap((key) => (quota?.[key] === undefined ? [] : [`${key} ${String(quota[key])}`]));
  const level = cluster.store.find('Namespace', undefined, namespace)?.metadata.labels?.['pod-security.kubernetes.io/enforce'];
  return [
    `a namespace of its own, ${namespace}`,
    ...(policies > 0 ? [`${policies} network ${policies === 1 ? 'policy' : 'policies'}`] : []),
    ...(amounts.length > 0 ? [`a quota (${amounts.join(', ')})`] : []),
    ...(level ? [`pod security “${level}”`] : []),
    ...(count('LimitRange') > 0 ? ['default limits for every container'] : []),
  ];
};

/** The annotation that tells where a port of a Service can be reached from this machine. */
export const urlAnnotation = (port: number): string => `ionos-tenants.io/url-${port}`;

/** Reads the page's facts; undefined if the Service or its port is gone. */
export const viewOf = (cluster: SandboxCluster, namespace: string, name: string, port: number): TenantView | undefined => {
  const service = cluster.store.find('Service', namespace, name);
  const ports = (service?.spec?.ports ?? []) as Loose[];
  const mine = ports.find((candidate) => candidate['port'] === port);
  if (!service || !mine) return undefined;
  const home = cluster.store.find('Namespace', undefined, namespace);
  const portName = String(mine['name'] ?? '');
  const application = applications.find(({ id }) => id === portName) ?? { id: portName, title: portName || name, wouldBe: 'the application behind this port' };
  const pods = cluster.store.list('Pod', namespace);
  const doors = pods.filter((pod) => matchesSelector({ matchLabels: (service.spec.selector ?? {}) as Record<string, string> }, pod.metadata.labels));
  const backends = pods.filter((pod) => nameOf(pod) === application.id);
  const known = applications.some(({ id }) => id === application.id);
  const labelled = (key: string): string | undefined =>
    [service, home].flatMap((object) => [object?.metadata.annotations?.[`ionos-tenants.io/${key}`], object?.metadata.labels?.[`ionos-tenants.io/${key}`]]).find((value) => value !== undefined);
  const other = ports.find((candidate) => candidate !== mine && applications.some(({ id }) => id === candidate['name']));
  const otherUrl = other && service.metadata.annotations?.[urlAnnotation(Number(other['port']))];
  const tenant = labelled('tenant') ?? namespace.replace(/^tenant-/, '');
  return {
    tenant,
    displayName: labelled('display-name') ?? tenant,
    namespace,
    application,
    up: doors.some(isReady) && (!known || backends.some(isReady)),
    ip: String((service.status?.loadBalancer?.ingress as Loose[] | undefined)?.[0]?.['ip'] ?? ''),
    port,
    sibling: otherUrl ? { title: applications.find(({ id }) => id === other['name'])?.title ?? String(other['name']), url: otherUrl } : undefined,
    image: String(((known ? backends : doors)[0]?.spec?.containers as Loose[] | undefined)?.[0]?.['image'] ?? 'not created yet'),
    isolation: labelled('isolation') ?? 'namespace',
    guards: guardsOf(cluster, namespace),
    allowed: (service.spec.loadBalancerSourceRanges as string[] | undefined) ?? [],
    pods: pods.map((pod) => ({ name: pod.metadata.name, application: nameOf(pod), status: podStatus(pod), ready: isReady(pod), node: String(pod.spec?.nodeName ?? '') })),
  };
};
