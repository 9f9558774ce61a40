import type { RunState } from '../engine/run-state.js';

/** A task that has not begun. */
export interface Upcoming {
  path: string;
  title: string;
}

/** Roots in the order in which `create` reports them, for showing what is still ahead. An unknown root is shown as it comes. */
const CREATE: readonly Upcoming[] = [
  { path: 'onboard/preflight', title: 'Preflight' },
  { path: 'onboard/plan', title: 'Plan' },
  { path: 'onboard/platform', title: 'Platform' },
  { path: 'onboard/infrastructure', title: 'Infrastructure' },
  { path: 'onboard/guard-rails', title: 'Guard rails' },
  { path: 'onboard/secrets', title: 'Secrets' },
  { path: 'onboard/applications', title: 'Applications' },
  { path: 'onboard/connect', title: 'Connect' },
  { path: 'onboard/verify', title: 'Verify' },
];

/** What is still ahead of a run, as far as that is known. */
export const upcomingOf = (run: RunState): Upcoming[] => {
  if ((run.operation !== 'create' && run.operation !== 'demo') || run.result) return [];
  const last = CREATE.reduce((found, { path }, index) => (run.tasks[path] ? index : found), -1);
  const withPlatform = run.plans.length === 0 || run.plans.some(({ stack }) => stack === 'platform');
  return CREATE.filter(({ path }, index) => index > last && !run.tasks[path] && (withPlatform || path !== 'onboard/platform'));
};
