import type { z } from 'zod';
import { plainIssues } from './issues.js';
import { SpecProblem } from './problem.js';
import type { SpecIssue } from './problem.js';
import type { OverrideValue } from './spec.js';
import { closest, counted } from './text.js';

type Tree = Record<string, unknown>;

const isTree = (value: unknown): value is Tree => typeof value === 'object' && value !== null && !Array.isArray(value);

/** Dotted paths of all values in a tree; keys of our presets have no dots. */
export const leafPaths = (tree: object, prefix = ''): string[] =>
  Object.entries(tree).flatMap(([key, value]) => (isTree(value) ? leafPaths(value, `${prefix}${key}.`) : [`${prefix}${key}`]));

const pathIssue = (path: string, known: readonly string[]): string | undefined => {
  if (known.includes(path)) return undefined;
  const inside = known.filter((candidate) => candidate.startsWith(`${path}.`));
  if (inside.length > 0) return `is a group; override one of ${inside.slice(0, 6).join(', ')}${inside.length > 6 ? ', …' : ''}`;
  const near = closest(path, known);
  const sameLeaf = known.find((candidate) => candidate.endsWith(`.${path.split('.').pop() ?? ''}`));
  const meant = near ?? sameLeaf;
  return `is not a value of the preset${meant === undefined ? '' : `; did you mean ${meant}?`}`;
};

const setAt = (tree: Tree, path: readonly string[], value: OverrideValue): Tree => {
  const [key = '', ...rest] = path;
  const inner = tree[key];
  return { ...tree, [key]: rest.length === 0 || !isTree(inner) ? value : setAt(inner, rest, value) };
};

/** Sets values by dotted path and checks the whole again. Throws SpecProblem `override-invalid` with every issue. */
export const applyOverrides = <T extends object>(
  preset: T,
  overrides: Readonly<Record<string, OverrideValue>>,
  schema: z.ZodType<T>,
  fixed: readonly string[],
): T => {
  const known = leafPaths(preset).filter((path) => !fixed.includes(path));
  const unknown = Object.keys(overrides).flatMap((path): SpecIssue[] => {
    const message = pathIssue(path, known);
    return message === undefined ? [] : [{ path, message }];
  });
  const changed = Object.entries(overrides)
    .filter(([path]) => known.includes(path))
    .reduce<Tree>((tree, [path, value]) => setAt(tree, path.split('.'), value), preset as Tree);
  const result = schema.safeParse(changed);
  const wrong = result.success
    ? []
    : plainIssues(result.error.issues, changed, () => []).map(({ path, message }): SpecIssue => ({ path: path.join('.'), message }));
  const issues = [...unknown, ...wrong];
  if (result.success && issues.length === 0) return result.data;
  throw new SpecProblem({
    code: 'override-invalid',
    what: `${counted(issues.length, 'override does', 'overrides do')} not fit the preset`,
    why: issues.map(({ path, message }) => `overrides: ${path} ${message}`).join('\n'),
    issues,
    next: ['Use a path of the preset, for example wordpress.storage: 20Gi.'],
  });
};
