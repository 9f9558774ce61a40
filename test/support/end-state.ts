import { readdir, readFile, readlink } from 'node:fs/promises';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import type { KubernetesObject, V1Secret } from '@kubernetes/client-node';
import type { Cluster } from '../../src/cluster/client.js';
import { listReleases } from '../../src/cluster/releases.js';
import { cloudOf, filesBelow, KINDS, type Operator } from './cli.js';

/** What differs between two runs that did the same: random values, identifiers, times, addresses, ports. */
const VARYING: [RegExp, string][] = [
  [/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g, '<uuid>'],
  [/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z/g, '<time>'],
  [/\b[0-9a-f]{16,64}\b/g, '<hex>'],
  [/http:\/\/127\.0\.0\.1:\d+/g, '<url>'],
  [/\b(?:192\.0\.2|198\.51\.100|203\.0\.113)\.\d+\b/g, '<address>'],
  [/\b127\.0\.0\.1:\d+\b/g, '<local>'],
  [/\b02(:[0-9a-f]{2}){5}\b/g, '<mac>'],
  [/\bionos-tenants-main-(?:shared|acme)-[0-9a-f]{10}\b/g, '<node>'],
  // Where the scheduler has put something.
  [/"volume.kubernetes.io\/selected-node": "[^"]*"/g, '<node>'],
  // The sandbox's API server, which the model gateway may reach.
  [/(port\\*"?: )[3-6]\d{4}\b/g, '$1<port>'],
];

export const normalised = (value: unknown): string => VARYING.reduce((text, [varying, word]) => text.replaceAll(varying, word), JSON.stringify(value, (_key, inner: unknown) => (inner !== null && typeof inner === 'object' && !Array.isArray(inner) ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1))) : inner), 1));

type Loose = KubernetesObject & { spec?: Record<string, unknown>; data?: Record<string, string>; status?: unknown; type?: string; webhooks?: unknown };

const decoded = (text: string): string => Buffer.from(text, 'base64').toString();
const isRelease = (object: Loose): boolean => object.type === 'helm.sh/release.v1';
const isState = (object: Loose): boolean => /^tfstate-|terraform-state$/.test(object.metadata?.name ?? '');

/** What a terraform state holds, without what differs from run to run. */
const resourcesOf = (state: string): string[] =>
  (JSON.parse(state) as { resources: { mode: string; module?: string; type: string; name: string; instances: { status?: string; index_key?: unknown }[] }[] }).resources
    .filter(({ mode }) => mode === 'managed')
    .flatMap(({ module = '', type, name, instances }) => instances.map((instance) => `${module} ${type}.${name} ${JSON.stringify(instance.index_key ?? null)} ${instance.status ?? 'whole'}`))
    .sort();

const contentOf = (object: Loose): unknown => {
  const { metadata = {}, status: _status, spec, ...rest } = object;
  const about = { labels: metadata.labels ?? {}, annotations: metadata.annotations ?? {}, owners: (metadata.ownerReferences ?? []).map(({ kind }) => kind) };
  if (object.kind === 'Lease') return { ...about, holder: spec?.['holderIdentity'] ?? '' };
  if (object.kind === 'Secret' && isState(object)) return { labels: about.labels, state: resourcesOf(gunzipSync(Buffer.from(object.data?.['tfstate'] ?? object.data?.['terraform.tfstate.gz'] ?? '', 'base64')).toString()) };
  if (object.kind === 'Secret') return { ...about, type: object.type, lengths: Object.fromEntries(Object.entries(object.data ?? {}).map(([key, value]) => [key, decoded(value).length])) };
  if (object.data?.['record.json'] !== undefined) {
    const { history: _history, ...record } = JSON.parse(object.data['record.json']) as { history: unknown };
    return { ...about, record };
  }
  // Allocated by the cluster.
  for (const allocated of ['clusterIP', 'clusterIPs', 'volumeName', 'claimRef', 'nodeName']) if (spec) delete spec[allocated];
  return { ...about, ...rest, spec };
};

/** helm's own record of a release's newest revision: what it was made from, and how it is. */
const releaseOf = (secret: V1Secret): unknown => {
  const release = JSON.parse(gunzipSync(Buffer.from(decoded(secret.data?.['release'] ?? ''), 'base64')).toString()) as { config: unknown; info: { status: string }; chart: { metadata: unknown }; manifest: string };
  return { status: release.info.status, chart: release.chart.metadata, values: release.config, manifest: release.manifest, digest: secret.metadata?.labels?.['ionos-tenants.io/digest'] };
};

