import { join } from 'node:path';
import { reasonOf, statusOf, type Cluster } from '../cluster/client.js';
import { listReleases, repairPending, type ReleaseRevision } from '../cluster/releases.js';
import { findStrays, strayWords } from '../cluster/strays.js';
import { releaseDigest } from '../helm/digest.js';
import { InstallerError, UnreachableError } from '../engine/errors.js';
import { sleep } from '../engine/interrupts.js';
import type { Helm } from '../helm/driver.js';
import type { ReleaseName } from '../tenant/resource-names.js';

/** Attempts of a tool that loses the API server while it works. Each begins when the API server answers again. */
const ATTEMPTS = 3;

/** Told before it is tried again: which attempt it is, and why the last one failed. */
export type OnRetry = (words: string) => void;

/**
 * Runs helm or terraform, and again when the reason of its failure was an API server that it did not reach. The cluster's own client
 * knows how long that is waited for.
 */
export const whileReachable = async <T>(cluster: Cluster, work: () => Promise<T>, onRetry?: OnRetry): Promise<T> => {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await work();
    } catch (error) {
      if (attempt >= ATTEMPTS || !(error instanceof UnreachableError)) throw error;
      onRetry?.(`attempt ${attempt + 1} of ${ATTEMPTS} as soon as the cluster answers: ${error.why ?? error.what}`);
      await cluster.version.getCode();
    }
  }
};

/** An API server judges by the policies that it has seen; a policy that a release before this one has changed reaches it a moment later. */
const POLICY_ATTEMPTS = 10;
const POLICY_PAUSE_MS = 1_000;

/**
 * Runs helm, and again for some seconds while an admission policy denies what it brings. Whoever is right, the last denial is thrown;
 * when `signal` aborts during a pause, its reason is.
 */
export const whilePoliciesArrive = async <T>(work: () => Promise<T>, signal: AbortSignal | undefined, pauseMs = POLICY_PAUSE_MS): Promise<T> => {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await work();
    } catch (error) {
      if (attempt >= POLICY_ATTEMPTS || !(error instanceof InstallerError && error.why?.includes('ValidatingAdmissionPolicy'))) throw error;
      await sleep(pauseMs, signal);
    }
  }
};

export interface ReleaseOutcome {
  changed: boolean;
  /** Said when a killed helm had left the release unfinished. */
  repaired?: string;
  /** What of it somebody had removed or changed, and is as it was again. */
  putBack?: string;
}

export interface ReleaseDeps {
  cluster: Cluster;
  helm: Helm;
  packageRoot: string;
  signal?: AbortSignal;
  onRetry?: OnRetry;
}

/** A look that takes longer than this is given up, and tried again. */
const LOOK_MS = 30_000;

/** Whether a cluster that answers again would answer something else. */
const isPassing = (error: unknown): boolean => {
  const status = statusOf(error) ?? 503;
  return status === 429 || status >= 500;
};

/** In words, what of a release is not as it was applied; empty where all is. */
const straysOf = async ({ cluster, signal, onRetry }: ReleaseDeps, release: ReleaseRevision): Promise<string> =>
  whileReachable(
    cluster,
    async () => {
      try {
        return strayWords(await findStrays(cluster, [release], AbortSignal.any([AbortSignal.timeout(LOOK_MS), ...(signal ? [signal] : [])])));
      } catch (error) {
        if (signal?.aborted || !isPassing(error)) throw error;
        throw new UnreachableError({ code: 'cluster-unreachable', what: `what there is of release ${release.release} cannot be read`, why: reasonOf(error), next: ['Run the same command again: it continues where it stopped.'] });
      }
    },
    onRetry,
  );

/**
 * Brings one release to its chart and values. A release that was made from exactly these, and of which everything is there, is left alone:
 * helm alone would not look. One that a killed helm left `pending-*` is repaired in place first.
 */
export const applyRelease = async (
  deps: ReleaseDeps,
  name: ReleaseName,
  values: Readonly<Record<string, unknown>>,
): Promise<ReleaseOutcome> => {
  const chart = join(deps.packageRoot, 'charts', name.chart);
  const [digest, releases] = await Promise.all([releaseDigest(chart, values), listReleases(deps.cluster, name.namespace)]);
  const present = releases.find((release) => release.release === name.release);
  const isCurrent = present?.status === 'deployed' && present.digest === digest;
  const putBack = isCurrent ? await straysOf(deps, present) : '';
  if (isCurrent && putBack === '') return { changed: false };
  const repaired = present !== undefined && (await repairPending(deps.cluster, present));
  const attempt = async (): Promise<void> => {
    // What helm was at when it lost the API server is unfinished now.
    const unfinished = (await listReleases(deps.cluster, name.namespace)).find((release) => release.release === name.release);
    if (unfinished) await repairPending(deps.cluster, unfinished);
    await deps.helm.upgrade({ release: name.release, namespace: name.namespace, chart, values, digest });
  };
  await whilePoliciesArrive(() => whileReachable(deps.cluster, attempt, deps.onRetry), deps.signal);
  return { changed: true, ...(putBack === '' ? {} : { putBack: `${putBack}; put back` }), ...(repaired ? { repaired: `release ${name.release} had been left ${present.status}` } : {}) };
};
