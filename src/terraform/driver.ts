import { execa } from 'execa';
import { createHash } from 'node:crypto';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { InstallerError } from '../engine/errors.js';
import type { PlannedChange } from '../engine/events.js';
import { runTool, type ToolOutcome } from '../engine/tool-process.js';
import { failureOf, saysLockKept, type Diagnostic } from './failures.js';
import { mayReplace } from './left-state.js';
import { changesOutputs, parseMessage, plannedChange, type TerraformMessage } from './messages.js';
import { ObjectWaits } from './object-waits.js';
import { resourcesOf, type StateModule, type StateResource } from './resources.js';
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

/** Given what a plan would create, the import ids of those that are there already, by their address. */
export type TakeOver = (creations: readonly PlannedChange[]) => Promise<Readonly<Record<string, string>>>;

/** File of the workspace that tells terraform what to import. Opening the workspace removes it. */
const IMPORTS = 'imports.tf';

/** File of the workspace that puts a state in this folder in the place of the stack's backend. */
const OVERRIDE = 'backend_override.tf';

/** Drives the terraform binary on one workspace. Every command is followed by file, so terraform outlives us. */
export class Terraform {
  /** Of the command that ran last. */
  private startedAt = '';
  /** Hash of the plan that was made last. */
  private planned: string | undefined;

  constructor(
    private readonly workspace: Workspace,
    private readonly options: TerraformOptions,
  ) {}

  /** Prepares the workspace. `backend` holds the backend's settings, none of them secret. */
  async init(backend: Readonly<Record<string, string>>): Promise<void> {
    await rm(join(this.workspace.root, OVERRIDE), { force: true });
    await this.initialise(backend);
  }

  /**
   * Prepares the workspace for a look: on a copy of the state that `backend` keeps, so that nothing which is done here afterwards is written to
   * that state or takes its lock. `false` stands for a state that is not there yet: even to read one would make it.
   */
  async initCopy(backend: Readonly<Record<string, string>> | false): Promise<void> {
    const path = join(this.workspace.work, 'copy.tfstate');
    await rm(path, { force: true });
    if (backend !== false) {
      await this.init(backend);
      const state = await this.pull();
      if (state !== undefined) await writeFile(path, state, { mode: 0o600 });
    }
    await writeFile(join(this.workspace.root, OVERRIDE), 'terraform {\n  backend "local" {}\n}\n', { mode: 0o600 });
    await this.initialise({ path });
  }

  private async initialise(backend: Readonly<Record<string, string>>): Promise<void> {
    const settings = Object.entries(backend).map(([key, value]) => `-backend-config=${key}=${value}`);
    await this.succeed('init', ['init', '-input=false', '-no-color', '-reconfigure', ...settings], this.options.onLine);
  }

  /**
   * Plans with `variables` (no secrets) and saves the plan, which is the one that `apply` applies. What an interrupted create left
   * tainted is there and is kept: terraform would remove and make it anew, and with it an address or a volume.
   * What `takeOver` knows of is imported by the plan instead of being made once more; of what is tainted, only what `replaces` names is made
   * anew: what has failed for good. `anew` are addresses that are made anew although nothing marks them, where they are there.
   */
  async plan(variables: Readonly<Record<string, unknown>>, mode: 'apply' | 'destroy' = 'apply', takeOver?: TakeOver, replaces: (address: string) => boolean = () => false, anew: readonly string[] = []): Promise<Plan> {
    await writeFile(this.workspace.variablesFile, JSON.stringify(variables), { mode: 0o600 });
    const first = await this.planOnce(mode, anew);
    if (mode === 'destroy') return first;
    const creations = first.changes.filter(({ action }) => action === 'create');
    const imports = Object.entries(creations.length === 0 ? {} : ((await takeOver?.(creations)) ?? {}));
    const kept = first.tainted.filter((address) => !replaces(address));
    if (kept.length === 0 && imports.length === 0) return first;
    for (const address of kept) {
      await this.succeed('untaint', ['untaint', `-lock-timeout=${LOCK_TIMEOUT}`, address]);
    }
    await writeFile(join(this.workspace.root, IMPORTS), imports.map(([address, id]) => `import {\n  to = ${address}\n  id = ${JSON.stringify(id)}\n}\n`).join(''), { mode: 0o600 });
    return { ...(await this.planOnce(mode, anew)), kept };
  }

  private async planOnce(mode: 'apply' | 'destroy', anew: readonly string[]): Promise<Plan & { tainted: string[] }> {
    const changes: PlannedChange[] = [];
    const tainted: string[] = [];
    let outputs = false;
    const args = ['plan', '-json', '-input=false', `-out=${this.workspace.planFile}`, `-var-file=${this.workspace.variablesFile}`, ...(mode === 'destroy' ? ['-destroy'] : []), ...anew.map((address) => `-replace=${address}`), `-lock-timeout=${LOCK_TIMEOUT}`];
    await this.stream('plan', args, (message) => {
      const change = plannedChange(message);
      if (change) changes.push(change);
      outputs ||= changesOutputs(message);
      if (change?.action === 'replace' && message.change?.reason === 'tainted') tainted.push(change.address);
    });
    this.planned = await this.hashOfPlan();
    return { changes, needed: outputs || changes.length > 0, tainted, kept: [] };
  }

