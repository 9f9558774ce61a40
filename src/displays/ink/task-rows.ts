import type { PodView, TaskState } from '../../engine/events.js';
import type { RunState, TaskNode } from '../../engine/run-state.js';
import { shortResource } from '../proposal-facts.js';
import { linesOf, podIsInTrouble, podIsWell, podsOf, progressOf, summaryOf, wasInterrupted } from '../task-summary.js';
import { clock, duration } from '../time.js';
import { cell, oneLine, widthOf } from './cells.js';
import { rowOf, rowWidth, span, spread, type Row, type Span } from './rows.js';
import type { StateName, Theme } from './theme.js';

/** What drawing needs besides the run itself. */
export interface DrawOptions {
  columns: number;
  theme: Theme;
  /** Milliseconds since the epoch. */
  now: number;
  /** The spinner's present character. */
  frame: string;
  /** Everything unfolded, names in full. */
  details: boolean;
  /** Path of the failed task whose reason stands below its row. */
  explained?: string | undefined;
}

/** A row with how much it matters: where there is no room, the least goes first. */
export interface WeighedRow {
  key: string;
  row: Row;
  weight: number;
}

export const WEIGHT = { waiting: 1, doneLeaf: 2, donePod: 3, runningLeaf: 5, pod: 6, root: 8, failure: 9 } as const;

const STATE_NAMES: Record<TaskState, StateName> = { started: 'running', progress: 'running', done: 'done', skipped: 'skipped', failed: 'failed', retrying: 'retrying' };

/** Details of one level stand in one column. */
export const DETAIL_COLUMN = 18;

/** Siblings' details line up, unless a title is longer than this. */
const MOST_TITLE = 30;

const isLive = (node: TaskNode): boolean => node.state === 'started' || node.state === 'progress' || node.state === 'retrying';

const iconOf = (node: TaskNode, isLeaf: boolean, options: DrawOptions): Span => {
  const look = options.theme.state(wasInterrupted(node) ? 'degraded' : STATE_NAMES[node.state]);
  // Only a leaf turns: several wheels in one branch would say the same thing.
  return span(isLeaf && isLive(node) && node.state !== 'retrying' ? options.frame : look.icon, look.tone);
};

const timeOf = (node: TaskNode, now: number): Row => {
  if (isLive(node)) return rowOf(`${clock(now - Date.parse(node.startedAt))} `, 'dim');
  return node.elapsedMs === undefined || node.state === 'skipped' ? [] : rowOf(`${duration(node.elapsedMs)} `, 'dim');
};

const titleOf = (node: TaskNode, details: boolean): string => (details ? node.title : shortResource(node.title));

const lead = (depth: number): string => ' '.repeat(1 + 2 * depth);

/** Fewer columns than this are not worth a log line. */
const LEAST_LINE = 16;

/** `left`, and after it the last thing that was written, where there is room for it beside `right`. */
const withLastLine = (left: Row, line: string | undefined, right: Row, options: DrawOptions): Row => {
  const room = options.columns - rowWidth(left) - rowWidth(right) - 4;
  return line === undefined || room < LEAST_LINE ? left : [...left, span(`  ${oneLine(line)}`, 'dim')];
};

const detailOf = (run: RunState, node: TaskNode, isLeaf: boolean, explained: string | undefined): Span => {
  if (wasInterrupted(node)) return span('interrupted', 'warn');
  if (node.state === 'failed') return span(node.failure === undefined ? node.detail || 'failed' : node.children.length > 0 || node.path === explained ? 'failed' : node.failure.what, 'bad');
  if (node.state === 'retrying') return span(oneLine(`trying again: ${node.detail}`), 'warn');
  if (!isLive(node)) return span(oneLine(summaryOf(run, node)), 'dim');
  if (!isLeaf) return span(progressOf(run, node), 'dim');
  const said = oneLine(summaryOf(run, node));
  return said === '' ? span(oneLine(linesOf(run, node.path).at(-1)?.line ?? ''), 'dim') : span(said);
};

/** One line of a task: icon, title, the one thing that matters, its time. */
export const taskRow = (run: RunState, node: TaskNode, depth: number, options: DrawOptions, isLeaf: boolean, titleWidth = 0): Row => {
  const title = oneLine(titleOf(node, options.details));
  const width = Math.max(DETAIL_COLUMN - 3 - 2 * depth, widthOf(title), titleWidth);
  const quiet = node.state === 'skipped';
  const left = [span(lead(depth)), iconOf(node, isLeaf, options), span(` ${cell(title, width)} `, quiet ? 'dim' : undefined, depth === 0 && isLive(node)), detailOf(run, node, isLeaf, options.explained)];
  return spread(left, timeOf(node, options.now), options.columns, options.theme.glyph.ellipsis);
};

