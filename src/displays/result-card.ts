import type { EngineEvent, TenantResult } from '../engine/events.js';
import { addressNote, usesCloud } from '../tenant/address-source.js';
import { formatEur } from '../tenant/money.js';
import { adoptedLines, type AdoptedData } from './adopted-card.js';
import { nextLines } from './next-lines.js';
import { platformRemovalLines } from './platform-removal-facts.js';
import { removalLines } from './removal-card.js';
import { duration } from './time.js';

type Done = Extract<EngineEvent, { type: 'result'; ok: true }>;

/** A label, and lines that stand under each other beside it. */
const field = (label: string, ...lines: string[]): string[] => lines.map((line, index) => `  ${(index === 0 ? label : '').padEnd(13)}${line}`);

const isForLogins = (command: string): boolean => / credentials /.test(command);

/** Who can log in, and the command that shows the passwords; where there is none, where they are. */
const loginLines = (tenant: TenantResult, next: readonly string[]): string[] => [
  ...field('Logins', `WordPress   admin (${tenant.admins.wordpress})`, `Open WebUI  ${tenant.admins.openwebui}`),
  ...field('Passwords', ...(next.filter(isForLogins).length > 0 ? next.filter(isForLogins) : [`in namespace ${tenant.namespace}: key admin-password`, 'of the Secrets wordpress and openwebui'])),
];

const ipNote = (tenant: TenantResult): string[] => {
  if (tenant.ipIsDocumentation) return ['a documentation address: this is the sandbox'];
  const note = addressNote(tenant.addressSource);
  return note === '' ? [] : [note];
};

const costNote = (tenant: TenantResult): string[] => {
  if (tenant.ipIsDocumentation) return ['in an account; nothing in the sandbox'];
  return tenant.addressSource && !usesCloud(tenant.addressSource) ? ['in an IONOS account; this cluster is your own'] : [];
};

const answered = (status: number | undefined): string => (status === undefined ? '' : `  answers ${status}`);

const titleOf = ({ tenant, operation, changed }: Done): string => {
  const name = tenant?.name ?? '';
  if (!changed) return `${name} is ready: nothing had to change`;
  return operation === 'update' ? `${name} is up to date, and ready` : `${name} is ready`;
};

/**
 * The end of a run as plain text that survives copying: no frame, no line is cut, each command alone on its line. `workedMs` leaves out the
 * time in which questions were answered.
 */
export const resultLines = (result: Done, workedMs = result.elapsedMs): string[] => {
  const { tenant, next } = result;
  if (result.operation === 'delete') return removalLines(result, workedMs);
  if (result.operation === 'platform-delete') return platformRemovalLines(result, workedMs);
  if (result.operation === 'platform-adopt') return [...adoptedLines((result.data as AdoptedData).platform, result.changed), ...nextLines(next)];
  if (!tenant) return next.map((command) => `  ${command}`);
  return [
    '',
    `✔ ${titleOf(result)} (${duration(workedMs)})${result.recorded ? ': a RECORDING, nothing ran and its URLs do not answer' : ''}`,
    '',
    ...field('WordPress', `${tenant.endpoints.wordpress}${answered(tenant.http.wordpress)}`),
    ...field('Open WebUI', `${tenant.endpoints.openwebui}${answered(tenant.http.openwebui)}`),
    ...field('IP', tenant.ip, ...ipNote(tenant)),
    ...loginLines(tenant, next),
    ...field('Models', tenant.models === 'none' ? 'none: chats in Open WebUI have no answer' : tenant.models),
    ...field('Cost', `${formatEur(tenant.costEur30d)} for 30 days`, ...costNote(tenant)),
    ...(tenant.encrypted ? [] : ['', '  ▲ Logins travel unencrypted over HTTP.', '    Set domains for HTTPS in production.']),
    ...nextLines(next.filter((command) => !isForLogins(command))),
  ];
};
