import type { Interrupts } from '../engine/interrupts.js';

/** What ends a run from outside: signals, and errors that nobody has caught. */

/** Connects the process's signals to the run. One owner for all of them; nothing else listens. */
export const ownSignals = (interrupts: Interrupts): (() => void) => {
  const press = (): void => interrupts.press();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, press);
  return () => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.off(signal, press);
  };
};

/**
 * What nobody has caught stops the run as a failure of its own: tools are waited for, secrets removed, and it is told through the
 * redactor. Node itself would print it raw.
 */
export const catchAccidents = (interrupts: Interrupts): { throwAny(): void; stop(): void } => {
  const accidents: Error[] = [];
  const caught = (error: unknown): void => {
    const accident = error instanceof Error ? error : new Error(String(error));
    accidents.push(accident);
    interrupts.stop(accident);
  };
  process.on('uncaughtException', caught);
  return {
    throwAny() {
      if (accidents[0]) throw accidents[0];
    },
    stop: () => void process.off('uncaughtException', caught),
  };
};
