import { join } from 'node:path';
import type { Cluster } from '../cluster/client.js';
import { listReleases, repairPending } from '../cluster/releases.js';
import { releaseDigest } from '../helm/digest.js';
import type { Helm } from '../helm/driver.js';
import type { ReleaseName } from '../tenant/resource-names.js';

export interface ReleaseOutcome {
  changed: boolean;
  /** Said when a killed helm had left the release unfinished. */
  repaired?: string;
}

/**
 * Brings one release to its chart and values. A release that was made from exactly these is left alone;
 * one that a killed helm left `pending-*` is repaired in place first.
 */
export const applyRelease = async (
  deps: { cluster: Cluster; helm: Helm; packageRoot: string },
  name: ReleaseName,
  values: Readonly<Record<string, unknown>>,
): Promise<ReleaseOutcome> => {
  const chart = join(deps.packageRoot, 'charts', name.chart);
  const [digest, releases] = await Promise.all([releaseDigest(chart, values), listReleases(deps.cluster, name.namespace)]);
  const present = releases.find((release) => release.release === name.release);
  if (present?.status === 'deployed' && present.digest === digest) return { changed: false };
  const repaired = present !== undefined && (await repairPending(deps.cluster, present));
  await deps.helm.upgrade({ release: name.release, namespace: name.namespace, chart, values, digest });
  return { changed: true, ...(repaired ? { repaired: `release ${name.release} had been left ${present.status}` } : {}) };
};
