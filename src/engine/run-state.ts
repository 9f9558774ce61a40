import type { EngineEvent, Failure, Move, PlannedChange, PodView, Range, TaskState, TenantResult, ToolInfo } from './events.js';
import type { RemovalProposal } from './removal.js';

/** One node of the task tree, as every display shows it. */
export interface TaskNode {
  path: string;
  title: string;
  state: TaskState;
  detail: string;
  /** ISO time of the first `started`. */
  startedAt: string;
  elapsedMs?: number;
  failure?: Failure;
  children: string[];
  pods: string[];
}

export interface LogLine {
  task: string;
  line: string;
  source?: string;
}

/** Everything a display needs, folded from the events. Immutable: a fold returns new objects only where something changed. */
export interface RunState {
  operation: string;
  tenant?: string;
  platform?: string;
  preset?: string;
  isolation?: string;
  sandbox: boolean;
  cliVersion: string;
  log?: string;
  startedAt?: string;
  tools?: { terraform: ToolInfo; helm: ToolInfo; recorded: boolean };
  plans: { stack: string; changes: PlannedChange[]; releases: string[]; costEur30d?: Range; costBeforeEur30d?: Range; move?: Move; priceDate?: string; removal?: RemovalProposal }[];
  tasks: Readonly<Record<string, TaskNode>>;
  roots: readonly string[];
  pods: Readonly<Record<string, PodView>>;
  notices: readonly { level: 'info' | 'warning'; message: string }[];
  /** The last log lines, newest last. */
  logLines: readonly LogLine[];
  /** How long the last run of this kind took, in milliseconds. */
  earlier?: { totalMs: number; tasks: Readonly<Record<string, number>> };
  result?: Extract<EngineEvent, { type: 'result' }>;
  tenantResult?: TenantResult;
}

export const initialRunState: RunState = {
  operation: '',
  sandbox: false,
  cliVersion: '',
  plans: [],
  tasks: {},
  roots: [],
  pods: {},
  notices: [],
  logLines: [],
};

/** How many log lines a display can scroll back through. The log file has all of them. */
const LOG_LINES = 200;

const parentOf = (path: string): string | undefined => {
  const cut = path.lastIndexOf('/');
  return cut === -1 ? undefined : path.slice(0, cut);
};

const foldTask = (state: RunState, event: Extract<EngineEvent, { type: 'task' }>): RunState => {
  const known = state.tasks[event.task];
  const node: TaskNode = {
    path: event.task,
    title: event.title,
    state: event.state,
    detail: event.detail ?? (event.state === 'progress' || event.state === 'done' ? (known?.detail ?? '') : ''),
    startedAt: known?.startedAt ?? event.at,
    ...(event.elapsedMs === undefined ? {} : { elapsedMs: event.elapsedMs }),
    ...(event.failure === undefined ? {} : { failure: event.failure }),
    children: known?.children ?? [],
    pods: known?.pods ?? [],
  };
  const tasks = { ...state.tasks, [event.task]: node };
  if (known) return { ...state, tasks };
  const parent = parentOf(event.task);
  const parentNode = parent === undefined ? undefined : tasks[parent];
  if (parentNode) {
    tasks[parentNode.path] = { ...parentNode, children: [...parentNode.children, event.task] };
    return { ...state, tasks };
  }
  return { ...state, tasks, roots: [...state.roots, event.task] };
};

const foldPod = (state: RunState, event: Extract<EngineEvent, { type: 'pod' }>): RunState => {
  const key = `${event.pod.namespace}/${event.pod.name}`;
  const task = state.tasks[event.task];
  const others = (task?.pods ?? []).filter((pod) => pod !== key);
  const pods = { ...state.pods };
  if (event.gone) delete pods[key];
  else pods[key] = event.pod;
  if (!task) return { ...state, pods };
  const listed = event.gone ? others : task.pods.includes(key) ? task.pods : [...task.pods, key];
  return { ...state, pods, tasks: { ...state.tasks, [task.path]: { ...task, pods: listed } } };
};

/** Folds one event into the state. Pure; an unknown event leaves the state as it is. */
export const foldEvent = (state: RunState, event: EngineEvent): RunState => {
  switch (event.type) {
    case 'run': {
      const { type: _type, at, ...run } = event;
      return { ...state, ...run, startedAt: at };
    }
    case 'tools':
      return { ...state, tools: { terraform: event.terraform, helm: event.helm, recorded: event.recorded ?? false } };
    case 'plan': {
      const { type: _type, at: _at, ...plan } = event;
      return { ...state, plans: [...state.plans.filter((known) => known.stack !== plan.stack), plan] };
    }
    case 'task':
      return foldTask(state, event);
    case 'pod':
      return foldPod(state, event);
    case 'log':
      return { ...state, logLines: [...state.logLines, { task: event.task, line: event.line, ...(event.source === undefined ? {} : { source: event.source }) }].slice(-LOG_LINES) };
    case 'earlier':
      return { ...state, earlier: { totalMs: event.totalMs, tasks: event.tasks } };
    case 'notice':
      return { ...state, notices: [...state.notices, { level: event.level, message: event.message }] };
    case 'result':
      return { ...state, result: event, ...(event.ok && event.tenant ? { tenantResult: event.tenant } : {}) };
    default:
      return state;
  }
};
