import { join } from 'node:path';
import type { StateLock } from '../cluster/state-lock.js';
import type { PlannedChange } from '../engine/events.js';
import { awaitEarlierTools, forgetTools, type EarlierTool } from '../engine/earlier-tools.js';
import { logLinesOf, type LogLines } from '../engine/log-lines.js';
import { Terraform } from '../terraform/driver.js';
import { messageLines, shortAddress, type TerraformMessage } from '../terraform/messages.js';
import { closeWorkspace, openWorkspace, workFolder, type StackName, type Workspace } from '../terraform/workspace.js';
import { counted } from '../tenant/text.js';
import { terraformEnvironment, type RunContext, type Tools } from './context.js';
import { operator } from './history-entry.js';

/** Words for what terraform does to a resource. */
const DOING: Record<string, string> = { create: 'creating', update: 'changing', delete: 'removing', replace: 'replacing' };

/** Turns terraform's messages into task events under `task`, one leaf for each resource, and into lines of a log: those of a plan under `planTask`. */
export const resourceEvents = (context: RunContext, task: string, planTask: string): ((message: TerraformMessage) => void) => {
  const logs = new Map<string, LogLines>();
  const planned = new Set<string>();
  const linesOf = (about: string): LogLines => {
    const known = logs.get(about) ?? logLinesOf(context.bus, about);
    logs.set(about, known);
    return known;
  };
  const started = new Map<string, number>();
  return (message) => {
    const address = message.hook?.resource?.addr;
    const object = address ?? message.diagnostic?.address;
    const about = object !== undefined ? `${task}/${shortAddress(object)}` : message.changes?.operation === 'plan' || message.type !== 'change_summary' ? planTask : task;
    for (const line of messageLines(message)) {
      // What was planned is told once more when it is applied.
      if (message.type === 'planned_change' && planned.has(line)) continue;
      planned.add(line);
      linesOf(about).write(line, 'terraform');
    }
    // Data sources are read while planning; nothing happens to anything.
    if (address === undefined || message.hook?.action === 'read') return;
    const emit = (state: 'started' | 'progress' | 'done' | 'failed', detail?: string): void => {
      const at = started.get(address);
      context.bus.emit({
        type: 'task',
        task: `${task}/${shortAddress(address)}`,
        title: address,
        state,
        ...(detail === undefined ? {} : { detail }),
        ...(at === undefined || state === 'started' ? {} : { elapsedMs: Math.round(performance.now() - at) }),
      });
    };
    const doing = DOING[message.hook?.action ?? ''] ?? message.hook?.action ?? '';
    if (message.type === 'apply_start') {
      started.set(address, performance.now());
      emit('started', doing);
    } else if (message.type === 'apply_progress') emit('progress', doing);
    else if (message.type === 'apply_complete') emit('done', '');
    else if (message.type === 'apply_errored') emit('failed');
  };
};

/** A terraform that is ready for one stack: its workspace is open and initialised. */
export interface StackRun {
  workspace: Workspace;
  terraform: Terraform;
}

export interface StackOptions {
  stack: StackName;
  /** Folder of the workspace under the state folder, for example `tenants/acme`. */
  folder: string;
  /** Task path under which resources are shown. */
  task: string;
  /** Task path under which it says what it prepares and plans. */
  planTask: string;
  tools: Tools;
  kubeconfig?: string;
  /** `false` looks at an empty state, for a dry run of what is not there yet. */
  backend: Readonly<Record<string, string>> | false;
  /** The lock on the state, if one is held. Only asked after a terraform of ours on this machine has died. */
  heldLock?: () => Promise<StateLock | undefined>;
  /** Milliseconds that the cloud may take for one object. */
  objectMs?: number | undefined;
}

/** Whether it is the lock of one of these, which are dead: taken on this machine, after one of them began. Another machine's terraform may live. */
const isOf = (lock: StateLock, dead: readonly Pick<EarlierTool, 'startedAt'>[]): boolean =>
  lock.who === operator() && dead.some(({ startedAt }) => lock.createdAt >= Date.parse(startedAt));

export const openStack = async (context: RunContext, options: StackOptions): Promise<StackRun> => {
  const folder = join(context.paths.state, options.folder);
  const earlier = await awaitEarlierTools(workFolder(folder), context.interrupts.signal, (record) =>
    context.bus.emit({ type: 'notice', level: 'info', message: `${record.command} of an interrupted run is still at work: waiting for it.` }),
  );
  const workspace = await openWorkspace(context.packageRoot, folder, options.stack);
  const show = resourceEvents(context, options.task, options.planTask);
  const preparing = logLinesOf(context.bus, options.planTask);
  const terraform = new Terraform(workspace, {
    path: options.tools.terraform.path,
    env: terraformEnvironment(context, options.kubeconfig),
    pluginCache: join(context.paths.cache, 'terraform-plugins'),
    signal: context.interrupts.signal,
    redact: (text) => context.redactor.redact(text),
    onMessage: show,
    onLine: (line) => preparing.write(line, 'terraform'),
    objectMs: options.objectMs,
  });
  await terraform.init(options.backend);
  const kept = await terraform.keptItsLock();
  if ((earlier.length > 0 || kept) && options.backend !== false) {
    const lock = await options.heldLock?.();
    if (lock && isOf(lock, kept ? [...earlier, kept] : earlier)) {
      await terraform.forceUnlock(lock.id);
      context.bus.emit({ type: 'notice', level: 'info', message: `gave back the lock of a terraform that died on this machine; repaired` });
    }
    await forgetTools(earlier);
  }
  if (await terraform.pushLeftState()) context.bus.emit({ type: 'notice', level: 'info', message: 'saved the terraform state that an earlier run could not save; repaired' });
  return { workspace, terraform };
};

/** Applies the saved plan where it does anything, and removes it with its variables. */
export const applyPlanned = async ({ terraform, workspace, needed }: StackRun & { needed: boolean }): Promise<void> => {
  if (needed) await terraform.apply();
  await closeWorkspace(workspace);
};

/** `3 resources created`, `1 created, 1 changed`: what an apply has done. */
export const summariseDone = (changes: readonly PlannedChange[]): string => {
  const planned = summarise(changes);
  const done = planned.replaceAll(' to create', ' created').replaceAll(' to change', ' changed').replaceAll(' to delete', ' removed').replaceAll(' to replace', ' replaced').replaceAll(' to take over', ' taken over');
  return changes.length > 0 && !planned.includes(',') ? done.replace(/^(\d+)/, (count) => counted(Number(count), 'resource')) : done;
};

/** `2 to create, 1 to change`, for people. */
export const summarise = (changes: readonly PlannedChange[]): string => {
  const count = (action: PlannedChange['action']): number => changes.filter((change) => change.action === action).length;
  const words = { create: 'create', update: 'change', replace: 'replace', delete: 'delete', import: 'take over' } as const;
  const parts = (Object.keys(words) as (keyof typeof words)[]).flatMap((action) => (count(action) === 0 ? [] : [`${count(action)} to ${words[action]}`]));
  return parts.length === 0 ? 'nothing to change' : parts.join(', ');
};
