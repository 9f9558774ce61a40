import { compareVersions } from '../../cloud/k8s-versions.js';
import type { MaintenanceWindow } from '../../cloud/types.js';
import { notBlank } from '../checks.js';
import type { Problem } from '../diagnostics.js';
import { block, required } from '../schema.js';
import type { NestedBlock } from '../schema.js';
import { isEmpty, knownOnly, same } from '../values.js';
import type { Value, Values } from '../values.js';
import { blocks, text } from './common.js';

export const maintenanceWindowBlock: NestedBlock = {
  nesting: 'list',
  maxItems: 1,
  computed: true,
  block: block({ day_of_the_week: required('string', { check: notBlank }), time: required('string', { check: notBlank }) }),
};

export const windowValues = ({ dayOfTheWeek, time }: MaintenanceWindow): Values[] => [{ day_of_the_week: dayOfTheWeek, time }];

export const windowOf = (values: Values): MaintenanceWindow | null => {
  const [window] = blocks(knownOnly(values['maintenance_window'] ?? null));
  return window === undefined ? null : { dayOfTheWeek: text(window, 'day_of_the_week'), time: text(window, 'time') };
};

/** A lower patch level than the one that runs is no change: maintenance raises it behind terraform's back. */
export const ignoresPatchDowngrade = (prior: Value, next: Value): boolean => {
  if (typeof prior !== 'string' || typeof next !== 'string') return false;
  const minor = (version: string): string => version.split('.').slice(0, 2).join('.');
  return minor(prior) === minor(next) && compareVersions(next, prior) < 0;
};

/** The provider refuses to plan a change of these, unless `allow_replace` says that a new object is wanted. */
export const refuseImmutable = (prior: Values | null, planned: Values, names: readonly string[]): Problem[] => {
  if (prior === null || planned['allow_replace'] === true) return [];
  const changed = names.find((name) => {
    const [before, after] = [prior[name] ?? null, planned[name] ?? null];
    return !same(before, after) && !(isEmpty(before) && isEmpty(after));
  });
  if (changed === undefined) return [];
  return [{ summary: `${changed} attribute is immutable, therefore not allowed in update requests`, path: [changed] }];
};
