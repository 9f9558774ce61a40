import { setMaxListeners } from 'node:events';

/** SIGINTs closer together than this are one press: `npm run` under bash delivers two for one Ctrl-C. */
const ONE_PRESS_MS = 300;

type OnPress = (presses: number) => void;

/**
 * Counts how often the operator asked to stop. The first press aborts `signal`: running tools are interrupted once and waited for.
 * Later presses only reach the listeners, who say what leaving now would break; nothing is ever killed by us.
 */
export interface Interrupts {
  readonly signal: AbortSignal;
  readonly presses: number;
  /** Ctrl-C from a display in raw mode, where the terminal sends no signal. */
  press(): void;
  onPress(listener: OnPress): () => void;
  /** Stops the run for another reason than a press: nothing more may be begun, what runs is interrupted once and waited for. */
  stop(reason: Error): void;
  /** Throws the abort reason once there is one. For use between two steps. */
  throwIfPressed(): void;
}

export class CancelledError extends Error {
  constructor() {
    super('cancelled');
    this.name = 'CancelledError';
  }
}

export const createInterrupts = (now: () => number = () => performance.now()): Interrupts => {
  const controller = new AbortController();
  // Everything that is under way listens to it, and an operation asks for many things at a time.
  setMaxListeners(0, controller.signal);
  const listeners = new Set<OnPress>();
  let presses = 0;
  let last = -Infinity;
  return {
    signal: controller.signal,
    get presses() {
      return presses;
    },
    press() {
      const at = now();
      if (at - last < ONE_PRESS_MS) return;
      last = at;
      presses += 1;
      if (presses === 1) controller.abort(new CancelledError());
      for (const listener of listeners) listener(presses);
    },
    onPress(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    stop(reason) {
      controller.abort(reason);
    },
    throwIfPressed() {
      if (controller.signal.aborted) throw controller.signal.reason;
    },
  };
};

/** Waits, and rejects with the signal's reason as soon as it aborts. */
export const sleep = (ms: number, signal?: AbortSignal): Promise<void> =>
  new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason as Error);
    const done = (): void => {
      signal?.removeEventListener('abort', aborted);
      resolve();
    };
    const timer = setTimeout(done, ms);
    const aborted = (): void => {
      clearTimeout(timer);
      reject(signal?.reason as Error);
    };
    signal?.addEventListener('abort', aborted, { once: true });
  });
