import type { FleetSource, FleetView } from '../../../engine/fleet-view.js';
import type { LogView } from './log-rows.js';
import { initialState, press, type DashboardKey, type DashboardState, type LogTarget, type Surroundings } from './state.js';

/** Newest lines of a log that can be scrolled through. */
const LOG_LINES = 2_000;
/** Log lines come in bursts; the screen changes at most ten times a second. */
const LOG_EVERY_MS = 100;
/** A container that has not started yet is asked again. */
const LOG_RETRY_MS = 2_000;

export interface DashboardSnapshot {
  state: DashboardState;
  view: FleetView | undefined;
  log: LogView;
}

const EMPTY_LOG: LogView = { lines: [], note: '' };

const sameTarget = (a: LogTarget | undefined, b: LogTarget | undefined): boolean => a?.pod === b?.pod && a?.namespace === b?.namespace && a?.container === b?.container;

/** Keeps what the dashboard shows, asks the source for what the present screen needs, and tells who draws. */
export class Dashboard {
  readonly #source: FleetSource;
  readonly #onQuit: () => void;
  readonly #listeners = new Set<() => void>();
  readonly #unsubscribe: () => void;
  #snapshot: DashboardSnapshot;
  #stopLog = new AbortController();
  #timer: NodeJS.Timeout | undefined;

  constructor(options: { source: FleetSource; tenant?: string | undefined; onQuit: () => void }) {
    this.#source = options.source;
    this.#onQuit = options.onQuit;
    this.#snapshot = { state: initialState(options.tenant), view: options.source.current(), log: EMPTY_LOG };
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
    const focus = after.screen === 'fleet' ? undefined : after.tenant;
    if (focus !== (before.screen === 'fleet' ? undefined : before.tenant)) this.#source.focus(focus);
    if (!sameTarget(before.log, after.log)) this.#follow(after.log);
  }

  close(): void {
    this.#stopLog.abort();
    clearTimeout(this.#timer);
    this.#unsubscribe();
  }

  #set(change: Partial<DashboardSnapshot>): void {
    this.#snapshot = { ...this.#snapshot, ...change };
    for (const listener of this.#listeners) listener();
  }

  #follow(target: LogTarget | undefined): void {
    this.#stopLog.abort();
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#set({ log: EMPTY_LOG });
    if (!target) return;
    const stop = new AbortController();
    this.#stopLog = stop;
    const lines: string[] = [];
    const show = (note: string): void => {
      if (!stop.signal.aborted) this.#set({ log: { lines: [...lines], note } });
    };
    const onLine = (line: string): void => {
      lines.push(line);
      if (lines.length > LOG_LINES) lines.splice(0, lines.length - LOG_LINES);
      this.#timer ??= setTimeout(() => {
        this.#timer = undefined;
        show('');
      }, LOG_EVERY_MS);
    };
    const { namespace, pod, container } = target;
    const read = async (): Promise<void> => {
      try {
        await this.#source.followLogs({ namespace, name: pod, container }, { signal: stop.signal, onLine });
        show('the log has ended');
      } catch (error) {
        show(error instanceof Error ? error.message : String(error));
        setTimeout(() => {
          if (!stop.signal.aborted) void read();
        }, LOG_RETRY_MS).unref();
      }
    };
    void read();
  }
}
