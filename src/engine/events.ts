/**
 * The one typed event stream. Operations emit these events; displays, the run log and recordings only fold them.
 * Times are ISO 8601 strings, durations are milliseconds, money is EUR for 30 days.
 */

import type { AddressSource } from '../tenant/address-source.js';
import type { FleetView } from './fleet-view.js';
import type { IdentityView } from './identity.js';
import type { RemovalProposal } from './removal.js';
import type { Move, PlannedChange, PodView, Range } from './views.js';

export type { EndpointView, Move, PlannedChange, PodView, Range } from './views.js';

export type TaskState = 'started' | 'progress' | 'done' | 'skipped' | 'failed' | 'retrying';

/** A failure as a person reads it: what happened, why, and what to type next. */
export interface Failure {
  /** Stable identifier for scripts, for example `name-taken`. */
  code: string;
  /** What happened, one sentence. */
  what: string;
  /** Why: the tool's or the API's own words, shortened. */
  why?: string;
  /** What to do next: sentences or commands to type. */
  next: string[];
  /** Path of the run's log file. */
  log?: string;
}

export type CheckState = 'ok' | 'warning' | 'failed' | 'not-checked';

/** What a check of `doctor` found. */
export interface CheckFinding {
  state: CheckState;
  /** One sentence without its full stop. */
  detail: string;
  /** What to do about it: sentences or commands to type. Empty where nothing is wrong. */
  fix: string[];
}

export interface ToolInfo {
  version: string;
  path: string;
}

export interface TenantResult {
  name: string;
  platform: string;
  namespace: string;
  preset: string;
  isolation: string;
  ip: string;
  /** True when `ip` is a documentation address (RFC 5737), as in the sandbox. */
  ipIsDocumentation: boolean;
  /** Where `ip` is from; `ip-block` is an address of the tenant's own. Absent in older recordings. */
  addressSource?: AddressSource;
  endpoints: { wordpress: string; openwebui: string };
  /** HTTP status that each endpoint answered with. */
  http: { wordpress?: number; openwebui?: number };
  /** Logins travel unencrypted while no domain is set. */
  encrypted: boolean;
  admins: { wordpress: string; openwebui: string };
  models: string;
  costEur30d: Range;
}

type Stamp = { at: string };

export type EngineEvent = Stamp &
  (
    | { type: 'run'; operation: string; tenant?: string; platform?: string; preset?: string; isolation?: string; sandbox: boolean; cliVersion: string; log?: string }
    | { type: 'tools'; terraform: ToolInfo; helm: ToolInfo; recorded?: boolean }
    | { type: 'plan'; stack: string; changes: PlannedChange[]; releases: string[]; costEur30d?: Range; /** What it costs so far, where that differs. */ costBeforeEur30d?: Range; move?: Move; priceDate?: string; /** What the operation removes for good, when that is what it is for. */ removal?: RemovalProposal }
    | {
        type: 'task';
        /** Stable path, for example `onboard/infrastructure/ionoscloud_ipblock.this`. */
        task: string;
        title: string;
        state: TaskState;
        /** The one thing that matters about it now. */
        detail?: string;
        elapsedMs?: number;
        failure?: Failure;
      }
    | { type: 'pod'; task: string; pod: PodView; gone?: boolean }
    /** A line that a tool or an application wrote, and who: `terraform`, `helm`, `wordpress-6f9c…/install-wordpress`. Not all of them: see log-lines.ts. */
    | { type: 'log'; task: string; line: string; source?: string }
    /** How long the last run of this kind took, in milliseconds: as a whole, and each root task by its path. Absent where there was none. */
    | { type: 'earlier'; totalMs: number; tasks: Readonly<Record<string, number>> }
    /** One check of `doctor` has ended. */
    | ({ type: 'check'; check: string; title: string } & CheckFinding)
    /** The fleet as it is now, for who watches it as a stream. */
    | { type: 'fleet'; view: FleetView }
    /** Whose credentials are used, told before it is clear whether the API takes them. */
    | { type: 'identity'; view: IdentityView }
    | { type: 'notice'; level: 'info' | 'warning'; message: string }
    | { type: 'file'; purpose: 'tenant' | 'fleet' | 'log'; path: string; content?: string }
    | { type: 'result'; ok: true; changed: boolean; operation: string; elapsedMs: number; tenant?: TenantResult; data?: unknown; /** What was shown is a recording of an earlier run. */ recorded?: boolean; next: string[] }
    | { type: 'result'; ok: false; operation: string; elapsedMs: number; exitCode: number; error: Failure }
  );

/** An event before the bus has stamped it. */
export type UnstampedEvent = EngineEvent extends infer E ? (E extends EngineEvent ? Omit<E, 'at'> : never) : never;
