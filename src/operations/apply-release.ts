import { join } from 'node:path';
import type { Cluster } from '../cluster/client.js';
import { listReleases, repairPending } from '../cluster/releases.js';
import { releaseDigest } from '../helm/digest.js';
import { UnreachableError } from '../engine/errors.js';
import type { Helm } from '../helm/driver.js';
import type { ReleaseName } from '../tenant/resource-names.js';

/** Attempts of a tool that loses the API server while it works. Each begins when the API server answers again. */
const ATTEMPTS = 3;

/**
 * Runs helm or terraform, and again when the reason of its failure was an API server that it did not reach. The cluster's own client
 * knows how long that is waited for.
 */
export const whileReachable = async <T>(cluster: Cluster, work: () => Promise<T>): Promise<T> => {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await work();
    } catch (error) {
      if (attempt >= ATTEMPTS || !(error instanceof UnreachableError)) throw error;
      await cluster.version.getCode();
    }
  }
};

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
  await whileReachable(deps.cluster, async () => {
    // What helm was at when it lost the API server is unfinished now.
    const unfinished = (await listReleases(deps.cluster, name.namespace)).find((release) => release.release === name.release);
    if (unfinished) await repairPending(deps.cluster, unfinished);
    await deps.helm.upgrade({ release: name.release, namespace: name.namespace, chart, values, digest });
  });
  return { changed: true, ...(repaired ? { repaired: `release ${name.release} had been left ${present.status}` } : {}) };
};
