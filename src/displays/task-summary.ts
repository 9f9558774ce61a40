import type { Failure, PodView } from '../engine/events.js';
import type { RunState, TaskNode } from '../engine/run-state.js';

/** More parts than this are counted instead of named. */
const MOST_NAMED = 5;

/** The one thing that a folded task says: its own words, else what it consisted of. */
export const summaryOf = (run: RunState, node: TaskNode): string => {
  if (node.detail !== '') return node.detail;
  if (node.children.length > MOST_NAMED) return `${node.children.length} steps`;
  return node.children.map((path) => run.tasks[path]?.title ?? '').join(', ');
};

/** Tasks that failed by themselves, not because of one under them. */
export const failedLeaves = (run: RunState): TaskNode[] =>
  Object.values(run.tasks).filter((node) => node.state === 'failed' && !node.children.some((path) => run.tasks[path]?.state === 'failed'));

/** Where a failure came from: tasks side by side may each have failed in their own way. */
export const failedTask = (run: RunState, failure: Failure): TaskNode | undefined => {
  const leaves = failedLeaves(run).filter((node) => node.failure !== undefined);
  return leaves.find((node) => node.failure?.code === failure.code && node.failure.why === failure.why) ?? leaves[0];
};

/** Roots of the tree. What a tool tells about a branch that has not begun (terraform reads while it plans) is none. */
export const rootsOf = (run: RunState): string[] => run.roots.filter((path) => path.split('/').length <= 2);

export const podsOf = (run: RunState, node: TaskNode): PodView[] => node.pods.flatMap((key) => run.pods[key] ?? []);

/** A pod that is up, or has done its work. */
export const podIsWell = (pod: PodView): boolean => pod.reason === '' && (pod.ready === pod.containers || pod.phase === 'Succeeded');

/** Milliseconds of work so far: the time in which questions were answered does not count. */
export const workedMs = (run: RunState, now: number): number =>
  rootsOf(run).reduce((sum, path) => {
    const node = run.tasks[path];
    if (!node) return sum;
    return sum + (node.elapsedMs ?? Math.max(0, now - Date.parse(node.startedAt)));
  }, 0);
