import { InstallerError } from '../engine/errors.js';
import { sleep } from '../engine/interrupts.js';
import { reasonOf, statusOf } from './client.js';

/** Something that should be gone and is not. */
export interface Remaining {
  /** As it is typed: `pod/mariadb-0`. */
  what: string;
  /** Why it is still there, in a few words; empty when nobody knows. */
  why: string;
}

export interface UntilGoneOptions {
  signal: AbortSignal;
  timeoutMs: number;
  /** Called when something else is waited for, or for another reason. */
  onRemaining: (words: string) => void;
  /** What to type to look closer. */
  next: (remaining: readonly Remaining[]) => string[];
}

const FIRST_PAUSE_MS = 50;
const LONGEST_PAUSE_MS = 2_000;
/** So many are named; the others are counted. */
const NAMED = 3;

/** `pod/mariadb-0 (terminating), pod/wordpress-0 and 2 more`. */
export const remainingWords = (remaining: readonly Remaining[]): string => {
  const named = remaining.slice(0, NAMED).map(({ what, why }) => (why === '' ? what : `${what} (${why})`));
  const more = remaining.length - named.length;
  return `${named.join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
};

/** A server that is away or busy comes back; one that refuses does not change its mind. */
const passes = (error: unknown): boolean => {
  const status = statusOf(error);
  if (status !== undefined) return status === 429 || status >= 500;
  return !(error instanceof InstallerError) && typeof (error as NodeJS.ErrnoException).code === 'string';
};

/**
 * Looks again and again until nothing is left, and says meanwhile what is and why. Throws InstallerError `still-there`, which names it,
 * when time is up.
 */
export const untilGone = async (look: () => Promise<readonly Remaining[]>, options: UntilGoneOptions): Promise<void> => {
  const deadline = Date.now() + options.timeoutMs;
  let said = '';
  for (let pause = FIRST_PAUSE_MS; ; pause = Math.min(LONGEST_PAUSE_MS, pause * 2)) {
    options.signal.throwIfAborted();
    let remaining: readonly Remaining[];
    let trouble: string | undefined;
    try {
      remaining = await look();
    } catch (error) {
      if (!passes(error)) throw error;
      trouble = reasonOf(error);
      remaining = [];
    }
    if (trouble === undefined && remaining.length === 0) return;
    const words = trouble === undefined ? `waiting for ${remainingWords(remaining)}` : `the cluster does not answer: ${trouble}`;
    if (words !== said) options.onRemaining(words);
    said = words;
    if (Date.now() > deadline) {
      throw new InstallerError({
        code: 'still-there',
        what: remaining[0] ? `${remaining[0].what} does not go` : 'the cluster did not answer in time',
        why: trouble ?? remainingWords(remaining),
        next: [...options.next(remaining), 'Mend the cause, then run the same command again: it continues where it stopped.'],
      });
    }
    await sleep(pause, options.signal);
  }
};
