import { CloudError } from '../cloud/cloud-error.js';

/** Where in a configuration something is: attribute names, list indexes. */
export type Path = (string | number)[];

/** Something to tell the user of terraform; errors stop it. */
export interface Problem {
  summary: string;
  detail?: string;
  path?: Path;
}

export const pathMessage = (path: Path): object => ({
  steps: path.map((step) => (typeof step === 'number' ? { element_key_int: step } : { attribute_name: step })),
});

export const problemMessage = (problem: Problem): object => ({
  severity: 1,
  summary: problem.summary,
  detail: problem.detail ?? '',
  ...(problem.path === undefined ? {} : { attribute: pathMessage(problem.path) }),
});

/**
 * An error as the provider shows it: what it was doing, and the API's status and body as they came.
 * `name` is the resource's name, which the provider adds on a line of its own.
 */
export const problemOf = (doing: string, error: unknown, name?: string): Problem => {
  const why = error instanceof CloudError ? error.toLine() : error instanceof Error ? error.message : String(error);
  return { summary: `${doing}: ${why}${name === undefined ? '' : `\nResource Name: ${name}`}` };
};
