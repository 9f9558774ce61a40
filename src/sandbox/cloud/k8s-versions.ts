import { K8S_VERSIONS } from './catalog.js';
import { CloudError } from './cloud-error.js';

const parts = (version: string): number[] => version.split('.').map(Number);

/** Compares two versions such as 1.34.4 by their numbers: negative when `a` is older. */
export const compareVersions = (a: string, b: string): number => {
  const [left, right] = [parts(a), parts(b)];
  for (let index = 0; index < 3; index += 1) {
    const difference = (left[index] ?? 0) - (right[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
};

/** The versions that something may go to from `version`. */
export const upgradesOf = (version: string): string[] => K8S_VERSIONS.filter((candidate) => compareVersions(candidate, version) > 0);

/** Throws a 422 when `to` is not among the viable versions or is older than `from`. */
export const assertVersionStep = (from: string, to: string, viable: readonly string[]): void => {
  if (!viable.includes(to) || compareVersions(to, from) < 0) {
    const choices = viable.filter((candidate) => compareVersions(candidate, from) >= 0);
    throw new CloudError(422, '200', `[VDC-14-1830] K8s version ${to} is not viable. Available versions: ${choices.join(', ')}`);
  }
};
