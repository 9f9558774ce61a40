import type { RunState } from '../engine/run-state.js';
import { upcomingOf } from './outline.js';
import { podIsInTrouble, rootsOf, workedMs } from './task-summary.js';
import { duration } from './time.js';

/** What making a platform takes in an account, by IONOS's own figures: cluster and node pool one after the other. */
const PLATFORM_MS = 30 * 60_000;

/**
 * Milliseconds that the run still takes by what each of its steps took last time. Undefined where there was no last time, or where it is
 * over already. It never grows: a step that takes longer than last time just does not count any more.
 */
export const leftMs = (run: RunState, now: number): number | undefined => {
  const { earlier } = run;
  if (!earlier || workedMs(run, now) > earlier.totalMs) return undefined;
  const running = rootsOf(run).reduce((sum, path) => {
    const node = run.tasks[path];
    if (!node || node.elapsedMs !== undefined) return sum;
    return sum + Math.max(0, (earlier.tasks[path] ?? 0) - Math.max(0, now - Date.parse(node.startedAt)));
  }, 0);
  return upcomingOf(run).reduce((sum, { path }) => sum + (earlier.tasks[path] ?? 0), running);
};

/** `about 2 min`, `about 40 s`, `a few seconds`: no more exact than an estimate can be. */
export const roughly = (ms: number): string => {
  const seconds = Math.round(ms / 1000);
  if (seconds < 5) return 'a few seconds';
  if (seconds < 20) return `about ${Math.ceil(seconds / 5) * 5} s`;
  if (seconds < 55) return `about ${Math.ceil(seconds / 10) * 10} s`;
  return `about ${Math.round(seconds / 60)} min`;
};

/** How long it still takes, the longest wording first. Empty while a pod is in trouble, of which nobody knows how long it lasts, and without an earlier run, except while a platform is made in an account. */
export const estimateWords = (run: RunState, now: number): string[] => {
  if (Object.values(run.pods).some(podIsInTrouble)) return [];
  const { earlier } = run;
  if (earlier) {
    const left = leftMs(run, now);
    const last = duration(earlier.totalMs);
    if (left === undefined) return [`longer than last time (${last})`, `last run ${last}`];
    return [`${roughly(left)} left (last run ${last})`, `${roughly(left)} left`];
  }
  const platform = rootsOf(run).map((path) => run.tasks[path]).find((node) => node?.path.endsWith('/platform') === true && node.elapsedMs === undefined);
  if (!platform || run.sandbox) return [];
  const left = PLATFORM_MS - (now - Date.parse(platform.startedAt));
  return left > 0 ? [`${roughly(left)} left for the platform (it takes about 30 min)`, `${roughly(left)} left for the platform`] : ['the platform takes longer than usual (about 30 min)'];
};
