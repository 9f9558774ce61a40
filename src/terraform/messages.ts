import type { PlannedChange } from '../engine/events.js';

/** One line of `terraform … -json`, as far as we read it. Unknown types and keys are ignored. */
export interface TerraformMessage {
  type: string;
  '@level'?: string;
  '@message'?: string;
  terraform?: string;
  ui?: string;
  hook?: { resource?: { addr?: string }; action?: string; elapsed_seconds?: number; id_value?: string };
  change?: { resource?: { addr?: string }; action?: string; reason?: string };
  changes?: { add: number; change: number; remove: number; import?: number; operation: string };
  outputs?: Record<string, { action?: string }>;
  diagnostic?: { severity: 'error' | 'warning'; summary: string; detail?: string; address?: string };
}

/** Reads a line. Terraform mixes plain warnings about its own configuration in: they give undefined. */
export const parseMessage = (line: string): TerraformMessage | undefined => {
  if (!line.startsWith('{')) return undefined;
  try {
    const message = JSON.parse(line) as TerraformMessage;
    return typeof message.type === 'string' ? message : undefined;
  } catch {
    return undefined;
  }
};

/** Messages whose words are worth reading: what is planned, what happens to an object, what went wrong. The state's own reading is not. */
const TOLD = new Set(['planned_change', 'resource_drift', 'change_summary', 'apply_start', 'apply_progress', 'apply_complete', 'apply_errored', 'log']);

/** A message as lines of a log, in terraform's own words. Outputs are left out: they are values. */
export const messageLines = (message: TerraformMessage): string[] => {
  if (message.type === 'diagnostic' && message.diagnostic) {
    const { severity, summary, detail = '' } = message.diagnostic;
    return [`${severity}: ${summary}`, ...detail.split('\n')].filter((line) => line.trim() !== '');
  }
  if (!TOLD.has(message.type) || message.hook?.action === 'read') return [];
  return (message['@message'] ?? '').split('\n').filter((line) => line.trim() !== '');
};

const ACTIONS: Record<string, PlannedChange['action']> = {
  create: 'create',
  update: 'update',
  replace: 'replace',
  delete: 'delete',
  remove: 'delete',
  read: 'read',
  import: 'import',
};

/** The planned change in a `planned_change` message; undefined for others and for no-ops. */
export const plannedChange = (message: TerraformMessage): PlannedChange | undefined => {
  if (message.type !== 'planned_change') return undefined;
  const address = message.change?.resource?.addr;
  const action = ACTIONS[message.change?.action ?? ''];
  return address === undefined || action === undefined ? undefined : { address, action };
};

/** Whether a plan's `outputs` message has one that applying would change. */
export const changesOutputs = (message: TerraformMessage): boolean => message.type === 'outputs' && Object.values(message.outputs ?? {}).some(({ action }) => action !== undefined && action !== 'noop');

/** A resource's address without its modules: `module.ip_address.ionoscloud_ipblock.this` is `ionoscloud_ipblock.this`. */
export const shortAddress = (address: string): string => address.replace(/^(module\.[^.[]+(\[(\d+|"[^"]*")\])?\.)+/, '');
