import { SpecProblem } from './problem.js';
import type { TenantSpec } from './spec.js';

/** One value of a tenant's spec that an update changes, in words. */
export interface SpecChange {
  /** For example `preset` or `openwebui.models`. */
  path: string;
  before: string;
  after: string;
}

const flat = (value: unknown, path: string): [string, unknown][] => {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return [[path, value]];
  return Object.entries(value).flatMap(([key, each]) => flat(each, path === '' ? key : `${path}.${key}`));
};

const inWords = (value: unknown): string => {
  if (value === undefined || value === null) return 'none';
  return Array.isArray(value) ? value.join(', ') : String(value);
};

/** What differs between two specs, value by value; empty when nothing does. */
export const specChanges = (before: TenantSpec, after: TenantSpec): SpecChange[] => {
  const [old, now] = [new Map(flat(before, '')), new Map(flat(after, ''))];
  return [...new Set([...old.keys(), ...now.keys()])].sort().flatMap((path) => {
    const [was, is] = [inWords(old.get(path)), inWords(now.get(path))];
    return was === is ? [] : [{ path, before: was, after: is }];
  });
};

/** Values that the applications take only when they are installed; from then on they are the tenant's own, to be changed inside. */
const TAKEN_ONCE: Readonly<Record<string, string>> = {
  'wordpress.adminEmail': 'WordPress under Settings › General, or in the user\'s profile',
  'wordpress.title': 'WordPress under Settings › General',
  'openwebui.adminEmail': 'Open WebUI under Admin Panel › Users',
};

/** A change that an update could not bring about, although it would seem to. */
export const takenOnceProblem = (changes: readonly SpecChange[]): SpecProblem | undefined => {
  const [found] = changes.filter(({ path }) => path in TAKEN_ONCE);
  if (!found) return undefined;
  return new SpecProblem({
    code: 'taken-once',
    what: `${found.path} cannot be changed from outside`,
    why: 'the application took it when it was installed, and it may have been changed there since',
    path: found.path,
    next: [`Change it in ${TAKEN_ONCE[found.path] ?? 'the application'}, and leave it out here.`],
  });
};
