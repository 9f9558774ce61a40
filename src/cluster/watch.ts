import type { KubernetesListObject, KubernetesObject } from '@kubernetes/client-node';
import { InstallerError } from '../engine/errors.js';
import { sleep } from '../engine/interrupts.js';
import { reasonOf, statusOf, type Cluster } from './client.js';

export type Change<T> = { type: 'snapshot'; objects: T[] } | { type: 'set'; object: T } | { type: 'gone'; object: T };

/** What is there now, and the version from which a watch goes on. */
export type Listed<T> = Pick<KubernetesListObject<KubernetesObject>, 'metadata'> & { items: T[] };

export interface Follow<O extends KubernetesObject, T = O> {
  /** Path of the collection, for example `/api/v1/namespaces/tenant-acme/pods`. */
  path: string;
  list: () => Promise<Listed<T>>;
  /** What is told of an object that a watch brings; the object itself, if absent. */
  read?: (object: O) => T;
  query?: Record<string, string>;
  signal: AbortSignal;
  onChange: (change: Change<T>) => void;
  /** Called when the connection is lost (with why) and when it is back (without). */
  onConnection?: (lost?: string) => void;
}

/** Pause before a list that failed, or a watch that broke at once, is tried again. */
const RECONNECT_MS = 1_000;

/**
 * Follows a collection by list and watch until `signal` aborts. Reconnects by itself; after 410 Gone, or any gap, a new snapshot is given,
 * so that nothing that happened meanwhile is missed. A watch that breaks says nothing yet: proxies cut quiet ones. Only when nothing can
 * be listed either is the connection told to be lost.
 */
export const follow = async <O extends KubernetesObject, T = O>(cluster: Cluster, options: Follow<O, T>): Promise<void> => {
  const { signal } = options;
  let lost = false;
  while (!signal.aborted) {
    try {
      const list = await options.list();
      if (lost) options.onConnection?.();
      lost = false;
      options.onChange({ type: 'snapshot', objects: list.items });
      await watchOn(cluster, options, list.metadata?.resourceVersion ?? '');
    } catch (error) {
      if (signal.aborted) return;
      // The client has waited already, as long as it is worth it.
      if (error instanceof InstallerError) throw error;
      if (statusOf(error) === 403 || statusOf(error) === 401) throw error;
      lost = true;
      options.onConnection?.(reasonOf(error));
      await sleep(RECONNECT_MS, signal).catch(() => undefined);
    }
  }
};

/** Watches on until the server has forgotten where it was, or the connection breaks. */
const watchOn = async <O extends KubernetesObject, T>(cluster: Cluster, options: Follow<O, T>, from: string): Promise<void> => {
  const { signal } = options;
  let resourceVersion = from;
  const pause = (): Promise<void> => sleep(RECONNECT_MS, signal).catch(() => undefined);
  while (!signal.aborted) {
    const before = resourceVersion;
    const started = performance.now();
    const outcome = await watchOnce(cluster, options, resourceVersion, (version) => (resourceVersion = version));
    const isShort = performance.now() - started < RECONNECT_MS && resourceVersion === before;
    if (outcome instanceof Error && (statusOf(outcome) === 403 || statusOf(outcome) === 401)) throw outcome;
    // A server (or a proxy) that ends every watch at once must not be asked a thousand times a second.
    if (isShort) await pause();
    if (outcome !== 'ended') return;
    // The server ends each watch after some minutes: the next one goes on from where it was.
  }
};

const watchOnce = <O extends KubernetesObject, T>(
  cluster: Cluster,
  options: Follow<O, T>,
  resourceVersion: string,
  advance: (version: string) => void,
): Promise<'ended' | 'expired' | Error> =>
  new Promise((resolve) => {
    let outcome: 'ended' | 'expired' | Error = 'ended';
    const read = options.read ?? ((object: O): T => object as unknown as T);
    const controllerReady = cluster.watch.watch(
      options.path,
      { ...options.query, resourceVersion, allowWatchBookmarks: 'true' },
      (phase, object: O & { code?: number }) => {
        if (phase === 'ERROR') {
          outcome = object.code === 410 ? 'expired' : new Error('the watch was refused');
          return;
        }
        const version = object.metadata?.resourceVersion;
        if (version !== undefined) advance(version);
        if (phase === 'ADDED' || phase === 'MODIFIED') options.onChange({ type: 'set', object: read(object) });
        if (phase === 'DELETED') options.onChange({ type: 'gone', object: read(object) });
      },
      (error: unknown) => {
        options.signal.removeEventListener('abort', stop);
        if (error instanceof Error && !options.signal.aborted && error.name !== 'AbortError') outcome = statusOf(error) === 410 ? 'expired' : error;
        resolve(outcome);
      },
    );
    const stop = (): void => {
      void controllerReady.then((controller) => controller.abort()).catch(() => undefined);
      resolve('ended');
    };
    controllerReady.catch((error: unknown) => resolve(error instanceof Error ? error : new Error(String(error))));
    options.signal.addEventListener('abort', stop, { once: true });
  });
