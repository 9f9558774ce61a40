import type { Cluster } from '../cluster/client.js';
import type { ClusterDns, NodeFacts } from '../cluster/facts.js';
import type { TenantRecord } from '../cluster/registry.js';
import type { Move, TenantResult } from '../engine/events.js';
import type { Approval, Proposal } from '../engine/proposal.js';
import type { IonosApi } from '../ionos/client.js';
import type { ContractLimits } from '../ionos/reads.js';
import { usesCloud } from '../tenant/address-source.js';
import type { PlatformSpec } from '../tenant/platform-spec.js';
import type { ContractNeed } from '../tenant/sizing.js';
import type { PlatformPreset, TenantPreset } from '../tenant/preset.js';
import type { SpecChange } from '../tenant/spec-changes.js';
import type { TenantDraft, TenantSpec } from '../tenant/spec.js';
import type { RunContext, RunFolder, Tools } from './context.js';
import { openIonos, type Cell, type OpenPlatform } from './open-platform.js';
import type { PlatformLink } from './platform-link.js';

/** First part of the path of every task, by what is done. */
const PREFIXES = { create: 'onboard', update: 'update' } as const;

export interface CreateTenantInput {
  /** `create` onboards, and brings a tenant that is there to its own settings; `update` changes them. */
  operation: 'create' | 'update';
  draft: TenantDraft;
  platform: PlatformSpec;
  /** From IONOS_MODEL_TOKEN, a file, the keychain or a prompt; undefined means: the one that the platform has. */
  modelToken: string | undefined;
  /** Takes the model token although it may do more than use models. */
  insistOnModelToken?: boolean;
  /** Base URL of the model service; undefined means: the one that the platform has. See modelsUrlOf, which everybody asks. */
  modelsUrl: string | undefined;
  dryRun: boolean;
  /** Milliseconds that the pods may take to become ready. */
  timeoutMs: number;
  /** Milliseconds that the cloud may take for one object. */
  cloudTimeoutMs: number;
  /** Asks the operator. Anything but `yes` ends the operation with nothing changed. */
  approve: (proposal: Proposal) => Promise<Approval>;
}

/** What the tasks of an onboarding hand to each other. */
export interface Onboarding {
  context: RunContext;
  input: CreateTenantInput;
  folder: RunFolder;
  /** How this machine reaches the platform, when it is an adopted one. */
  link: PlatformLink | undefined;
  /** See {@link ionosOf}. */
  api: IonosApi | undefined;
  /** Undefined on a platform on which tenants own nothing in the cloud. */
  contract: ContractLimits | undefined;
  tools: Tools;
  tenant: TenantSpec;
  preset: TenantPreset;
  platformPreset: PlatformPreset;
  /** Undefined until the platform exists. */
  platform: OpenPlatform | undefined;
  /** The tenant's own cluster, with isolation `cluster`. Undefined until it exists; see {@link cellOf}. */
  ownCell: Cell | undefined;
  /** What a platform that is made in the same run takes of the contract. */
  platformNeed: ContractNeed | undefined;
  location: string;
  nodes: NodeFacts[];
  dns: ClusterDns;
  storageClass: string;
  /** See modelsUrlOf, which fills it. */
  modelsUrl: string | undefined;
  record: TenantRecord | undefined;
  /** What an update changes in the tenant's settings. */
  changes: SpecChange[];
  /** Which way its pods move between shared nodes and its own; undefined: they stay. */
  move: Move | undefined;
  ip: string;
  endpoints: { wordpress: string; openwebui: string };
  checksums: { wordpress: string; openwebui: string };
  /** True as soon as anything was changed. */
  changed: boolean;
  result: TenantResult | undefined;
}

/** First part of the path of every task of this run. */
export const prefixOf = (run: Pick<Onboarding, 'input'>): string => PREFIXES[run.input.operation];

/** How a step is called that had nothing to do: an onboarding that goes on finds it made, an update leaves it as it is. */
export const sameWords = (run: Pick<Onboarding, 'input'>): string => (run.input.operation === 'create' ? 'already there' : 'unchanged');

/** The Cloud API; opened when it is first needed, because a trial platform does not need it at all. */
export const ionosOf = (run: Onboarding): IonosApi => (run.api ??= openIonos(run.context));

/** Whether the tenant owns something in IONOS Cloud, which terraform makes. On a trial cluster it does not. */
export const ownsCloudObjects = (run: Onboarding): boolean => usesCloud(run.platform?.addresses ?? 'ip-block');

/** The platform's cluster, which keeps what is known of the tenant. Only called where the task order guarantees that it is there. */
export const homeOf = (run: Onboarding): Cluster => {
  if (!run.platform) throw new Error('the platform has not been opened yet');
  return run.platform.cluster;
};

/** Whether the cluster that the tenant runs in is there: before the first task that makes it, it is not. */
export const hasCell = (run: Onboarding): boolean => placeOf(run) !== undefined;

const placeOf = ({ tenant, platform, ownCell }: Onboarding): Cell | undefined => (tenant.isolation === 'cluster' ? ownCell : platform);

/** Where the tenant's workloads are. Only called where the task order guarantees that it is there. */
export const cellOf = (run: Onboarding): Cell => {
  const cell = placeOf(run);
  if (!cell) throw new Error('the cluster of the tenant has not been opened yet');
  return cell;
};
