import type { V1Namespace } from '@kubernetes/client-node';
import type { TenantRecord } from '../cluster/registry.js';
import type { Removal, RemovalProposal } from '../engine/removal.js';
import type { IonosApi } from '../ionos/client.js';
import type { RunContext, RunFolder, Tools } from './context.js';
import type { Cell, OpenPlatform } from './open-platform.js';
import type { StackRun } from './terraform-run.js';

/** First part of the path of every task of an offboarding. */
export const OFFBOARD = 'offboard';

export interface DeleteTenantInput {
  name: string;
  platform: string;
  /** Looks, and changes nothing. */
  dryRun: boolean;
  /** Milliseconds that each step may take. */
  timeoutMs: number;
  /** Lets the operator confirm what is removed. `false` ends the operation with nothing changed. */
  approve: (removal: RemovalProposal) => Promise<boolean>;
}

/** Only called where something was found in it. */
export const cellOf = ({ cell }: Offboarding): Cell => {
  if (!cell) throw new Error('the cluster of the tenant is not there');
  return cell;
};

/** Whether the tenant's workloads have a cluster of their own, which goes with them. */
export const hasOwnCluster = ({ cell, platform }: Offboarding): boolean => cell !== platform;

/** What the tasks of an offboarding hand to each other. */
export interface Offboarding {
  context: RunContext;
  input: DeleteTenantInput;
  folder: RunFolder;
  /** Undefined on a trial platform, on which tenants own nothing in the cloud. */
  api: IonosApi | undefined;
  tools: Tools;
  platform: OpenPlatform;
  /** Where its workloads are: the platform, or a cluster of its own. Undefined where that cluster was not made, or is gone already. */
  cell: Cell | undefined;
  /** Whether there is anything to remove. */
  found: 'there' | 'deleted' | 'unknown';
  /** Absent where a create was interrupted before it was entered. */
  record: TenantRecord | undefined;
  namespace: V1Namespace | undefined;
  /** What was found, with what an interrupted removal had found before. */
  removal: Removal;
  /** The destroy plan; undefined where the tenant has nothing in the cloud. */
  stack: (StackRun & { needed: boolean }) | undefined;
  /** What is left at the end, in words. Empty is the proof. */
  left: string[];
}
