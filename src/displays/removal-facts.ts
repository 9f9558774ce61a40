import type { RemovalProposal } from '../engine/removal.js';
import { formatEur } from '../tenant/money.js';
import { describeBytes } from '../tenant/quantities.js';
import { counted } from '../tenant/text.js';
import type { TypedConfirmation } from './display.js';
import type { Fact } from './facts.js';
import { planText } from './proposal-facts.js';

const releaseWords = (release: string): string => release.slice(release.indexOf('/') + 1);

/** `3 volumes, 28 GiB: mariadb-data 8 GiB, …`. */
export const volumeWords = (volumes: RemovalProposal['volumes']): string =>
  volumes.length === 0
    ? 'none'
    : `${counted(volumes.length, 'volume')}, ${describeBytes(volumes.reduce((sum, { bytes }) => sum + bytes, 0))}: ${volumes.map(({ claim, bytes }) => `${claim} ${describeBytes(bytes)}`).join(', ')}`;

/** What the operator types the name for. Money is EUR for 30 days. */
export const removalFacts = (proposal: RemovalProposal, sandbox: boolean): Fact[] => {
  const { keptClaims, costEur30d } = proposal;
  return [
    { label: 'Tenant', text: [proposal.displayName ?? proposal.tenant, ...(proposal.createdAt === undefined ? [] : [`created ${proposal.createdAt.slice(0, 10)}`])].join(', ') },
    { label: 'Platform', text: proposal.platform },
    { label: 'Namespace', text: proposal.namespaces.join(', ') || 'none' },
    { label: 'helm releases', text: proposal.releases.map(releaseWords).join(', ') || 'none' },
    { label: 'Volumes', text: volumeWords(proposal.volumes) },
    ...(keptClaims.length === 0 ? [] : [{ label: '', text: `the volumes of ${keptClaims.join(', ')} stay: their reclaim policy says so`, tone: 'warn' as const }]),
    { label: 'terraform, tenant', text: planText(proposal.changes) },
    ...(proposal.ip === undefined ? [] : [{ label: 'IP', text: `${proposal.ip} is given back; nobody gets the same one again by asking for it` }]),
    ...(costEur30d === undefined ? [] : [{ label: 'Cost that ends', text: `${formatEur(costEur30d)} for 30 days${sandbox ? ' in an account; nothing in the sandbox' : ''}` }]),
    { label: 'Kept', text: 'nothing: there is no backup and no export yet. What is still needed has to be saved before', tone: 'bad' },
  ];
};

export const removalConfirmation = (proposal: RemovalProposal, sandbox: boolean): TypedConfirmation => ({
  title: `Remove ${proposal.tenant}${sandbox ? ' from the sandbox' : ''} for good`,
  facts: removalFacts(proposal, sandbox),
  expected: proposal.tenant,
});
