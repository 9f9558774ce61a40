import type { EventBus } from './bus.js';

/** So many lines a second and task are passed on: a screen shows no more, and the run's log and a JSON stream must not drown in them. */
const LINES_A_SECOND = 20;

/** Longer lines are no messages. They are left out as a whole: half of a secret would not be recognised as one. */
const LONGEST = 2_000;

/** Takes the lines of one task. */
export interface LogLines {
  /** `source` is who wrote it: `terraform`, `helm`, `<pod>/<container>`. Empty lines are no lines. */
  write(line: string, source: string): void;
  /** Says how many lines were left out since that was last said. */
  end(): void;
}

/** Passes the lines of one task on as `log` events, at most {@link LINES_A_SECOND}; those that are left out are counted. `now` is in milliseconds. */
export const logLinesOf = (bus: EventBus, task: string, now: () => number = () => performance.now()): LogLines => {
  let since = -Infinity;
  let passed = 0;
  let dropped = 0;
  const end = (): void => {
    if (dropped > 0) bus.emit({ type: 'log', task, line: `(${dropped} ${dropped === 1 ? 'line' : 'lines'} left out)` });
    dropped = 0;
  };
  return {
    write(line, source) {
      const text = line.trimEnd();
      if (text === '') return;
      const at = now();
      if (at - since >= 1_000) {
        end();
        [since, passed] = [at, 0];
      }
      if (passed >= LINES_A_SECOND || text.length > LONGEST) {
        dropped += 1;
        return;
      }
      passed += 1;
      bus.emit({ type: 'log', task, line: text, source });
    },
    end,
  };
};
