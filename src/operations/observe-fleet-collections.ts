import type { KubernetesObject } from '@kubernetes/client-node';
import { SYSTEM_NAMESPACE, TENANT_LABEL, type Cluster } from '../cluster/client.js';
import { readCollection } from '../cluster/collection.js';
import { follow } from '../cluster/watch.js';
import { namespaceOf } from '../tenant/resource-names.js';
import type { CellTables } from './observe-fleet-cell.js';
import type { FleetStore } from './observe-fleet-store.js';
import type { FleetTable } from './observe-fleet-table.js';

/** One kind of object that the fleet is made of, and the table that keeps what is known of it. */
export interface Collection {
  path: string;
  query: Record<string, string>;
  table: FleetTable<never, unknown>;
}

/** A list that takes longer than this is given up, and tried again by who follows it. */
const LIST_MS = 30_000;

const collection = (path: string, labelSelector: string | undefined, table: unknown): Collection => ({
  path,
  query: labelSelector === undefined ? {} : { labelSelector },
  // Each table reads the kind that its path has.
  table: table as Collection['table'],
});

const selecting = (tenant: string | undefined): string => (tenant === undefined ? TENANT_LABEL : `${TENANT_LABEL}=${tenant}`);

/** What a view of the fleet needs from the platform's cluster; with `tenant`, only what is about it. */
export const collectionsOf = (store: FleetStore, tenant?: string): Collection[] => [
  collection(`/api/v1/namespaces/${SYSTEM_NAMESPACE}/configmaps`, `ionos-tenants.io/registry=tenant,${selecting(tenant)}`, store.records),
  collection(`/apis/coordination.k8s.io/v1/namespaces/${SYSTEM_NAMESPACE}/leases`, selecting(tenant), store.leases),
  ...cellCollectionsOf(store.shared, tenant),
];

/** What it needs from a cluster that tenants run in. */
export const cellCollectionsOf = (tables: CellTables, tenant?: string): Collection[] => {
  const own = selecting(tenant);
  const everywhere = (kind: string): string => (tenant === undefined ? `/api/v1/${kind}` : `/api/v1/namespaces/${namespaceOf(tenant)}/${kind}`);
  return [
    collection(everywhere('pods'), own, tables.pods),
    collection(everywhere('services'), `${own},app.kubernetes.io/name=gateway`, tables.services),
    collection(everywhere('resourcequotas'), own, tables.quotas),
    collection(everywhere('persistentvolumeclaims'), own, tables.claims),
  ];
};

/** What is looked at of one tenant only while somebody looks closely. */
export const closeCollectionsOf = (store: FleetStore, tenant: string): Collection[] => [
  collection(`/api/v1/namespaces/${namespaceOf(tenant)}/events`, undefined, store.events),
  collection(`/api/v1/namespaces/${namespaceOf(tenant)}/pods`, undefined, store.podDetails),
];

/** The nodes, for who may read them. */
export const nodesOf = (store: FleetStore): Collection => collection('/api/v1/nodes', undefined, store.nodes);

const list = ({ path, query, table }: Collection, cluster: Cluster, signal: AbortSignal): ReturnType<typeof readCollection> =>
  readCollection<KubernetesObject, unknown>(cluster, { path, query, read: table.read as (object: KubernetesObject) => unknown, signal: AbortSignal.any([signal, AbortSignal.timeout(LIST_MS)]) });

/** Lists everything once. */
export const fillOnce = async (collection: Collection, cluster: Cluster, signal: AbortSignal): Promise<void> => {
  const { items } = await list(collection, cluster, signal);
  collection.table.apply({ type: 'snapshot', objects: items as never[] });
};

/** Keeps the table current until `signal` aborts. `onChange` is told of each change after it was taken in. */
export const keepCurrent = (collection: Collection, cluster: Cluster, options: { signal: AbortSignal; onSnapshot: () => void; onConnection: (lost?: string) => void }): Promise<void> =>
  follow<KubernetesObject, unknown>(cluster, {
    path: collection.path,
    query: collection.query,
    signal: options.signal,
    list: async () => {
      const { items, resourceVersion } = await list(collection, cluster, options.signal);
      return { items, metadata: { resourceVersion } };
    },
    read: collection.table.read as (object: KubernetesObject) => unknown,
    onChange: (change) => {
      collection.table.apply(change as never);
      if (change.type === 'snapshot') options.onSnapshot();
    },
    onConnection: options.onConnection,
  });
