import type { EngineEvent } from '../engine/events.js';
import type { PlatformRemoval, RemovedPlatformCounts } from '../engine/platform-removal.js';
import { counted } from '../tenant/text.js';
import type { TypedConfirmation } from './display.js';
import type { Fact } from './facts.js';
import { planText } from './proposal-facts.js';
import { nextLines } from './next-lines.js';
import { duration } from './time.js';

/** What the result of `platform delete` says. */
export interface PlatformRemovalData {
  platform: string;
  adopted: boolean;
  /** Nothing was changed. */
  dryRun?: true;
  removed?: RemovedPlatformCounts;
  /** Names of what is still there: empty, or the command would have failed. */
  left?: readonly string[];
}

const STAYS = 'the cluster itself stays, with everything else in it: it was adopted';

/** What the operator types the platform's name for. */
export const platformRemovalFacts = (removal: PlatformRemoval): Fact[] => [
  { label: 'Platform', text: [removal.platform, ...(removal.server === undefined ? [] : [removal.server])].join(', ') },
  { label: 'Tenants', text: 'none' },
  { label: 'helm releases', text: removal.releases.map((release) => release.slice(release.indexOf('/') + 1)).join(', ') || 'none' },
  { label: 'Namespaces', text: removal.namespaces.join(', ') || 'none' },
  removal.adopted ? { label: 'Cluster', text: STAYS } : { label: 'terraform, platform', text: planText(removal.changes) },
  ...(removal.adopted ? [] : [{ label: 'Kept', text: 'nothing: not the cluster, not its nodes, not the records of tenants that were here', tone: 'bad' as const }]),
];

export const platformRemovalConfirmation = (removal: PlatformRemoval, sandbox: boolean): TypedConfirmation => ({
  title: `Remove platform ${removal.platform}${sandbox ? ' from the sandbox' : ''} for good`,
  facts: platformRemovalFacts(removal),
  expected: removal.platform,
});

/** The end of a platform's removal as plain text. */
export const platformRemovalLines = ({ data, next }: Extract<EngineEvent, { type: 'result'; ok: true }>, workedMs: number): string[] => {
  const { platform, adopted, dryRun, removed } = data as PlatformRemovalData;
  if (dryRun) return ['', `Nothing was changed: platform ${platform} was only looked at.`, ...nextLines(next)];
  return [
    '',
    `✔ platform ${platform} is removed, and nothing of ${adopted ? 'ours is left in its cluster' : 'it is left'} (${duration(workedMs)})`,
    '',
    ...(removed ? [`  Removed      ${counted(removed.releases, 'helm release')}, ${counted(removed.namespaces, 'namespace')}, ${counted(removed.cloud, 'cloud resource')}`] : []),
    ...(adopted ? ['  Cluster      the cluster itself stays: it was adopted'] : []),
    ...nextLines(next),
  ];
};
