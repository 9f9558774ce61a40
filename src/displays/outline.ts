import type { RunState } from '../engine/run-state.js';

/** A task that has not begun. */
export interface Upcoming {
  path: string;
  title: string;
  /** What it will be about, in a few words. */
  what: string;
}

/** Roots in the order in which `create` reports them, for showing what is still ahead. An unknown root is shown as it comes. */
const CREATE: readonly Upcoming[] = [
  { path: 'onboard/preflight', title: 'Preflight', what: 'credentials, platform, name, tools, room, models' },
  { path: 'onboard/plan', title: 'Plan', what: 'what terraform and helm would do, and what it costs' },
  { path: 'onboard/platform', title: 'Platform', what: 'data centre, network, cluster and nodes' },
  { path: 'onboard/infrastructure', title: 'Infrastructure', what: "the tenant's own IP address" },
  { path: 'onboard/guard-rails', title: 'Guard rails', what: 'namespace, quota and network policies' },
  { path: 'onboard/secrets', title: 'Secrets', what: 'made once, kept in the cluster' },
  { path: 'onboard/applications', title: 'Applications', what: 'WordPress, Open WebUI and the gateway' },
  { path: 'onboard/connect', title: 'Connect', what: 'WordPress tools in Open WebUI' },
  { path: 'onboard/verify', title: 'Verify', what: 'both URLs answer' },
];

/** The same of `delete`. */
const DELETE: readonly Upcoming[] = [
  { path: 'offboard/preflight', title: 'Preflight', what: 'credentials, platform, tools, the tenant' },
  { path: 'offboard/plan', title: 'Plan', what: 'what there is of it' },
  { path: 'offboard/gateway', title: 'Gateway', what: 'the way in is closed' },
  { path: 'offboard/address', title: 'Address', what: 'no node holds it any more' },
  { path: 'offboard/applications', title: 'Applications', what: 'releases and pods' },
  { path: 'offboard/volumes', title: 'Volumes', what: 'claims and their data' },
  { path: 'offboard/namespace', title: 'Namespace', what: 'everything else in it' },
  { path: 'offboard/guard-rails', title: 'Guard rails', what: 'its own policies' },
  { path: 'offboard/model-key', title: 'Model key', what: 'its key at the shared gateway' },
  { path: 'offboard/infrastructure', title: 'Infrastructure', what: 'what it owns in the cloud' },
  { path: 'offboard/state', title: 'Terraform state', what: 'bookkeeping' },
  { path: 'offboard/proof', title: 'Proof', what: 'nothing is left, in the cluster or in the cloud' },
];

const UPDATE: readonly Upcoming[] = CREATE.filter(({ path }) => path !== 'onboard/platform').map((each) => ({ ...each, path: each.path.replace('onboard/', 'update/') }));

/** The same of `platform delete`. */
const PLATFORM_DELETE: readonly Upcoming[] = [
  { path: 'platform-delete/preflight', title: 'Preflight', what: 'no tenant is left on it' },
  { path: 'platform-delete/plan', title: 'Plan', what: 'what there is of it' },
  { path: 'platform-delete/models', title: 'Model gateway', what: 'with its token' },
  { path: 'platform-delete/system', title: 'Registry', what: 'records of the tenants' },
  { path: 'platform-delete/infrastructure', title: 'Infrastructure', what: 'nodes, cluster, network, data centre' },
  { path: 'platform-delete/proof', title: 'Proof', what: 'nothing is left' },
  { path: 'platform-delete/records', title: 'Records', what: 'bookkeeping on this machine' },
];

/** The same of `platform adopt`. */
const ADOPT: readonly Upcoming[] = [
  { path: 'adopt/rights', title: 'Rights', what: 'what this kubeconfig may do' },
  { path: 'adopt/cluster', title: 'Cluster', what: 'nodes, volumes, DNS' },
  { path: 'adopt/addresses', title: 'Addresses', what: 'where tenants get theirs' },
  { path: 'adopt/record', title: 'Record', what: 'what the cluster and this machine remember' },
];

const OUTLINES: Readonly<Record<string, readonly Upcoming[]>> = { create: CREATE, demo: CREATE, update: UPDATE, delete: DELETE, 'platform-delete': PLATFORM_DELETE, 'platform-adopt': ADOPT };

/** What is still ahead of a run, as far as that is known. */
export const upcomingOf = (run: RunState): Upcoming[] => {
  const outline = OUTLINES[run.operation];
  if (!outline || run.result) return [];
  const last = outline.reduce((found, { path }, index) => (run.tasks[path] ? index : found), -1);
  const withPlatform = run.plans.length === 0 || run.plans.some(({ stack }) => stack === 'platform');
  return outline.filter(({ path }, index) => index > last && !run.tasks[path] && (withPlatform || path !== 'onboard/platform'));
};
