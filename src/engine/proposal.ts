import type { AccountFacts } from '../tenant/question-types.js';
import type { SpecChange } from '../tenant/spec-changes.js';
import type { TenantSpec } from '../tenant/spec.js';
import type { Move, PlannedChange, Range } from './events.js';

/** What is about to happen, as the operator approves it. Money is EUR for 30 days. */
export interface Proposal {
  operation: 'create' | 'update';
  /** What an update changes in the tenant's settings. */
  changes: readonly SpecChange[];
  tenant: TenantSpec;
  /** Whose account is changed and billed, where that is known. */
  account?: AccountFacts;
  platform: string;
  /** The platform does not exist and would be made first. */
  platformIsNew: boolean;
  stacks: { stack: string; changes: PlannedChange[] }[];
  /** `namespace/release`. */
  releases: string[];
  costEur30d: Range;
  /** What it costs so far, where that differs. */
  costBeforeEur30d?: Range;
  move?: Move;
  platformCostEur30d?: Range;
  /** ISO date of the price file. */
  priceDate: string;
}

/** What an operator says to a proposal; `back`: none of both, because answers are to be changed first. */
export type Approval = 'yes' | 'no' | 'back';
