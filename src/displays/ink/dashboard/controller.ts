import type { FleetSource, FleetView } from '../../../engine/fleet-view.js';
import { EMPTY_LOG, LogReader } from './log-reader.js';
import type { LogView } from './log-rows.js';
import { press, type DashboardKey, type Surroundings } from './press.js';
import { initialState, type DashboardState } from './state.js';

export interface DashboardSnapshot {
  state: DashboardState;
  view: FleetView | undefined;
  log: LogView;
}

/** The tenant that the source is asked to look at closely. */
const focusOf = (state: DashboardState): string | undefined => (state.screen === 'fleet' ? undefined : state.tenant);

/** Keeps what the dashboard shows, asks the source for what the present screen needs, and tells who draws. */
export class Dashboard {
  readonly #source: FleetSource;
  readonly #onQuit: () => void;
  readonly #listeners = new Set<() => void>();
  readonly #unsubscribe: () => void;
  readonly #log: LogReader;
  #snapshot: DashboardSnapshot;

  constructor(options: { source: FleetSource; tenant?: string | undefined; onQuit: () => void }) {
    this.#source = options.source;
    this.#onQuit = options.onQuit;
    this.#snapshot = { state: initialState(options.tenant), view: options.source.current(), log: EMPTY_LOG };
    this.#log = new LogReader(options.source, (log) => this.#set({ log }));
    this.#unsubscribe = options.source.subscribe((view) => this.#set({ view }));
    options.source.focus(options.tenant);
  }

  readonly get = (): DashboardSnapshot => this.#snapshot;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  onKey(input: string, key: DashboardKey, around: Omit<Surroundings, 'view'>): void {
    if (key.ctrl && input === 'c') return this.#onQuit();
    const before = this.#snapshot.state;
    const after = press(before, input, key, { ...around, view: this.#snapshot.view });
    if (after === 'quit') return this.#onQuit();
    this.#set({ state: after });
    if (focusOf(after) !== focusOf(before)) this.#source.focus(focusOf(after));
    this.#log.read(after.log);
  }

  close(): void {
    this.#log.close();
    this.#unsubscribe();
  }

  #set(change: Partial<DashboardSnapshot>): void {
    this.#snapshot = { ...this.#snapshot, ...change };
    for (const listener of this.#listeners) listener();
  }
}
