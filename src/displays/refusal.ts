import { InstallerError } from '../engine/errors.js';
import { SpecProblem } from '../tenant/problem.js';

/** Why an answer was refused, in one line; undefined for errors that are no answer's fault. */
export const refusalOf = (error: unknown): string | undefined => {
  if (!(error instanceof SpecProblem || error instanceof InstallerError)) return undefined;
  const [next] = error.next;
  return [error.why === undefined ? error.what : `${error.what}: ${error.why}`, ...(next === undefined ? [] : [next])].join('. ').replace(/\.\. /g, '. ');
};
