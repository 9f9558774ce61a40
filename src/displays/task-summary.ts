import type { Failure, PodView } from '../engine/events.js';
import type { LogLine, RunState, TaskNode } from '../engine/run-state.js';
import { counted } from '../tenant/text.js';

/** More parts than this are counted instead of named. */
const MOST_NAMED = 5;

/** The one thing that a folded task says: its own words, else what it consisted of. */
export const summaryOf = (run: RunState, node: TaskNode): string => {
  if (node.detail !== '') return node.detail;
  if (node.path.endsWith('/preflight')) return counted(node.children.filter((path) => run.tasks[path]?.state !== 'skipped').length, 'check');
  if (node.children.length > MOST_NAMED) return `${node.children.length} steps`;
  const pods = node.children.flatMap((path) => run.tasks[path]?.pods ?? []).length;
  return `${pods === 0 ? '' : `${counted(pods, 'pod')}: `}${node.children.map((path) => run.tasks[path]?.title ?? '').join(', ')}`;
};

const isOver = (node: TaskNode | undefined): boolean => node?.state === 'done' || node?.state === 'skipped';

/** The stack whose resources a task makes or removes. */
const stackOf = (run: RunState, path: string): RunState['plans'][number] | undefined => {
  const [, root] = path.split('/');
  if (root === 'platform') return run.plans.find(({ stack }) => stack === 'platform');
  return root === 'infrastructure' ? run.plans.find(({ stack }) => stack === (run.operation === 'platform-delete' ? 'platform' : 'tenant')) : undefined;
};

/** How far a task is that consists of others: `5 of 7 resources`, `2 of 4 ready`. Empty where there is nothing to count. */
export const progressOf = (run: RunState, node: TaskNode): string => {
  const done = node.children.filter((path) => isOver(run.tasks[path])).length;
  const planned = stackOf(run, node.path)?.changes.filter(({ action }) => action !== 'read').length ?? 0;
  if (planned > 0) return `${done} of ${counted(Math.max(planned, node.children.length), 'resource')}`;
  return node.children.length < 2 ? '' : `${done} of ${node.children.length} ${node.path.endsWith('/applications') ? 'ready' : 'done'}`;
};

/** What a task, or everything below it, wrote; of one pod, where one is named. Oldest first. */
export const linesOf = (run: RunState, path: string, pod?: string): LogLine[] =>
  run.logLines.filter(({ task, source = '' }) => (task === path || task.startsWith(`${path}/`)) && (pod === undefined || source.startsWith(`${pod}/`)));

/** Stopped because the operator wanted it: nothing is wrong with it. */
export const wasInterrupted = (node: TaskNode): boolean => node.state === 'failed' && node.failure === undefined && node.detail === 'interrupted';

/** Tasks that failed by themselves, not because of one under them. */
export const failedLeaves = (run: RunState): TaskNode[] =>
  Object.values(run.tasks).filter((node) => node.state === 'failed' && !node.children.some((path) => run.tasks[path]?.state === 'failed'));

/** Where a failure came from: tasks side by side may each have failed in their own way. */
export const failedTask = (run: RunState, failure: Failure): TaskNode | undefined => {
  const leaves = failedLeaves(run);
  const explained = leaves.filter((node) => node.failure !== undefined);
  // A resource fails without a word of its own: terraform says why, when it ends.
  return explained.find((node) => node.failure?.code === failure.code && node.failure.why === failure.why) ?? explained[0] ?? leaves[0];
};

/** Roots of the tree. What a tool tells about a branch that has not begun (terraform reads while it plans) is none. */
export const rootsOf = (run: RunState): string[] => run.roots.filter((path) => path.split('/').length <= 2);

export const podsOf = (run: RunState, node: TaskNode): PodView[] => node.pods.flatMap((key) => run.pods[key] ?? []);

/** A pod that is up, or has done its work. */
export const podIsWell = (pod: PodView): boolean => pod.reason === '' && (pod.ready === pod.containers || pod.phase === 'Succeeded');

/** A pod in a state that does not pass by itself. */
export const podIsInTrouble = (pod: PodView): boolean => /crash|cannot be pulled|ended with|failed/i.test(pod.reason);

/** Milliseconds of work so far: the time in which questions were answered does not count. */
export const workedMs = (run: RunState, now: number): number =>
  rootsOf(run).reduce((sum, path) => {
    const node = run.tasks[path];
    if (!node) return sum;
    return sum + (node.elapsedMs ?? Math.max(0, now - Date.parse(node.startedAt)));
  }, 0);
