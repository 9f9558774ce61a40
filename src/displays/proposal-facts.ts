import type { Move, PlannedChange, Range } from '../engine/events.js';
import type { Proposal } from '../engine/proposal.js';
import { describeAccount } from '../tenant/account.js';
import { formatEur } from '../tenant/money.js';
import { counted } from '../tenant/text.js';
import type { Fact } from './facts.js';

const VERBS: Record<PlannedChange['action'], string> = { create: 'create', update: 'change', replace: 'replace', delete: 'remove', read: 'read', import: 'import' };

/** `module.node_pool["shared"].ionoscloud_ipblock.nodes[0]` becomes `ipblock.nodes[0]`. */
export const shortResource = (address: string): string => address.replace(/^.*?(?=ionoscloud_)/, '').replace(/^ionoscloud_/, '').replace(/\.this(?=\[|$)/, '');

/** `3 ipblock.nodes, k8s_cluster`: equal kinds are counted. */
const groupResources = (changes: readonly PlannedChange[]): string => {
  const counts = new Map<string, number>();
  for (const { address } of changes) {
    const kind = shortResource(address).replace(/\[[^\]]*\]$/, '');
    counts.set(kind, (counts.get(kind) ?? 0) + 1);
  }
  return [...counts].map(([kind, count]) => (count === 1 ? kind : `${count} × ${kind}`)).join(', ');
};

/** `create 7 resources: datacenter, lan, 3 × ipblock.nodes`. */
export const planText = (changes: readonly PlannedChange[]): string => {
  const actions = [...new Set(changes.map((change) => change.action))];
  if (actions.length === 0) return 'nothing to change';
  return actions
    .map((action) => {
      const mine = changes.filter((change) => change.action === action);
      return `${VERBS[action]} ${counted(mine.length, 'resource')}: ${groupResources(mine)}`;
    })
    .join('; ');
};

/** The question that the facts lead to. */
export const approvalQuestion = ({ operation, tenant }: Proposal, sandbox: boolean): string => `${operation === 'update' ? 'Update' : 'Create'} ${tenant.name}${sandbox ? ' in the sandbox' : ''}?`;

/** `preset small → medium; openwebui.models …`: what an update changes; packaged charts may change what settings do not. */
const changesText = (proposal: Proposal): string =>
  proposal.changes.length === 0 ? 'none in its settings' : proposal.changes.map(({ path, before, after }) => `${path} ${before} → ${after}`).join('; ');

/** What a move between shared and own nodes means for who uses the tenant. */
export const MOVES: Record<Move, string> = {
  'to-own': 'move to nodes of its own once those are there; each application is away until its volume has followed, about a minute',
  'to-shared': 'move to the shared nodes, then its own are removed; each application is away until its volume has followed, about a minute',
};

/** `, so far €12`: what changes with it. */
export const soFar = (before: Range | undefined): string => (before ? `, so far ${formatEur(before)}` : '');

/** What the operator says yes to. Money is EUR for 30 days. */
export const proposalFacts = (proposal: Proposal, sandbox: boolean): Fact[] => {
  const { tenant } = proposal;
  const admins = [...new Set([tenant.wordpress.adminEmail, tenant.openwebui.adminEmail])].join(' and ');
  const open = tenant.access.allow.includes('0.0.0.0/0');
  const { models } = tenant.openwebui;
  const http = tenant.wordpress.domain === null && tenant.openwebui.domain === null;
  return [
    { label: 'Tenant', text: `${tenant.displayName}, size ${tenant.preset}, isolation ${tenant.isolation}` },
    ...(proposal.operation === 'update' ? [{ label: 'Changes', text: changesText(proposal) }] : []),
    ...(proposal.move === undefined ? [] : [{ label: 'Pods', text: MOVES[proposal.move], tone: 'warn' as const }]),
    ...(proposal.account === undefined ? [] : [{ label: 'Account', text: describeAccount(proposal.account) }]),
    { label: 'Platform', text: proposal.platformIsNew ? `${proposal.platform}, which is made first${sandbox ? '' : ' (about 30 minutes)'}` : proposal.platform },
    { label: 'Logins', text: admins },
    { label: 'Models', text: models === 'none' ? 'none: chats have no answer' : models.join(', '), ...(models === 'none' ? { tone: 'warn' as const } : {}) },
    { label: 'Access', text: `${open ? 'everybody on the internet' : tenant.access.allow.join(', ')}${http ? ', over unencrypted HTTP' : ''}`, ...(http ? { tone: 'warn' as const } : {}) },
    ...proposal.stacks.map(({ stack, changes }) => ({ label: `terraform, ${stack}`, text: planText(changes) })),
    { label: 'helm releases', text: proposal.releases.map((release) => release.slice(release.indexOf('/') + 1)).join(', ') },
    { label: 'Cost, tenant', text: `${formatEur(proposal.costEur30d)} for 30 days${soFar(proposal.costBeforeEur30d)}` },
    ...(proposal.platformCostEur30d === undefined ? [] : [{ label: 'Cost, platform', text: `${formatEur(proposal.platformCostEur30d)} for 30 days` }]),
    { label: '', text: `${sandbox ? 'Nothing is billed in the sandbox. In an account: net' : 'Net'}, list prices of ${proposal.priceDate}, low to high where sources differ` },
  ];
};
