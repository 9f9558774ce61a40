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

/** The same of `delete`. */
const DELETE: readonly Upcoming[] = [
  { path: 'offboard/preflight', title: 'Preflight' },
  { path: 'offboard/plan', title: 'Plan' },
  { path: 'offboard/gateway', title: 'Gateway' },
  { path: 'offboard/address', title: 'Address' },
  { path: 'offboard/applications', title: 'Applications' },
  { path: 'offboard/volumes', title: 'Volumes' },
  { path: 'offboard/namespace', title: 'Namespace' },
  { path: 'offboard/guard-rails', title: 'Guard rails' },
  { path: 'offboard/model-key', title: 'Model key' },
  { path: 'offboard/infrastructure', title: 'Infrastructure' },
  { path: 'offboard/state', title: 'Terraform state' },
  { path: 'offboard/proof', title: 'Proof' },
];

const UPDATE: readonly Upcoming[] = CREATE.filter(({ path }) => path !== 'onboard/platform').map(({ path, title }) => ({ path: path.replace('onboard/', 'update/'), title }));

const OUTLINES: Readonly<Record<string, readonly Upcoming[]>> = { create: CREATE, demo: CREATE, update: UPDATE, delete: DELETE };

/** What is still ahead of a run, as far as that is known. */
export const upcomingOf = (run: RunState): Upcoming[] => {
  const outline = OUTLINES[run.operation];
  if (!outline || run.result) return [];
  const last = outline.reduce((found, { path }, index) => (run.tasks[path] ? index : found), -1);
  const withPlatform = run.plans.length === 0 || run.plans.some(({ stack }) => stack === 'platform');
  return outline.filter(({ path }, index) => index > last && !run.tasks[path] && (withPlatform || path !== 'onboard/platform'));
};
