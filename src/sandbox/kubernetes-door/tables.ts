import type { IncomingMessage } from 'node:http';

import type { KindInfo } from './kinds.js';
import type { KubeObject, Loose } from './objects.js';

/** kubectl asks for lists as tables. */
export const wantsTable = (request: IncomingMessage): boolean => /as=Table;.*g=meta\.k8s\.io|g=meta\.k8s\.io.*as=Table/.test((request.headers.accept ?? '').split(',')[0] ?? '');

interface Column {
  name: string;
  type?: string;
  priority?: number;
  cell: (object: KubeObject) => unknown;
}

/** An age as kubectl writes it: 42s, 3m5s, 2h, 3d. */
export const age = (since: string | undefined, now = Date.now()): string => {
  if (!since) return '<unknown>';
  const seconds = Math.max(0, Math.round((now - Date.parse(since)) / 1000));
  if (seconds < 120) return `${seconds}s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 10) return `${minutes}m${seconds % 60 ? `${seconds % 60}s` : ''}`;
  if (minutes < 180) return `${minutes}m`;
  return minutes < 2880 ? `${Math.floor(minutes / 60)}h` : `${Math.floor(minutes / 1440)}d`;
};

const statuses = (pod: KubeObject, field: string): Loose[] => (pod.status?.[field] as Loose[] | undefined) ?? [];

/** The word that kubectl shows for a pod: the reason why it is not running, else its phase. */
export const podStatus = (pod: KubeObject): string => {
  if (pod.metadata.deletionTimestamp) return 'Terminating';
  const inits = statuses(pod, 'initContainerStatuses');
  const sidecars = new Set(((pod.spec?.initContainers ?? []) as Loose[]).filter((container) => container['restartPolicy'] === 'Always').map((container) => container['name'] as string));
  const at = inits.findIndex((status) => status['state']?.terminated?.exitCode !== 0 && !(status['started'] === true && sidecars.has(status['name'] as string)));
  if (at !== -1) {
    const reason = inits[at]?.['state']?.waiting?.reason as string | undefined;
    return reason && reason !== 'PodInitializing' ? `Init:${reason}` : `Init:${at}/${inits.length}`;
  }
  const waiting = statuses(pod, 'containerStatuses').map((status) => (status['state']?.waiting?.reason ?? status['state']?.terminated?.reason) as string | undefined);
  return waiting.find((reason) => reason !== undefined) ?? (pod.status?.phase as string | undefined) ?? 'Unknown';
};

const text = (value: unknown): string => (value === undefined || value === null || value === '' ? '<none>' : String(value));
const count = (value: unknown): string => String(value ?? 0);
const column = (name: string, cell: (object: KubeObject) => unknown, options: Partial<Column> = {}): Column => ({ name, cell, ...options });

const columns: Record<string, Column[]> = {
  Pod: [
    column('Ready', (pod) => `${statuses(pod, 'containerStatuses').filter((status) => status['ready']).length}/${(pod.spec?.containers as Loose[]).length}`),
    column('Status', podStatus),
    column('Restarts', (pod) => statuses(pod, 'containerStatuses').reduce((sum, status) => sum + Number(status['restartCount'] ?? 0), 0), { type: 'integer' }),
    column('Age', (pod) => age(pod.metadata.creationTimestamp)),
    column('IP', (pod) => text(pod.status?.podIP), { priority: 1 }),
    column('Node', (pod) => text(pod.spec?.nodeName), { priority: 1 }),
  ],
  Deployment: [
    column('Ready', (item) => `${count(item.status?.readyReplicas)}/${count(item.spec?.replicas)}`),
    column('Up-to-date', (item) => Number(item.status?.updatedReplicas ?? 0), { type: 'integer' }),
    column('Available', (item) => Number(item.status?.availableReplicas ?? 0), { type: 'integer' }),
  ],
  StatefulSet: [column('Ready', (item) => `${count(item.status?.readyReplicas)}/${count(item.spec?.replicas)}`)],
  ReplicaSet: [
    column('Desired', (item) => Number(item.spec?.replicas ?? 0), { type: 'integer' }),
    column('Current', (item) => Number(item.status?.replicas ?? 0), { type: 'integer' }),
    column('Ready', (item) => Number(item.status?.readyReplicas ?? 0), { type: 'integer' }),
  ],
  Job: [
    column('Status', (job) => ((job.status?.conditions as Loose[] | undefined) ?? []).find((condition) => condition['status'] === 'True')?.['type'] ?? 'Running'),
    column('Completions', (job) => `${count(job.status?.succeeded)}/${count(job.spec?.completions)}`),
  ],
  Service: [
    column('Type', (item) => item.spec?.type as string),
    column('Cluster-IP', (item) => text(item.spec?.clusterIP)),
    column('External-IP', (item) => {
      const given = (item.status?.loadBalancer?.ingress as Loose[] | undefined)?.map((entry) => String(entry['ip'])).join(',');
      return given ?? (item.spec?.type === 'LoadBalancer' ? '<pending>' : '<none>');
    }),
    column('Port(s)', (item) => text(((item.spec?.ports ?? []) as Loose[]).map((port) => `${port['port']}${port['nodePort'] ? `:${port['nodePort']}` : ''}/${port['protocol']}`).join(','))),
  ],
  PersistentVolumeClaim: [
    column('Status', (item) => (item.metadata.deletionTimestamp ? 'Terminating' : (item.status?.phase as string))),
    column('Volume', (item) => (item.spec?.volumeName as string | undefined) ?? ''),
    column('Capacity', (item) => (item.status?.capacity?.storage as string | undefined) ?? ''),
    column('Access Modes', (item) => ((item.spec?.accessModes ?? []) as string[]).map((mode) => mode.replace(/[a-z]/g, '')).join(',')),
    column('StorageClass', (item) => (item.spec?.storageClassName as string | undefined) ?? ''),
  ],
  PersistentVolume: [
    column('Capacity', (item) => item.spec?.capacity?.storage as string),
    column('Reclaim Policy', (item) => item.spec?.persistentVolumeReclaimPolicy as string),
    column('Status', (item) => item.status?.phase as string),
    column('Claim', (item) => (item.spec?.claimRef ? `${item.spec.claimRef.namespace}/${item.spec.claimRef.name}` : '')),
    column('StorageClass', (item) => (item.spec?.storageClassName as string | undefined) ?? ''),
  ],
  Node: [
    column('Status', (node) => `${((node.status?.conditions ?? []) as Loose[]).some((condition) => condition['type'] === 'Ready' && condition['status'] === 'True') ? 'Ready' : 'NotReady'}${node.spec?.unschedulable ? ',SchedulingDisabled' : ''}`),
    column('Roles', () => '<none>'),
    column('Version', (node) => text(node.status?.nodeInfo?.kubeletVersion)),
    column('External-IP', (node) => text(((node.status?.addresses ?? []) as Loose[]).find((address) => address['type'] === 'ExternalIP')?.['address']), { priority: 1 }),
  ],
  Namespace: [column('Status', (item) => item.status?.phase as string)],
  ConfigMap: [column('Data', (item) => Object.keys((item['data'] ?? {}) as Loose).length, { type: 'integer' })],
  Secret: [
    column('Type', (item) => item['type'] as string),
    column('Data', (item) => Object.keys((item['data'] ?? {}) as Loose).length, { type: 'integer' }),
  ],
  StorageClass: [
    column('Provisioner', (item) => item['provisioner'] as string),
    column('ReclaimPolicy', (item) => item['reclaimPolicy'] as string),
    column('VolumeBindingMode', (item) => item['volumeBindingMode'] as string),
    column('AllowVolumeExpansion', (item) => item['allowVolumeExpansion'] === true, { type: 'boolean' }),
  ],
  Lease: [column('Holder', (item) => text(item.spec?.holderIdentity))],
  Event: [
    column('Last Seen', (event) => age((event['lastTimestamp'] ?? event.metadata.creationTimestamp) as string)),
    column('Type', (event) => event['type'] as string),
    column('Reason', (event) => event['reason'] as string),
    column('Object', (event) => `${String(event['involvedObject']?.kind).toLowerCase()}/${String(event['involvedObject']?.name)}`),
    column('Message', (event) => event['message'] as string),
  ],
};

const columnsOf = (info: KindInfo): Column[] => {
  if (info.kind === 'Event') return columns['Event'] ?? [];
  const own = columns[info.kind] ?? [];
  const named = [column('Name', (object) => object.metadata.name), ...own];
  return own.some(({ name }) => name === 'Age') ? named : [...named, column('Age', (object) => age(object.metadata.creationTimestamp))];
};

/** Objects as the Table that kubectl prints. */
export const asTable = (info: KindInfo, objects: KubeObject[], metadata: Loose = {}): Loose => {
  const shown = columnsOf(info);
  return {
    kind: 'Table',
    apiVersion: 'meta.k8s.io/v1',
    metadata,
    columnDefinitions: shown.map(({ name, type = 'string', priority = 0 }) => ({ name, type, format: name === 'Name' ? 'name' : '', description: '', priority })),
    rows: objects.map((object) => ({
      cells: shown.map(({ cell }) => cell(object)),
      object: { kind: 'PartialObjectMetadata', apiVersion: 'meta.k8s.io/v1', metadata: object.metadata },
    })),
  };
};
