import { Log } from '@kubernetes/client-node';
import { createInterface } from 'node:readline';
import { PassThrough } from 'node:stream';
import { InstallerError } from '../engine/errors.js';
import { reasonOf, type Cluster } from './client.js';

/** Lines that are shown before new ones arrive. */
const TAIL_LINES = 200;

export interface FollowLogs {
  namespace: string;
  pod: string;
  container: string;
  /** False: what is there, and no more. */
  follow?: boolean;
  signal: AbortSignal;
  /** Lines that are shown before new ones arrive; {@link TAIL_LINES} unless given. */
  tailLines?: number;
  /** Reads the log from before the container's last restart instead; it ends by itself. */
  previous?: boolean;
  /** One line, as the application wrote it: it may hold anything; and when (ISO time), as the node noted it. */
  onLine: (line: string, at?: string) => void;
}

/** The node puts the time in front of each line when it is asked to. */
const STAMPED = /^(\d{4}-\d\d-\d\dT[0-9:.]+(?:Z|[+-]\d\d:\d\d)) ?/;

/**
 * Follows a container's log from its last lines on. Resolves when the log ends (the container did, or the connection) or `signal` aborts.
 * Throws InstallerError `no-logs` with the API's own words, for example while the container waits to start.
 */
export const followLogs = async (cluster: Cluster, options: FollowLogs): Promise<void> => {
  const { signal } = options;
  if (signal.aborted) return;
  const stream = new PassThrough();
  const lines = createInterface({ input: stream });
  lines.on('line', (line) => {
    const [prefix = '', at] = STAMPED.exec(line) ?? [];
    options.onLine(line.slice(prefix.length), at);
  });
  const ended = new Promise<void>((resolve) => lines.once('close', resolve));
  // A connection that breaks ends the log like a container that stops; the reader sees the last lines either way.
  stream.on('error', () => lines.close());
  const stop = (): void => lines.close();
  signal.addEventListener('abort', stop, { once: true });
  try {
    const controller = await new Log(cluster.watch.config).log(options.namespace, options.pod, options.container, stream, {
      follow: options.follow !== false && options.previous !== true,
      previous: options.previous === true,
      tailLines: options.tailLines ?? TAIL_LINES,
      timestamps: true,
    });
    await ended;
    controller.abort();
  } catch (error) {
    lines.close();
    if (signal.aborted) return;
    throw new InstallerError({ code: 'no-logs', what: `the log of ${options.pod} cannot be read`, why: reasonOf(error), next: ['Wait until the container has started, then look again.'], cause: error });
  } finally {
    signal.removeEventListener('abort', stop);
    stream.destroy();
  }
};
