import type { EngineEvent } from '../engine/events.js';
import type { RemovalProposal, RemovedCounts } from '../engine/removal.js';
import { formatEur } from '../tenant/money.js';
import { counted } from '../tenant/text.js';
import { nextLines } from './next-lines.js';
import { duration } from './time.js';

/** What the result of `delete` says. */
export interface RemovalData {
  tenant: string;
  platform: string;
  /** Nothing was changed. */
  dryRun?: true;
  /** ISO time, of a tenant that is gone. */
  deletedAt?: string;
  removed?: RemovedCounts;
  /** Names of what is still there: empty, or the command would have failed. */
  left?: readonly string[];
  costEur30d?: RemovalProposal['costEur30d'];
}

const removedWords = ({ namespaces, releases, volumes, cloud }: RemovedCounts): string =>
  [counted(namespaces, 'namespace'), counted(releases, 'helm release'), counted(volumes, 'volume'), counted(cloud, 'cloud resource')].join(', ');

/** The end of a removal as plain text. */
export const removalLines = (result: Extract<EngineEvent, { type: 'result'; ok: true }>, workedMs: number): string[] => {
  const data = result.data as RemovalData;
  const next = nextLines(result.next);
  if (data.dryRun) return ['', `Nothing was changed: ${data.tenant} was only looked at.`, ...next];
  if (!result.changed) return ['', `✔ ${data.tenant} was removed already, on ${data.deletedAt?.slice(0, 10) ?? 'an unknown day'}: nothing had to change`, ...next];
  return [
    '',
    `✔ ${data.tenant} is removed, and nothing of it is left (${duration(workedMs)})`,
    '',
    ...(data.removed ? [`  Removed      ${removedWords(data.removed)}`] : []),
    ...(data.costEur30d ? [`  Cost ended   ${formatEur(data.costEur30d)} for 30 days`] : []),
    '  Record       that it was there, and who removed it, stays in the registry',
    ...next,
  ];
};
