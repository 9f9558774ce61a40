import type { EngineEvent, TenantResult } from '../engine/events.js';
import { addressNote, usesCloud } from '../tenant/address-source.js';
import { formatEur } from '../tenant/money.js';
import { platformRemovalLines } from './platform-removal-facts.js';
import { removalLines } from './removal-card.js';
import { duration } from './time.js';

type Done = Extract<EngineEvent, { type: 'result'; ok: true }>;

const loginLines = (tenant: TenantResult): string[] => [
  `  Logins       WordPress: admin (${tenant.admins.wordpress})`,
  `               Open WebUI: ${tenant.admins.openwebui}`,
  `  Passwords    Secrets wordpress, openwebui (key admin-password) in ${tenant.namespace}`,
];

const ipNote = (tenant: TenantResult): string => {
  if (tenant.ipIsDocumentation) return '  (a documentation address: this is the sandbox)';
  const note = addressNote(tenant.addressSource);
  return note === '' ? '' : `  (${note})`;
};

const costNote = (tenant: TenantResult): string => {
  if (tenant.ipIsDocumentation) return ' in an account; nothing in the sandbox';
  return tenant.addressSource && !usesCloud(tenant.addressSource) ? ' in an IONOS account; this cluster is your own' : '';
};

const answered = (status: number | undefined): string => (status === undefined ? '' : `  answers ${status}`);

/** The end of a run as plain text that survives copying: no frame, no line is cut. `workedMs` leaves out the time in which questions were answered. */
export const resultLines = (result: Done, workedMs = result.elapsedMs): string[] => {
  const { tenant } = result;
  const next = result.next.map((command) => `  ${command}`);
  if (result.operation === 'delete') return removalLines(result, workedMs);
  if (result.operation === 'platform-delete') return platformRemovalLines(result);
  if (!tenant) return next;
  const title = result.changed ? `${tenant.name} is ready` : `${tenant.name} is ready: nothing had to change`;
  return [
    '',
    `✔ ${title} (${duration(workedMs)})${result.recorded ? ': a RECORDING, nothing ran and its URLs do not answer' : ''}`,
    '',
    `  WordPress    ${tenant.endpoints.wordpress}${answered(tenant.http.wordpress)}`,
    `  Open WebUI   ${tenant.endpoints.openwebui}${answered(tenant.http.openwebui)}`,
    `  IP           ${tenant.ip}${ipNote(tenant)}`,
    ...loginLines(tenant),
    `  Models       ${tenant.models === 'none' ? 'none: chats in Open WebUI have no answer' : tenant.models}`,
    `  Cost         ${formatEur(tenant.costEur30d)} for 30 days${costNote(tenant)}`,
    ...(tenant.encrypted ? [] : ['', '  ▲ Logins travel unencrypted over HTTP. Set domains for HTTPS in production.']),
    ...(next.length === 0 ? [] : ['', '  Next', ...next]),
  ];
};
