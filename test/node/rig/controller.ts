import type { KubernetesObject } from '@kubernetes/client-node';
import type { Cluster } from '../../../src/cluster/client.js';
import { follow, type Follow } from '../../../src/cluster/watch.js';

export interface Controller {
  /** Ends when nothing of it runs any more. */
  close(): Promise<void>;
}

/** Follows a collection and looks at each object when it appears or changes, one after the other. What fails is said, and looked at again with the next change. */
export const oneByOne = <T extends KubernetesObject>(cluster: Cluster, collection: Pick<Follow<T>, 'path' | 'list'>, look: (object: T) => Promise<void>): Controller => {
  const stop = new AbortController();
  let work = Promise.resolve();
  const schedule = (object: T): void => {
    work = work
      .then(() => (stop.signal.aborted ? undefined : look(object)))
      .catch((error: unknown) => {
        if (!stop.signal.aborted) console.error(error);
      });
  };
  const following = follow<T>(cluster, {
    ...collection,
    signal: stop.signal,
    onChange: (change) => {
      if (change.type === 'snapshot') change.objects.forEach(schedule);
      else if (change.type === 'set') schedule(change.object);
    },
  });
  return {
    async close() {
      stop.abort();
      await following;
      await work;
    },
  };
};
