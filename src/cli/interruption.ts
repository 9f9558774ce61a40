import type { EventBus } from '../engine/bus.js';
import type { Failure } from '../engine/events.js';
import { interruptWords } from '../engine/interrupt-words.js';
import type { Interrupts } from '../engine/interrupts.js';

/** Steps that only look. */
const LOOKS = ['preflight', 'plan'];

const quoted = (argument: string): string => (/^[\w@%+=:,./-]+$/.test(argument) ? argument : `'${argument.replaceAll("'", "'\\''")}'`);

export interface InterruptionOptions {
  bus: EventBus;
  interrupts: Interrupts;
  operation: string;
  /** Nothing has to be waited for: the run is over at once, and that needs no words. */
  onlyLooks?: boolean | undefined;
  /** Program and arguments, as they were typed. */
  program: string;
  args: readonly string[];
  /** A command to type, as it will work here. */
  command: (words: string) => string;
}

/** What an operator is told who presses Ctrl-C: while it is being stopped, before leaving breaks something, and when it is over. */
export interface Interruption {
  /** The failure of a cancelled run: what has become of it, and which command goes on. */
  explain(failure: Failure): Failure;
}

export const watchInterruption = ({ bus, interrupts, operation, onlyLooks, program, args, command }: InterruptionOptions): Interruption => {
  const words = interruptWords(operation);
  let tenant: string | undefined;
  let begun = false;
  let over = false;
  bus.subscribe((event) => {
    // The result is the last thing that is told: a program reads it from the last line.
    over ||= event.type === 'result';
    if (event.type === 'run') tenant = event.tenant ?? tenant;
    if (event.type === 'task') begun ||= !LOOKS.includes(event.task.split('/')[1] ?? '');
  });
  interrupts.onPress((presses) => {
    if (presses === 1 && !onlyLooks && !over) bus.emit({ type: 'notice', level: 'info', message: words.stopping });
    if (presses === 2 && !over) bus.emit({ type: 'notice', level: 'warning', message: words.leaving });
    // eslint-disable-next-line no-restricted-syntax -- told twice what it would break, the operator leaves anyway
    if (presses >= 3) process.exit(130);
  });
  /** As it was typed, with the tenant's name, which may have been an answer. */
  const again = (): string => (tenant === undefined || args.includes(tenant) ? [program, ...args.map(quoted)].join(' ') : command(`${operation === 'demo' ? 'create' : operation} ${tenant}`));
  return {
    explain: (failure) => ({
      ...failure,
      what: begun ? `interrupted: ${words.left}` : 'cancelled: nothing was created, changed or removed',
      next: operation === 'demo' ? [] : [`Run the same command again, it continues where it stopped:\n${again()}`],
    }),
  };
};