/** Everything that a run has left in the cluster and in the cloud, by name, in a form in which two runs that did the same are equal. */
export const endStateOf = async (operator: Operator, cluster: Cluster): Promise<Record<string, string[]>> => {
  const lists = await Promise.all(
    [...KINDS, ['v1', 'PersistentVolume'] as const].map(async ([apiVersion, kind]) => (await cluster.objects.list(apiVersion, kind)).items.map((item): Loose => ({ ...item, kind }))),
  );
  const objects = lists.flat();
  const secrets = (await cluster.core.listSecretForAllNamespaces()).items;
  const namespaces = [...new Set(objects.flatMap(({ metadata }) => metadata?.namespace ?? []))];
  const releases = (await Promise.all(namespaces.map((namespace) => listReleases(cluster, namespace)))).flat();
  const state: Record<string, string[]> = {};
  const note = (key: string, value: string): void => {
    (state[normalised(key)] ??= []).push(value);
  };
  for (const object of objects) {
    const { namespace = '', name = '', labels = {} } = object.metadata ?? {};
    if (object.kind === 'Pod') note(`Pod ${namespace}/${labels['app.kubernetes.io/name'] ?? labels['k8s-app'] ?? name}`, String((object.status as { phase?: string }).phase));
    else if (!(object.kind === 'Secret' && isRelease(object))) note(`${object.kind} ${namespace}/${name}`, normalised(contentOf(object)));
  }
  for (const release of releases) note(`release ${release.namespace}/${release.release}`, normalised(releaseOf(secrets.find(({ metadata }) => metadata?.namespace === release.namespace && metadata.name === release.secret) ?? {})));
  const cloud = (await cloudOf(operator)) as { items?: { properties?: { name?: string } }[] }[];
  for (const item of cloud.flatMap(({ items = [] }) => items)) note(`cloud ${item.properties?.name ?? ''}`, normalised(item));
  const platform = await readFile(join(operator.home, 'state/sandbox/operator/platforms/main/terraform.tfstate'), 'utf8');
  note("the platform's state", normalised(resourcesOf(platform)));
  for (const values of Object.values(state)) values.sort();
  return state;
};

/** What two end states differ in, each as its key with the first lines that only one of them has. */
export const differences = (found: Record<string, string[]>, expected: Record<string, string[]>): string[] =>
  [...new Set([...Object.keys(found), ...Object.keys(expected)])].sort().flatMap((key) => {
    const [mine, theirs] = [found, expected].map((state) => (state[key] ?? ['absent']).map((text) => text.split(/\\n|\n/)));
    if (JSON.stringify(mine) === JSON.stringify(theirs)) return [];
    const only = (these: string[][] | undefined, others: string[][] | undefined): string => (these ?? []).flat().filter((line) => !others?.flat().includes(line)).slice(0, 4).join(' ');
    return [`${key}: ${mine?.length} × ${only(mine, theirs)} instead of ${theirs?.length} × ${only(theirs, mine)}`];
  });

/** Files of a run that must not outlive it, by their path below the operator's home. */
export const leftovers = async (operator: Operator): Promise<string[]> => {
  const files = Object.keys(await filesBelow(join(operator.home, 'state'))).map((file) => file.slice(operator.home.length + 1));
  const runs = await readdir(join(operator.home, 'state/sandbox/operator/runs')).catch(() => []);
  return [...runs.map((name) => `runs/${name}`), ...files.filter((file) => /kubeconfig|tfplan|tfvars|values\.json|\.running\.json|lock\.info|\.new$/.test(file) && !/\/source\/|sandbox\/(state|process)\.json\.new$/.test(file))];
};

/** Processes that work in an operator's folders, without the sandbox itself. */
export const processesOf = async (operator: Operator): Promise<number[]> => {
  const sandbox = (JSON.parse(await readFile(join(operator.home, 'state/sandbox/process.json'), 'utf8')) as { pid: number }).pid;
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name)).map(Number);
  const folders = await Promise.all(pids.map((pid) => readlink(`/proc/${pid}/cwd`).catch(() => '')));
  return pids.filter((pid, index) => folders[index]?.startsWith(operator.home) && pid !== sandbox);
};
