import type { V1Secret } from '@kubernetes/client-node';
import { gunzipSync } from 'node:zlib';
import { InstallerError } from '../engine/errors.js';
import { DIGEST_LABEL } from '../tenant/labels.js';
import { statusOf, type Cluster } from './client.js';

/** One revision of a helm release, read from its Secret: helm itself need not be asked. */
export interface ReleaseRevision {
  release: string;
  namespace: string;
  revision: number;
  status: string;
  digest: string;
  secret: string;
  /** What it asks for, as YAML documents without hooks; undefined unless it is deployed and its record can be read. */
  manifest: string | undefined;
}

interface PackedRecord {
  info?: { status?: string };
  config?: Record<string, unknown>;
  manifest?: string;
}

/** What helm packs: base64 in the Secret's base64, gzip, JSON. Undefined when it cannot be read. */
const packedRecord = (secret: V1Secret): PackedRecord | undefined => {
  try {
    const packed = Buffer.from(Buffer.from(secret.data?.release ?? '', 'base64').toString(), 'base64');
    return JSON.parse(gunzipSync(packed).toString()) as PackedRecord;
  } catch {
    return undefined;
  }
};

/**
 * helm goes by the packed record, the labels are for finding it. A helm that is interrupted in the moment in which it finishes can write
 * the one as failed and the other as deployed: then it is not deployed.
 */
const revisionIn = (secret: V1Secret, namespace: string): ReleaseRevision => {
  const labels = secret.metadata?.labels ?? {};
  const said = labels.status ?? 'unknown';
  const record = said === 'deployed' ? packedRecord(secret) : undefined;
  const status = record?.info?.status ?? said;
  return {
    release: labels.name ?? '',
    namespace,
    revision: Number(labels.version ?? 0),
    status,
    digest: labels[DIGEST_LABEL] ?? '',
    secret: secret.metadata?.name ?? '',
    manifest: status === 'deployed' ? record?.manifest : undefined,
  };
};

/** The newest revision of each release in a namespace. An absent namespace has none. */
export const listReleases = async (cluster: Cluster, namespace: string): Promise<ReleaseRevision[]> => {
  const list = await cluster.core.listNamespacedSecret({ namespace, labelSelector: 'owner=helm' });
  const newest = new Map<string, ReleaseRevision>();
  for (const secret of list.items) {
    const revision = revisionIn(secret, namespace);
    if ((newest.get(revision.release)?.revision ?? 0) < revision.revision) newest.set(revision.release, revision);
  }
  return [...newest.values()];
};

/** The values that the newest revision of a release was given; undefined when there is no such release. Throws InstallerError. */
export const releaseValues = async (cluster: Cluster, namespace: string, name: string): Promise<Record<string, unknown> | undefined> => {
  const { items } = await cluster.core.listNamespacedSecret({ namespace, labelSelector: `owner=helm,name=${name}` });
  const revisionOf = ({ metadata }: V1Secret): number => Number(metadata?.labels?.version ?? 0);
  const newest = items.reduce<V1Secret | undefined>((found, each) => (found && revisionOf(found) >= revisionOf(each) ? found : each), undefined);
  if (!newest) return undefined;
  const record = packedRecord(newest);
  if (!record) throw new InstallerError({ code: 'release-unreadable', what: `helm's record of release ${name} cannot be read`, why: `Secret ${namespace}/${newest.metadata?.name} does not hold what helm writes`, next: [`Look what is there: helm --namespace ${namespace} history ${name}`] });
  return record.config ?? {};
};

/**
 * Repairs a release that a killed helm left `pending-*`: the record of the unfinished revision is removed, what it had created
 * stays and is taken over by the next upgrade, because it carries the release's ownership annotations. Nothing is rolled back.
 */
export const repairPending = async (cluster: Cluster, release: ReleaseRevision): Promise<boolean> => {
  if (!release.status.startsWith('pending-')) return false;
  try {
    await cluster.core.deleteNamespacedSecret({ name: release.secret, namespace: release.namespace });
  } catch (error) {
    if (statusOf(error) !== 404) throw error;
  }
  return true;
};
