import { isInteractive } from '../displays/display.js';
import { ExitCode, exitCodeOf, toFailure } from '../engine/errors.js';
import type { Session } from './session.js';

/**
 * Tries again with the same answers, as long as a person wants to, and as long as that can help: a refusal or wrong credentials stay what
 * they are. `again` tells a run that it is not the first.
 */
export const withRetries = async <T>(session: Session, run: (again: boolean) => Promise<T>): Promise<T> => {
  for (let again = false; ; again = true) {
    try {
      return await run(again);
    } catch (error) {
      const worthwhile = exitCodeOf(error) === ExitCode.failed && !session.interrupts.signal.aborted;
      if (!worthwhile || !isInteractive(session.display) || !(await session.display.retry(toFailure(error)))) throw error;
    }
  }
};
