import { join } from 'node:path';
import type { StateLock } from '../cluster/state-lock.js';
import type { PlannedChange } from '../engine/events.js';
import { awaitEarlierTools } from '../engine/earlier-tools.js';
import { logLinesOf, type LogLines } from '../engine/log-lines.js';
import { Terraform } from '../terraform/driver.js';
import { messageLines, shortAddress, type TerraformMessage } from '../terraform/messages.js';
import { closeWorkspace, lookFolder, openWorkspace, takeProviderFrom, workFolder, type StackName, type Workspace } from '../terraform/workspace.js';
import { counted } from '../tenant/text.js';
import { terraformEnvironment, type RunContext, type RunFolder, type Tools } from './context.js';
import { repairStack } from './repair-stack.js';

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

/** How a stack is opened by a run that changes nothing. */
export interface Look {
  folder: RunFolder;
  /** Whether there is a state that could be looked at. */
  hasState: boolean;
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
  backend: Readonly<Record<string, string>>;
  /**
   * Set where it is only looked: in a folder of the run and on a copy of the state. Another run may work on the same stack meanwhile: it is not
   * waited for, its plan stays, and its lock is not touched.
   */
  look?: Look | undefined;
  /** The lock on the state, if one is held. Only asked after a terraform of ours on this machine has died. */
  heldLock?: () => Promise<StateLock | undefined>;
  /** Milliseconds that the cloud may take for one object. */
  objectMs?: number | undefined;
}

const driverOf = (context: RunContext, workspace: Workspace, options: StackOptions): Terraform => {
  const show = resourceEvents(context, options.task, options.planTask);
  const preparing = logLinesOf(context.bus, options.planTask);
  return new Terraform(workspace, {
    path: options.tools.terraform.path,
    env: terraformEnvironment(context, options.kubeconfig),
    pluginCache: join(context.paths.cache, 'terraform-plugins'),
    signal: context.interrupts.signal,
    redact: (text) => context.redactor.redact(text),
    onMessage: show,
    onLine: (line) => preparing.write(line, 'terraform'),
    objectMs: options.objectMs,
  });
};

const lookAtStack = async (context: RunContext, folder: string, options: StackOptions, look: Look): Promise<StackRun> => {
  const workspace = await openWorkspace(context.packageRoot, lookFolder(look.folder.path), options.stack);
  await takeProviderFrom(folder, workspace);
  const terraform = driverOf(context, workspace, options);
  await terraform.initCopy(look.hasState && options.backend);
  return { workspace, terraform };
};

/** Opens a stack: to work on it, after what earlier runs have left is repaired, or only to look at it. */
export const openStack = async (context: RunContext, options: StackOptions): Promise<StackRun> => {
  const folder = join(context.paths.state, options.folder);
  if (options.look) return lookAtStack(context, folder, options, options.look);
  const earlier = await awaitEarlierTools(workFolder(folder), context.interrupts.signal, (record) =>
    context.bus.emit({ type: 'notice', level: 'info', message: `${record.command} of an interrupted run is still at work: waiting for it.` }),
  );
  const workspace = await openWorkspace(context.packageRoot, folder, options.stack);
  const terraform = driverOf(context, workspace, options);
  await terraform.init(options.backend);
  await repairStack(context, terraform, earlier, options.heldLock ?? (() => Promise.resolve(undefined)));
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
