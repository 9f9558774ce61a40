import type { FleetSource } from '../../../engine/fleet-view.js';
import type { LogLine, LogView } from './log-rows.js';
import type { LogTarget } from './state.js';

/** Newest lines of a log that can be scrolled through. */
const LINES = 2_000;
/** Log lines come in bursts; the screen changes at most ten times a second. */
const EVERY_MS = 100;
/** A container that has not started yet, or was started again, is asked again. */
const RETRY_MS = 2_000;

export const EMPTY_LOG: LogView = { lines: [], note: '' };

const sameTarget = (a: LogTarget | undefined, b: LogTarget | undefined): boolean =>
  a?.pod === b?.pod && a?.namespace === b?.namespace && a?.container === b?.container && a?.previous === b?.previous;

/** Reads the log that is on the screen, again where it ended because its container was started again. */
export class LogReader {
  readonly #source: FleetSource;
  readonly #onView: (view: LogView) => void;
  #target: LogTarget | undefined;
  #stop = new AbortController();

  constructor(source: FleetSource, onView: (view: LogView) => void) {
    this.#source = source;
    this.#onView = onView;
  }

  /** Reads this log from now on; undefined: none. */
  read(target: LogTarget | undefined): void {
    if (sameTarget(this.#target, target)) return;
    this.#target = target;
    this.close();
    this.#stop = new AbortController();
    this.#onView(EMPTY_LOG);
    if (target) void this.#read(target, this.#stop.signal);
  }

  close(): void {
    this.#stop.abort();
  }

  async #read(target: LogTarget, signal: AbortSignal): Promise<void> {
    const { namespace, pod: name, container, previous } = target;
    const lines: LogLine[] = [];
    let number = 0;
    let timer: NodeJS.Timeout | undefined;
    const show = (note: string): void => {
      clearTimeout(timer);
      timer = undefined;
      if (!signal.aborted) this.#onView({ lines: [...lines], note });
    };
    while (!signal.aborted) {
      // A log that is read again begins with lines that are there already.
      const known = lines.at(-1)?.at ?? '';
      const onLine = (text: string, at?: string): void => {
        if (at !== undefined && at <= known) return;
        lines.push({ number, text, at });
        number += 1;
        if (lines.length > LINES) lines.splice(0, lines.length - LINES);
        timer ??= setTimeout(() => show(''), EVERY_MS);
      };
      const note = await this.#source.followLogs({ namespace, name, container, previous }, { signal, onLine }).then(
        () => 'the log has ended',
        (error: unknown) => (error instanceof Error ? error.message : String(error)),
      );
      show(note);
      // Without times, lines that are there already cannot be told from new ones.
      if (previous || lines.some(({ at }) => at === undefined)) return;
      await new Promise((resolve) => setTimeout(resolve, RETRY_MS).unref());
    }
  }
}
