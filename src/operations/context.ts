import { rmSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { EventBus } from '../engine/bus.js';
import { awaitEarlierTools } from '../engine/earlier-tools.js';
import type { ToolInfo } from '../engine/events.js';
import type { Interrupts } from '../engine/interrupts.js';
import { markOf, processIsAlive, type ProcessMark } from '../engine/living-process.js';
import type { Paths } from '../engine/paths.js';
import type { Redactor } from '../engine/redact.js';
import { baseToolEnvironment, pick } from '../engine/tool-environment.js';
import type { Credentials } from '../ionos/credentials.js';
import { lookFolder, workFolder } from '../terraform/workspace.js';

export interface Tools {
  terraform: ToolInfo;
  helm: ToolInfo;
}

/** What every operation works with. Everything outside (streams, clock, environment) comes in through here. */
export interface RunContext {
  bus: EventBus;
  redactor: Redactor;
  interrupts: Interrupts;
  /** The environment that this process was given, plus what a sandbox adds. */
  env: Readonly<Record<string, string>>;
  paths: Paths;
  packageRoot: string;
  cliVersion: string;
  /** Undefined where nothing in IONOS Cloud is needed: on an adopted trial cluster. */
  credentials: Credentials | undefined;
  /** A command to type, as it will work here: `list` becomes `npx ionos-tenants list --sandbox`. */
  command: (words: string) => string;
  /** Milliseconds that an API server that is away is waited for: work that has begun should outlast that, a look should tell at once. */
  patienceMs?: number;
  /** Ends every call to a cluster that is still under way then, where nobody waits longer for the answer. */
  deadline?: AbortSignal;
}

const providerCredentials = (credentials: Credentials | undefined): Record<string, string> => {
  if (!credentials) return {};
  return credentials.kind === 'token' ? { IONOS_TOKEN: credentials.token } : { IONOS_USERNAME: credentials.username, IONOS_PASSWORD: credentials.password };
};

/** terraform's environment: the provider's variables by an allow-list, credentials never in arguments. */
export const terraformEnvironment = (context: RunContext, kubeconfig?: string): Record<string, string> => {
  const { env, credentials } = context;
  const provider = ['IONOS_API_URL', 'IONOS_CONTRACT_NUMBER', 'IONOS_S3_ACCESS_KEY', 'IONOS_S3_SECRET_KEY', 'IONOS_PINNED_CERT', 'TF_REATTACH_PROVIDERS', 'TF_PLUGIN_CACHE_MAY_BREAK_DEPENDENCY_LOCK_FILE'];
  return {
    ...baseToolEnvironment(env),
    ...pick(env, provider),
    ...providerCredentials(credentials),
    ...(kubeconfig === undefined ? {} : { KUBE_CONFIG_PATH: kubeconfig }),
  };
};

/** The folder in which one run keeps what must not outlive it, above all the kubeconfig (0600 in 0700). */
export interface RunFolder {
  path: string;
  writeSecretFile(name: string, content: string): Promise<string>;
  remove(): Promise<void>;
}

/** File in a run's folder that says which process it belongs to: the number in its name may be another program's by now. */
const OWNER = 'owner.json';

/**
 * What killed runs have left: their tools are waited for, then their folders go, and with them the kubeconfig. Nothing is taken from a
 * run that is alive.
 */
const clearDeadRuns = async (context: RunContext, parent: string): Promise<void> => {
  for (const name of await readdir(parent).catch(() => [])) {
    const pid = Number(/^run-(\d+)-/.exec(name)?.[1]);
    if (!Number.isFinite(pid)) continue;
    const folder = join(parent, name);
    const owner = await readFile(join(folder, OWNER), 'utf8').then(
      (text) => JSON.parse(text) as ProcessMark,
      () => ({ pid }),
    );
    if (processIsAlive(owner)) continue;
    for (const tools of [join(folder, 'helm'), workFolder(lookFolder(folder))]) {
      await awaitEarlierTools(tools, context.interrupts.signal, (record) =>
        context.bus.emit({ type: 'notice', level: 'info', message: `${record.command} of an interrupted run is still at work: waiting for it.` }),
      );
    }
    await rm(folder, { recursive: true, force: true });
  }
};

export const openRunFolder = async (context: RunContext): Promise<RunFolder> => {
  const parent = join(context.paths.state, 'runs');
  await mkdir(parent, { recursive: true, mode: 0o700 });
  await clearDeadRuns(context, parent);
  const path = await mkdtemp(join(parent, `run-${process.pid}-`));
  await writeFile(join(path, OWNER), JSON.stringify(markOf(process.pid)), { mode: 0o600 });
  const secretFiles: string[] = [];
  // However this process ends by itself, also when its operator leaves anyway: a tool that works on has read them.
  const removeSecrets = (): void => {
    for (const file of secretFiles) rmSync(file, { force: true });
  };
  process.once('exit', removeSecrets);
  return {
    path,
    async writeSecretFile(name, content) {
      const file = join(path, name);
      secretFiles.push(file);
      await writeFile(file, content, { mode: 0o600 });
      return file;
    },
    async remove() {
      await rm(path, { recursive: true, force: true });
      process.off('exit', removeSecrets);
    },
  };
};