  private async hashOfPlan(): Promise<string | undefined> {
    const plan = await readFile(this.workspace.planFile).catch(() => undefined);
    return plan && createHash('sha256').update(plan).digest('hex');
  }

  /** Writes something that stands in the cloud into the state, so that it can be removed. Nothing happens to it. */
  async import(variables: Readonly<Record<string, unknown>>, address: string, id: string): Promise<void> {
    await writeFile(this.workspace.variablesFile, JSON.stringify(variables), { mode: 0o600 });
    await this.succeed('import', ['import', '-input=false', '-no-color', `-var-file=${this.workspace.variablesFile}`, `-lock-timeout=${LOCK_TIMEOUT}`, address, id]);
  }

  /** Reads anew what the state holds, and notes what stands on what: an import does not, and only so is it removed in the right order. */
  async refresh(variables: Readonly<Record<string, unknown>>): Promise<void> {
    await writeFile(this.workspace.variablesFile, JSON.stringify(variables), { mode: 0o600 });
    await this.succeed('refresh', ['refresh', '-input=false', '-no-color', `-var-file=${this.workspace.variablesFile}`, `-lock-timeout=${LOCK_TIMEOUT}`]);
  }

  /**
   * Applies the saved plan, and no other than the one that `plan` has made: its changes are those that were approved. When the cloud takes
   * longer than `objectMs` for one object, terraform is asked to stop waiting: it remembers the object, and the next run goes on with it.
   * Throws InstallerError `plan-replaced`, with nothing applied, among others.
   */
  async apply(): Promise<void> {
    if ((await this.hashOfPlan()) !== this.planned) {
      throw new InstallerError({
        code: 'plan-replaced',
        what: 'the saved plan is not the one that was made',
        why: `${this.workspace.planFile} was written anew since then, perhaps by another command on this machine`,
        next: ['Run the same command again: it plans anew.', 'Nothing of the plan was applied.'],
      });
    }
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

  /** Forgets that a lock was kept: it was given back. */
  async forgetKeptLock(): Promise<void> {
    await rm(join(this.workspace.work, LOCK_KEPT), { force: true });
  }

  /**
   * Brings home a state that an earlier apply could not save. Where work has gone on without it, it is put aside instead, and `asideIn` says
   * where: what only it knows is found by its name.
   */
  async bringHomeLeftState(): Promise<'none' | 'saved' | { asideIn: string }> {
    const left = join(this.workspace.root, LEFT_STATE);
    const state = await readFile(left, 'utf8').catch(() => undefined);
    if (state === undefined) return 'none';
    if (!mayReplace(state, await this.pull())) {
      const asideIn = join(this.workspace.work, `left-${new Date().toISOString().replaceAll(/[:.]/g, '-')}.tfstate`);
      await rename(left, asideIn);
      return { asideIn };
    }
    await this.succeed('state-push', ['state', 'push', `-lock-timeout=${LOCK_TIMEOUT}`, LEFT_STATE]);
    await rm(left, { force: true });
    return 'saved';
  }

  /** The state as its backend keeps it; undefined where there is none. */
  private async pull(): Promise<string | undefined> {
    const { stdoutFile } = await this.succeed('state-pull', ['state', 'pull']);
    const state = await readFile(stdoutFile, 'utf8');
    await rm(stdoutFile, { force: true });
    return state.trim() === '' ? undefined : state;
  }

  /** Reads all outputs that are not sensitive. */
  async outputs(): Promise<Record<string, unknown>> {
    const { stdoutFile } = await this.succeed('output', ['output', '-json', '-no-color']);
    const parsed = JSON.parse(await readFile(stdoutFile, 'utf8')) as Record<string, { value: unknown; sensitive: boolean }>;
    return Object.fromEntries(
      Object.entries(parsed)
        .filter(([, output]) => !output.sensitive)
        .map(([name, output]) => [name, output.value]),
    );
  }

  /** What the state holds: each managed resource with its id. */
  async resources(): Promise<StateResource[]> {
    const { stdoutFile } = await this.succeed('show', ['show', '-json', '-no-color']);
    const shown = JSON.parse(await readFile(stdoutFile, 'utf8')) as { values?: { root_module?: StateModule } };
    await rm(stdoutFile, { force: true });
    return resourcesOf(shown.values?.root_module ?? {});
  }

  /** Gives back a lock whose holder is known to be dead. */
  async forceUnlock(lockId: string): Promise<void> {
    await execa(this.options.path, ['force-unlock', '-force', lockId], { cwd: this.workspace.root, env: await this.environment(), extendEnv: false, stdin: 'ignore' });
    await this.forgetKeptLock();
  }

  /** Runs a command that gives no messages. Throws why it has failed. */
  private async succeed(name: string, args: string[], onLine?: (line: string) => void): Promise<ToolOutcome> {
    const outcome = await this.run(name, args, onLine);
    if (outcome.exitCode !== 0) throw await failureOf(name.replace('-', ' '), outcome, []);
    return outcome;
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
      // Also of one that was interrupted: nothing else tells the next run whose lock stands there.
      onEnd: async (outcome) => {
        if (await saysLockKept(outcome)) await writeFile(join(this.workspace.work, LOCK_KEPT), this.startedAt, { mode: 0o600 });
      },
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
    if (outcome.exitCode !== 0) throw await failureOf(name, outcome, errors);
  }
}
