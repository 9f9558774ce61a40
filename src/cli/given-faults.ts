import { usageError } from '../engine/errors.js';
import { parseFault } from '../sandbox/faults/fault.js';

/** Refuses faults that there are not, and faults in a run that does not use the sandbox. */
export const requireFaults = (faults: readonly string[], inSandbox: boolean): void => {
  for (const text of faults) parseFault(text);
  if (!inSandbox) throw usageError({ code: 'fault-without-sandbox', what: '--fault lets something go wrong in the sandbox, and this run does not use it', next: ['Add --sandbox, or leave --fault out.'] });
};
