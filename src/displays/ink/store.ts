import type { EngineEvent, Failure } from '../../engine/events.js';
import { foldEvent, initialRunState, type RunState } from '../../engine/run-state.js';
import { rootsOf } from '../task-summary.js';
import type { ConfirmView } from './confirm-rows.js';
import type { ReviewView } from './review-rows.js';
import { EMPTY_VIEW, type WizardView } from './wizard-view.js';

/** What is in front of the person. */
export type Screen =
  | { kind: 'run' }
  | { kind: 'wizard'; view: WizardView }
  | { kind: 'review'; view: ReviewView }
  | { kind: 'confirm'; view: ConfirmView }
  | { kind: 'failed'; failure: Failure }
  | { kind: 'closed' };

/** Nothing is known yet but that it begins: drawn at once, before what works behind it is loaded. */
const OPENING: Screen = { kind: 'wizard', view: EMPTY_VIEW };

/** Something that is over and moved up into the terminal's own history. */
export type HistoryItem =
  | { id: string; kind: 'header' }
  | { id: string; kind: 'task'; path: string; run: RunState }
  | { id: string; kind: 'notice'; level: 'info' | 'warning'; message: string };

export interface Snapshot {
  run: RunState;
  screen: Screen;
  history: readonly HistoryItem[];
  /** Roots that the history shows. */
  finished: ReadonlySet<string>;
  details: boolean;
  /** First row of the details that is shown; undefined follows what runs. */
  scroll: number | undefined;
  logs: boolean;
  /** How often Ctrl-C was pressed. */
  presses: number;
}

/** Events this close together become one frame. */
const BURST_MS = 30;

const isOver = (state: string): boolean => state === 'done' || state === 'skipped';

/** Folds events into snapshots for React. Everything that changes the screen goes through here. */
export class DisplayStore {
  private snapshot: Snapshot = { run: initialRunState, screen: OPENING, history: [], finished: new Set(), details: false, scroll: undefined, logs: false, presses: 0 };
  private readonly listeners = new Set<() => void>();
  private items = 0;
  private later: NodeJS.Timeout | undefined;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  readonly get = (): Snapshot => this.snapshot;

  /** Changes the screen at once: what a person did is answered without delay. */
  set(change: Partial<Snapshot>): void {
    this.snapshot = { ...this.snapshot, ...change };
    clearTimeout(this.later);
    this.later = undefined;
    for (const listener of this.listeners) listener();
  }

  /** Changes the screen soon: events come in bursts, and are drawn together. */
  private soon(change: Partial<Snapshot>): void {
    this.snapshot = { ...this.snapshot, ...change };
    this.later ??= setTimeout(() => this.set({}), BURST_MS);
  }

  show(event: EngineEvent): void {
    const run = foldEvent(this.snapshot.run, event);
    if (this.snapshot.screen === OPENING) {
      if (event.type === 'run') return this.set({ run });
      if (event.type === 'task' || event.type === 'plan') this.snapshot = { ...this.snapshot, screen: { kind: 'run' } };
    }
    if (event.type === 'task' && isOver(event.state) && rootsOf(run).includes(event.task) && !this.snapshot.finished.has(event.task)) {
      const finished = new Set([...this.snapshot.finished, event.task]);
      return this.soon({ run, finished, history: this.with({ kind: 'task', path: event.task, run }) });
    }
    if (event.type === 'notice' && this.wants(event.message)) {
      return this.soon({ run, history: this.with({ kind: 'notice', level: event.level, message: event.message }) });
    }
    if (run !== this.snapshot.run) this.soon({ run });
  }

  /** The same run from its start: what went wrong stays in the history, the tree begins anew. */
  startAgain(): void {
    this.beginAgain('Trying again with the same answers.');
  }

  private beginAgain(message: string): void {
    const { run } = this.snapshot;
    const failed = rootsOf(run).filter((path) => !this.snapshot.finished.has(path));
    let history = this.snapshot.history;
    for (const path of failed) history = this.with({ kind: 'task', path, run }, history);
    history = this.with({ kind: 'notice', level: 'info', message }, history);
    this.set({ run: { ...run, tasks: {}, roots: [], pods: {}, plans: [] }, finished: new Set(), history, scroll: undefined, screen: { kind: 'run' } });
  }

  /** Back to the questions: what was looked at so far stays in the history, and begins anew afterwards. */
  planAnew(): void {
    this.beginAgain('Back to the questions. Nothing has been changed yet.');
  }

  /** What did not come to its end is shown once more as it stands. */
  settle(): void {
    const { run, finished } = this.snapshot;
    let history = this.snapshot.history;
    for (const path of rootsOf(run).filter((each) => !finished.has(each))) history = this.with({ kind: 'task', path, run }, history);
    this.set({ history, finished: new Set(run.roots), screen: { kind: 'closed' } });
  }

  /** Where nothing runs, that running tools are waited for would be untrue. */
  private wants(message: string): boolean {
    const { run } = this.snapshot;
    return !message.startsWith('Interrupted') || rootsOf(run).some((path) => ['started', 'progress', 'retrying'].includes(run.tasks[path]?.state ?? ''));
  }

  private with(item: { kind: 'task'; path: string; run: RunState } | { kind: 'notice'; level: 'info' | 'warning'; message: string }, history = this.snapshot.history): HistoryItem[] {
    const next = (): string => `item-${(this.items += 1)}`;
    const header: HistoryItem[] = history.length === 0 ? [{ id: next(), kind: 'header' }] : [];
    return [...history, ...header, { ...item, id: next() }];
  }
}
