import { InstallerError } from '../engine/errors.js';
import { sleep } from '../engine/interrupts.js';
import type { IonosApi } from '../ionos/client.js';
import { listNodePools, type ClusterSummary, type NodePoolSummary } from '../ionos/reads.js';
import type { RunContext } from './context.js';

/** Something in the cloud, as messages call it (`platform main`), and how it is looked for. */
export interface LookedFor<T> {
  words: string;
  find: () => Promise<T | undefined>;
}

/** Pause between two looks at something that is being made; IONOS asks for patience. */
const LOOK_AGAIN_MS = 5_000;
/** States that pass by themselves. */
const BUSY = ['DEPLOYING', 'UPDATING', 'BUSY', 'DESTROYING', 'TERMINATING'];

/** The state in which a cluster or one of its pools still changes; undefined when all of it is at rest. */
export const movingState = async (api: IonosApi, { id, state }: Pick<ClusterSummary, 'id' | 'state'>): Promise<string | undefined> =>
  [state, ...(await listNodePools(api, id)).map((pool) => pool.state)].find((each) => BUSY.includes(each));

const capital = (words: string): string => `${words.charAt(0).toUpperCase()}${words.slice(1)}`;

const untilStill = async <T>(context: RunContext, { words, find }: LookedFor<T>, movingOf: (found: T) => Promise<string | undefined>, limitMs: number): Promise<T | undefined> => {
  let said = '';
  for (const started = Date.now(); ; ) {
    const found = await find();
    if (!found) return undefined;
    const state = await movingOf(found);
    if (state === undefined) return found;
    if (Date.now() - started > limitMs) {
      throw new InstallerError({
        code: 'cloud-busy',
        what: `${words} is still ${state} in IONOS Cloud after ${Math.round(limitMs / 1000)} s`,
        why: 'an earlier run has set it going, and until it has finished nothing can be built on it',
        next: ['Run the same command again: it waits again. --cloud-timeout sets how long.', 'If it stays like that, see https://status.ionos.cloud, or ask IONOS support and name the object.'],
      });
    }
    if (said !== state) context.bus.emit({ type: 'notice', level: 'info', message: `${capital(words)} is still ${state} in IONOS Cloud from an earlier run: waiting.` });
    said = state;
    await sleep(Math.min(LOOK_AGAIN_MS, limitMs), context.interrupts.signal);
  }
};

/**
 * What an interrupted run has set going finishes by itself in the cloud; until then nothing may be built on it. `limitMs` is how long that is
 * waited for. Returns the cluster as it is then, undefined when there is none. Throws InstallerError `cloud-busy`.
 */
export const untilCloudIsStill = (context: RunContext, api: IonosApi, cluster: LookedFor<ClusterSummary>, limitMs: number): Promise<ClusterSummary | undefined> =>
  untilStill(context, cluster, (found) => movingState(api, found), limitMs);

/**
 * As {@link untilCloudIsStill}, for one pool of a cluster in which others may change meanwhile. One that is UPDATING has its nodes, and a
 * maintenance of the cloud's own can take hours: it is not waited for.
 */
export const untilPoolIsStill = (context: RunContext, pool: LookedFor<NodePoolSummary>, limitMs: number): Promise<NodePoolSummary | undefined> =>
  untilStill(context, pool, ({ state }) => Promise.resolve(state !== 'UPDATING' && BUSY.includes(state) ? state : undefined), limitMs);

/** Types of which a cluster has something that ended FAILED, and so was never finished: nothing is lost when it is made anew. */
export const failedParts = async (api: IonosApi, begun: ClusterSummary | undefined): Promise<string[]> => {
  if (!begun) return [];
  const pools = await listNodePools(api, begun.id);
  return [...(begun.state === 'FAILED' ? ['ionoscloud_k8s_cluster'] : []), ...(pools.length > 0 && pools.every(({ state }) => state === 'FAILED') ? ['ionoscloud_k8s_node_pool'] : [])];
};
