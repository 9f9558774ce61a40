import { execa } from 'execa';
import { access, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { InstallerError, UnreachableError } from '../engine/errors.js';
import type { PlannedChange } from '../engine/events.js';
import { CancelledError } from '../engine/interrupts.js';
import { runTool, type ToolOutcome } from '../engine/tool-process.js';
import { cloudFailure, isUnreachable } from './cloud-words.js';
import { changesOutputs, parseMessage, plannedChange, type TerraformMessage } from './messages.js';
import { ObjectWaits } from './object-waits.js';
import { LEFT_STATE, LOCK_KEPT, type Workspace } from './workspace.js';

/** Another operator's terraform is waited for so long; then the error says who holds the lock. */
const LOCK_TIMEOUT = '300s';

export interface TerraformOptions {
  path: string;
  /** What terraform may see: PATH and proxies, the provider's IONOS_ variables, TF_REATTACH_PROVIDERS. */
  env: Readonly<Record<string, string>>;
  /** Provider plugins are shared between runs here. */
  pluginCache: string;
  signal?: AbortSignal | undefined;
  /** Takes secrets out of what terraform has printed. */
  redact?: ((text: string) => string) | undefined;
  onMessage?: (message: TerraformMessage) => void;
  /** What commands say that have no messages, above all `init`, which may load a provider for a while. */
  onLine?: (line: string) => void;
  /** Milliseconds that the cloud may take for one object. */
  objectMs?: number | undefined;
}

export interface Plan {
  changes: PlannedChange[];
  /** Whether applying does anything. Without any change of a resource it may: an interrupt can come before the outputs are saved. */
  needed: boolean;
  /** Addresses that an interrupted create had left half made, and that are kept. */
  kept: string[];
}

/** A resource in the state. */
export interface StateResource {
  /** `module.address.ionoscloud_ipblock.this`. */
  address: string;
  type: string;
  id: string;
}

/** A module of `terraform show -json`, as far as we read it. */
interface StateModule {
  resources?: { address: string; mode: string; type: string; values?: { id?: unknown } }[];
  child_modules?: StateModule[];
}

const resourcesOf = ({ resources = [], child_modules: children = [] }: StateModule): StateResource[] => [
  ...resources.filter(({ mode }) => mode === 'managed').map(({ address, type, values }) => ({ address, type, id: typeof values?.id === 'string' ? values.id : '' })),
  ...children.flatMap(resourcesOf),
];

/** Given what a plan would create, the import ids of those that are there already, by their address. */
export type TakeOver = (creations: readonly PlannedChange[]) => Promise<Readonly<Record<string, string>>>;

type Diagnostic = NonNullable<TerraformMessage['diagnostic']>;

/** File of the workspace that tells terraform what to import. Opening the workspace removes it. */
const IMPORTS = 'imports.tf';

/** Drives the terraform binary on one workspace. Every command is followed by file, so terraform outlives us. */
export class Terraform {
  /** Of the command that ran last. */
  private startedAt = '';

  constructor(
    private readonly workspace: Workspace,
    private readonly options: TerraformOptions,
  ) {}

  /**
   * Prepares the workspace. `backend` holds the backend's settings, none of them secret. `false` looks at an empty state in this folder
   * instead: where there is no state yet, even a plan without a lock would make one in the backend.
   */
  async init(backend: Readonly<Record<string, string>> | false): Promise<void> {
    const override = join(this.workspace.root, 'backend_override.tf');
    if (backend === false) {
      await writeFile(override, 'terraform {\n  backend "local" {}\n}\n', { mode: 0o600 });
      await rm(join(this.workspace.work, 'empty.tfstate'), { force: true });
    } else await rm(override, { force: true });
    const settings = Object.entries(backend === false ? { path: join(this.workspace.work, 'empty.tfstate') } : backend).map(([key, value]) => `-backend-config=${key}=${value}`);
    const outcome = await this.run('init', ['init', '-input=false', '-no-color', '-reconfigure', ...settings], this.options.onLine);
    if (outcome.exitCode !== 0) throw await this.failure('init', outcome, []);
  }

  /**
   * Plans with `variables` (no secrets) and saves the plan, which is the one that `apply` applies. What an interrupted create left
   * tainted is there and is kept: terraform would remove and make it anew, and with it an address or a volume.
   * What `takeOver` knows of is imported by the plan instead of being made once more; of what is tainted, only what `replaces` names is made
   * anew: what has failed for good. Without `lock` nothing is written to a state that is there, for plans that only look; see `init` for one
   * that is not.
   */
  async plan(variables: Readonly<Record<string, unknown>>, mode: 'apply' | 'destroy' = 'apply', lock = true, takeOver?: TakeOver, replaces: (address: string) => boolean = () => false): Promise<Plan> {
    await writeFile(this.workspace.variablesFile, JSON.stringify(variables), { mode: 0o600 });
    const first = await this.planOnce(mode, lock);
    if (mode === 'destroy') return first;
    const creations = first.changes.filter(({ action }) => action === 'create');
    const imports = Object.entries(creations.length === 0 ? {} : ((await takeOver?.(creations)) ?? {}));
    const kept = first.tainted.filter((address) => !replaces(address));
    if (kept.length === 0 && imports.length === 0) return first;
    for (const address of kept) {
      const outcome = await this.run('untaint', ['untaint', address]);
      if (outcome.exitCode !== 0) throw await this.failure('untaint', outcome, []);
    }
    await writeFile(join(this.workspace.root, IMPORTS), imports.map(([address, id]) => `import {\n  to = ${address}\n  id = ${JSON.stringify(id)}\n}\n`).join(''), { mode: 0o600 });
    return { ...(await this.planOnce(mode, lock)), kept };
  }

  private async planOnce(mode: 'apply' | 'destroy', lock: boolean): Promise<Plan & { tainted: string[] }> {
    const changes: PlannedChange[] = [];
    const tainted: string[] = [];
    let outputs = false;
    const args = ['plan', '-json', '-input=false', `-out=${this.workspace.planFile}`, `-var-file=${this.workspace.variablesFile}`, ...(mode === 'destroy' ? ['-destroy'] : []), lock ? `-lock-timeout=${LOCK_TIMEOUT}` : '-lock=false'];
    await this.stream('plan', args, (message) => {
      const change = plannedChange(message);
      if (change) changes.push(change);
      outputs ||= changesOutputs(message);
      if (change?.action === 'replace' && message.change?.reason === 'tainted') tainted.push(change.address);
    });
    return { changes, needed: outputs || changes.length > 0, tainted, kept: [] };
  }

  /** Writes something that stands in the cloud into the state, so that it can be removed. Nothing happens to it. */
  async import(variables: Readonly<Record<string, unknown>>, address: string, id: string): Promise<void> {
    await writeFile(this.workspace.variablesFile, JSON.stringify(variables), { mode: 0o600 });
    const outcome = await this.run('import', ['import', '-input=false', '-no-color', `-var-file=${this.workspace.variablesFile}`, `-lock-timeout=${LOCK_TIMEOUT}`, address, id]);
    if (outcome.exitCode !== 0) throw await this.failure('import', outcome, []);
  }

  /** Reads anew what the state holds, and notes what stands on what: an import does not, and only so is it removed in the right order. */
  async refresh(variables: Readonly<Record<string, unknown>>): Promise<void> {
    await writeFile(this.workspace.variablesFile, JSON.stringify(variables), { mode: 0o600 });
    const outcome = await this.run('refresh', ['refresh', '-input=false', '-no-color', `-var-file=${this.workspace.variablesFile}`, `-lock-timeout=${LOCK_TIMEOUT}`]);
    if (outcome.exitCode !== 0) throw await this.failure('refresh', outcome, []);
  }

  /**
   * Applies the saved plan. When the cloud takes longer than `objectMs` for one object, terraform is asked to stop waiting: it remembers
   * the object, and the next run goes on with it.
   */
  async apply(): Promise<void> {
    const waiting = new ObjectWaits(this.options.objectMs ?? Infinity);
    try {
      await this.stream('apply', ['apply', '-json', '-input=false', `-lock-timeout=${LOCK_TIMEOUT}`, this.workspace.planFile], (message) => waiting.see(message), waiting.signal);
    } catch (error) {
      throw waiting.failure ?? error;
    } finally {
      waiting.end();
    }
  }

  /** Since when a terraform of this folder ran that could not give its lock back; undefined when all could. */
  async keptItsLock(): Promise<{ startedAt: string } | undefined> {
    const startedAt = await readFile(join(this.workspace.work, LOCK_KEPT), 'utf8').catch(() => undefined);
    return startedAt === undefined ? undefined : { startedAt };
  }

  /** Brings home a state that an earlier apply could not save. False when there is none. */
  async pushLeftState(): Promise<boolean> {
    const left = join(this.workspace.root, LEFT_STATE);
    if (!(await access(left).then(() => true, () => false))) return false;
    const outcome = await this.run('state-push', ['state', 'push', `-lock-timeout=${LOCK_TIMEOUT}`, LEFT_STATE]);
    if (outcome.exitCode !== 0) throw await this.failure('state push', outcome, []);
    await rm(left, { force: true });
    return true;
  }

  /** Reads all outputs that are not sensitive. */
  async outputs(): Promise<Record<string, unknown>> {
    const outcome = await this.run('output', ['output', '-json', '-no-color']);
    if (outcome.exitCode !== 0) throw await this.failure('output', outcome, []);
    const parsed = JSON.parse(await readFile(outcome.stdoutFile, 'utf8')) as Record<string, { value: unknown; sensitive: boolean }>;
    return Object.fromEntries(
      Object.entries(parsed)
        .filter(([, output]) => !output.sensitive)
        .map(([name, output]) => [name, output.value]),
    );
  }

  /** What the state holds: each managed resource with its id. */
  async resources(): Promise<StateResource[]> {
    const outcome = await this.run('show', ['show', '-json', '-no-color']);
    if (outcome.exitCode !== 0) throw await this.failure('show', outcome, []);
    const shown = JSON.parse(await readFile(outcome.stdoutFile, 'utf8')) as { values?: { root_module?: StateModule } };
    await rm(outcome.stdoutFile, { force: true });
    return resourcesOf(shown.values?.root_module ?? {});
  }

  /** Gives back a lock whose holder is known to be dead. */
  async forceUnlock(lockId: string): Promise<void> {
    await execa(this.options.path, ['force-unlock', '-force', lockId], { cwd: this.workspace.root, env: await this.environment(), extendEnv: false, stdin: 'ignore' });
    await rm(join(this.workspace.work, LOCK_KEPT), { force: true });
  }

  private async environment(): Promise<Record<string, string>> {
    await mkdir(this.options.pluginCache, { recursive: true });
    return {
      ...this.options.env,
      TF_IN_AUTOMATION: '1',
      TF_INPUT: '0',
      CHECKPOINT_DISABLE: '1',
      // An environment may name a file that does not exist; terraform would then warn on every run.
      TF_CLI_CONFIG_FILE: join(this.workspace.work, 'terraform.rc'),
      TF_PLUGIN_CACHE_DIR: this.options.pluginCache,
    };
  }

  private async run(name: string, args: string[], onLine?: (line: string) => void, stop?: AbortSignal): Promise<ToolOutcome> {
    this.startedAt = new Date().toISOString();
    return runTool({
      path: this.options.path,
      args,
      cwd: this.workspace.root,
      env: await this.environment(),
      outputDir: this.workspace.work,
      name,
      signal: stop && this.options.signal ? AbortSignal.any([stop, this.options.signal]) : (stop ?? this.options.signal),
      redact: this.options.redact,
      ...(onLine ? { onLine } : {}),
    });
  }

  private async stream(name: string, args: string[], onMessage?: (message: TerraformMessage) => void, stop?: AbortSignal): Promise<void> {
    const errors: Diagnostic[] = [];
    let newerInterface: string | undefined;
    const outcome = await this.run(name, args, (line) => {
      const message = parseMessage(line);
      if (!message) return;
      if (message.type === 'version' && message.ui !== undefined && !message.ui.startsWith('1.')) newerInterface = message.ui;
      if (message.type === 'diagnostic' && message.diagnostic?.severity === 'error') errors.push(message.diagnostic);
      onMessage?.(message);
      this.options.onMessage?.(message);
    }, stop);
    if (newerInterface !== undefined) {
      throw new InstallerError({
        code: 'terraform-interface',
        what: `this terraform speaks version ${newerInterface} of its JSON output`,
        why: 'ionos-tenants understands version 1',
        next: ['Use terraform 1.11 or a later 1.x.'],
      });
    }
    if (outcome.exitCode !== 0) throw await this.failure(name, outcome, errors);
  }

  private async failure(command: string, outcome: ToolOutcome, errors: Diagnostic[]): Promise<Error> {
    if (outcome.interrupted) return new CancelledError();
    if (errors.some(({ summary }) => summary.includes('Error releasing the state lock'))) await writeFile(join(this.workspace.work, LOCK_KEPT), this.startedAt, { mode: 0o600 });
    // What follows from another failure (a state that cannot be saved, a lock that cannot be given back) is not why it failed.
    const first = errors.find(({ address }) => address !== undefined) ?? errors[0];
    const stderr = (await readFile(outcome.stderrFile, 'utf8')).replaceAll(/[│╷╵]/g, '').trim();
    const why = first ? [first.summary, first.detail].filter(Boolean).join(' — ') : stderr.split('\n').filter((line) => line.trim() !== '').slice(0, 6).join(' ');
    const where = first?.address === undefined ? '' : ` at ${first.address}`;
    if (isUnreachable(why)) {
      return new UnreachableError({
        code: `terraform-${command}`,
        what: `terraform ${command} did not reach the cluster that keeps the tenant's state`,
        why: why.replaceAll(/\s+/g, ' ').slice(0, 400),
        next: ['Check the network and the cluster, then run the same command again: it continues where it stopped.'],
      });
    }
    const cloud = cloudFailure(command, first?.address, why.replaceAll(/\s+/g, ' '));
    if (cloud) return cloud;
    if (/Error acquiring the state lock/.test(why)) {
      return new InstallerError({
        code: 'state-locked',
        what: 'another terraform holds the lock on this state',
        why: why.replace(/^.*?Lock Info:/s, 'Lock Info:').replaceAll(/\s+/g, ' ').slice(0, 400),
        next: ['Wait until it has finished, then run the same command again: it continues where it stopped.'],
      });
    }
    return new InstallerError({
      code: `terraform-${command}`,
      what: outcome.signal ? `terraform ${command} was ended by ${outcome.signal}` : `terraform ${command} failed${where}`,
      why: why.replaceAll(/\s+/g, ' ').slice(0, 600),
      next: ['Mend the cause, then run the same command again: it continues where it stopped.'],
    });
  }
}
