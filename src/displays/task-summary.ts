import type { PodView } from '../engine/events.js';
import type { RunState, TaskNode } from '../engine/run-state.js';

/** More parts than this are counted instead of named. */
const MOST_NAMED = 5;

/** The one thing that a folded task says: its own words, else what it consisted of. */
export const summaryOf = (run: RunState, node: TaskNode): string => {
  if (node.detail !== '') return node.detail;
  if (node.children.length > MOST_NAMED) return `${node.children.length} steps`;
  return node.children.map((path) => run.tasks[path]?.title ?? '').join(', ');
};

/** The task that failed by itself, under those that failed because of it. */
export const failedTask = (run: RunState): TaskNode | undefined => {
  const failed = Object.values(run.tasks).filter((node) => node.failure !== undefined);
  return failed.find((node) => !node.children.some((path) => run.tasks[path]?.failure !== undefined));
};

export const podsOf = (run: RunState, node: TaskNode): PodView[] => node.pods.flatMap((key) => run.pods[key] ?? []);

/** A pod that is up, or has done its work. */
export const podIsWell = (pod: PodView): boolean => pod.reason === '' && (pod.ready === pod.containers || pod.phase === 'Succeeded');

/** Milliseconds of work so far: the time in which questions were answered does not count. */
export const workedMs = (run: RunState, now: number): number =>
  run.roots.reduce((sum, path) => {
    const node = run.tasks[path];
    if (!node) return sum;
    return sum + (node.elapsedMs ?? Math.max(0, now - Date.parse(node.startedAt)));
  }, 0);
