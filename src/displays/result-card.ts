import type { EngineEvent } from '../engine/events.js';
import { formatEur } from '../tenant/money.js';

type Done = Extract<EngineEvent, { type: 'result'; ok: true }>;

/** The end of a run as plain text that survives copying. */
export const resultLines = (result: Done): string[] => {
  const { tenant } = result;
  const next = result.next.map((command) => `  ${command}`);
  if (!tenant) return next;
  return [
    '',
    result.recorded
      ? `▲ RECORDING of a real run: ${tenant.name} became ready then; nothing runs now and the URLs do not answer`
      : `✔ ${tenant.name} is ready${result.changed ? '' : ': nothing had to change'} (${(result.elapsedMs / 1000).toFixed(1)} s)`,
    '',
    `  WordPress    ${tenant.endpoints.wordpress}`,
    `  Open WebUI   ${tenant.endpoints.openwebui}`,
    `  IP           ${tenant.ip}${tenant.ipIsDocumentation ? '  (a documentation address: this is the sandbox)' : ''}`,
    `  Logins       WordPress: admin <${tenant.admins.wordpress}>, Open WebUI: ${tenant.admins.openwebui}`,
    `  Models       ${tenant.models === 'none' ? 'none: Open WebUI says so to its users' : tenant.models}`,
    `  Cost         ${formatEur(tenant.costEur30d)} for 30 days`,
    ...(tenant.encrypted ? [] : ['', '  ▲ Logins travel unencrypted over HTTP. Set domains for HTTPS in production.']),
    '',
    '  Next',
    ...next,
  ];
};
