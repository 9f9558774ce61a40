import type { PlatformRemoval } from '../engine/platform-removal.js';
import type { IonosApi } from '../ionos/client.js';
import type { ClusterSummary } from '../ionos/reads.js';
import type { RunContext, RunFolder, Tools } from './context.js';
import type { OpenPlatform } from './open-platform.js';
import type { PlatformLink } from './platform-link.js';
import type { StackRun } from './terraform-run.js';

/** First part of the path of every task of a platform's removal. */
export const REMOVE = 'platform-delete';

export interface DeletePlatformInput {
  name: string;
  /** Looks, and changes nothing. */
  dryRun: boolean;
  /** Milliseconds that each step may take. */
  timeoutMs: number;
  /** Lets the operator confirm what is removed. `false` ends the operation with nothing changed. */
  approve: (removal: PlatformRemoval) => Promise<boolean>;
}

/** What the tasks of a platform's removal hand to each other. */
export interface PlatformRemovalRun {
  context: RunContext;
  input: DeletePlatformInput;
  folder: RunFolder;
  /** How this machine reaches an adopted platform; undefined for one that was made by us. */
  link: PlatformLink | undefined;
  /** Undefined for an adopted platform: nothing of it is in the cloud. */
  api: IonosApi | undefined;
  tools: Tools;
  /** The managed cluster, while it stands. */
  summary: ClusterSummary | undefined;
  /** The cluster, while it answers. */
  platform: OpenPlatform | undefined;
  removal: PlatformRemoval;
  /** The destroy plan; undefined for an adopted platform. */
  stack: (StackRun & { needed: boolean }) | undefined;
  /** What is left at the end, in words. Empty is the proof. */
  left: string[];
}