/** Narrow terminals lose the random part of a pod's name. */
const podName = (pod: PodView, options: DrawOptions): string => {
  if (options.details || options.columns >= 110) return pod.name;
  if (options.columns < 72) return pod.app === '' ? pod.name : pod.app;
  const tail = pod.name.slice(-5);
  return widthOf(pod.name) > widthOf(pod.app) + 8 && pod.app !== '' ? `${pod.app}-${options.theme.glyph.ellipsis}${tail}` : pod.name;
};

/** Nodes of a pool differ in their last part only. */
const nodeName = (node: string, { columns, theme }: DrawOptions): string => (columns >= 110 || widthOf(node) < 16 ? node : `${theme.glyph.ellipsis}${node.slice(node.lastIndexOf('-') + 1)}`);

const podSpans = (pod: PodView, nameWidth: number, options: DrawOptions): Row => {
  const words = podIsWell(pod) ? pod.phase : pod.reason === '' ? pod.phase : pod.reason;
  return [
    span(`${cell(podName(pod, options), nameWidth)}  `),
    span(`${pod.ready}/${pod.containers}`, podIsWell(pod) ? 'ok' : undefined),
    span(`  ${oneLine(words)}`, podIsWell(pod) ? 'dim' : podIsInTrouble(pod) ? 'bad' : undefined),
    ...(pod.restarts > 0 ? [span(`  ${pod.restarts} restarts`, 'warn')] : []),
    ...(options.details && pod.node !== undefined ? [span(`  on ${nodeName(pod.node, options)}`, 'dim')] : []),
  ];
};

const podTime = (pod: PodView, options: DrawOptions): Row =>
  pod.createdAt === undefined || podIsWell(pod) ? [] : rowOf(`${clock(options.now - Date.parse(pod.createdAt))} `, 'dim');

/** What a pod that is not ready wrote last. */
const podLine = (run: RunState, node: TaskNode, pod: PodView): string | undefined => (podIsWell(pod) ? undefined : linesOf(run, node.path, pod.name).at(-1)?.line);

const podRow = (run: RunState, node: TaskNode, pod: PodView, depth: number, nameWidth: number, options: DrawOptions): Row => {
  const well = podIsWell(pod);
  const icon = well ? span(options.theme.state('done').icon, 'ok') : podIsInTrouble(pod) ? span(options.theme.state('degraded').icon, 'warn') : span(options.frame, 'busy');
  const time = podTime(pod, options);
  const left = [span(lead(depth)), icon, span(' '), ...podSpans(pod, nameWidth, options)];
  return spread(withLastLine(left, podLine(run, node, pod), time, options), time, options.columns, options.theme.glyph.ellipsis);
};

/** A task that has one pod is one line with it. */
const taskWithPod = (run: RunState, node: TaskNode, pod: PodView, depth: number, options: DrawOptions, titleWidth: number): Row => {
  const width = Math.max(DETAIL_COLUMN - 3 - 2 * depth, widthOf(node.title), titleWidth);
  const time = timeOf(node, options.now);
  const left = [span(lead(depth)), iconOf(node, true, options), span(` ${cell(oneLine(node.title), width)} `), ...podSpans(pod, widthOf(podName(pod, options)), options)];
  return spread(withLastLine(left, podLine(run, node, pod), time, options), time, options.columns, options.theme.glyph.ellipsis);
};

/** A live branch, unfolded; a finished one is one line. */
export const branchRows = (run: RunState, node: TaskNode, depth: number, options: DrawOptions, titleWidth = 0): WeighedRow[] => {
  const pods = podsOf(run, node);
  const children = node.children.flatMap((path) => run.tasks[path] ?? []);
  const open = isLive(node) || node.state === 'failed' || options.details;
  const weight = depth === 0 ? WEIGHT.root : node.state === 'failed' ? WEIGHT.failure : isLive(node) ? WEIGHT.runningLeaf : WEIGHT.doneLeaf;
  const weighed = (row: Row): WeighedRow => ({ key: node.path, row, weight });
  if (!open || (children.length === 0 && pods.length === 0)) return [weighed(taskRow(run, node, depth, options, children.length === 0, titleWidth))];
  const [only] = pods;
  if (children.length === 0 && pods.length === 1 && only && node.state !== 'failed' && node.state !== 'retrying') return [weighed(taskWithPod(run, node, only, depth, options, titleWidth))];
  const childWidth = Math.max(0, ...children.map((child) => Math.min(MOST_TITLE, widthOf(titleOf(child, options.details)))));
  const nameWidth = Math.max(0, ...pods.map((pod) => widthOf(podName(pod, options))));
  return [
    weighed(taskRow(run, node, depth, options, false, titleWidth)),
    ...children.flatMap((child) => branchRows(run, child, depth + 1, options, childWidth)),
    ...pods.map((pod) => ({
      key: `${node.path}/${pod.namespace}/${pod.name}`,
      row: podRow(run, node, pod, depth + 1, nameWidth, options),
      weight: podIsWell(pod) ? WEIGHT.donePod : WEIGHT.pod,
    })),
  ];
};
