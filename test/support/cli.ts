import { spawn, type ChildProcess } from 'node:child_process';
import { cp, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { EngineEvent } from '../../src/engine/events.js';
import { connect, type Cluster } from '../../src/cluster/client.js';
import { processIsAlive } from '../../src/engine/living-process.js';
import { thePackage } from './package.js';
import { cleanEnvironment } from './tool.js';

export type ResultEvent = Extract<EngineEvent, { type: 'result' }>;

export interface CliResult {
  exitCode: number | null;
  stdout: string;
  stderr: string;
  /** What `--json` printed. Throws, when read, if a line is not JSON. */
  readonly events: EngineEvent[];
  /** The last event, which has to be the result. */
  readonly result: ResultEvent;
}

export interface CliRun {
  child: ChildProcess;
  /** Resolves with the first event that fits; rejects when the program ends without one. */
  until(fits: (event: EngineEvent) => boolean): Promise<EngineEvent>;
  finished: Promise<CliResult>;
}

export interface CliOptions {
  env?: Record<string, string>;
  cwd?: string;
  /** Path of main.js; the built package's by default. */
  main?: string;
  node?: string;
  /** What it reads from its standard input; nothing by default. */
  input?: string;
}

/** One operator's machine: a state folder of its own, and with it a sandbox of its own. */
export interface Operator {
  home: string;
  env: NodeJS.ProcessEnv;
  start(args: readonly string[], options?: CliOptions): Promise<CliRun>;
  run(args: readonly string[], options?: CliOptions): Promise<CliResult>;
  /** Starts the sandbox without using it. */
  serve(): Promise<void>;
  /** Ends the sandbox's process; what is in it stays in its files. */
  halt(): Promise<void>;
  /** Where the sandbox's Cloud API is. */
  apiUrl(): Promise<string>;
  /** The platform's cluster in the sandbox; undefined while there is none. */
  cluster(name?: string): Promise<Cluster | undefined>;
  /** Ends the sandbox and removes everything. */
  close(): Promise<void>;
}

const resultOf = (exitCode: number | null, stdout: string, stderr: string): CliResult => ({
  exitCode,
  stdout,
  stderr,
  get events() {
    return stdout.trim().split('\n').filter((line) => line !== '').map((line) => JSON.parse(line) as EngineEvent);
  },
  get result() {
    const last = this.events.at(-1);
    if (last?.type !== 'result') throw new Error(`the last line is not a result:\n${stdout.slice(-2000)}\n${stderr}`);
    return last;
  },
});

export interface OperatorOptions {
  /** Works in this folder, which is there already and may be another process's operator's as well; a new one by default. */
  home?: string;
  /** Nothing in the sandbox takes time unless this says otherwise. */
  speed?: number;
  /** Begins with a copy of what this operator has. Its sandbox must not run. */
  from?: Operator;
}

/** A new operator. */
export const newOperator = async (options: OperatorOptions = {}): Promise<Operator> => {
  const home = options.home ?? (await mkdtemp(join(tmpdir(), 'operator-')));
  const processFile = join(home, 'state/sandbox/process.json');
  if (options.from) {
    await cp(join(options.from.home, 'state'), join(home, 'state'), { recursive: true });
    // Ports and process of the original are not this one's.
    await rm(processFile);
  }
  const env = cleanEnvironment({
    IONOS_TENANTS_STATE_DIR: join(home, 'state'),
    IONOS_TENANTS_CONFIG_DIR: join(home, 'config'),
    IONOS_TENANTS_SANDBOX_SPEED: String(options.speed ?? 0),
    IONOS_TENANTS_NO_KEYCHAIN: '1',
  });
  const start: Operator['start'] = async (args, { env: extra = {}, cwd = home, main, node = process.execPath, input } = {}) => {
    const script = main ?? join(await thePackage(), 'dist/main.js');
    const child = spawn(node, [script, ...args], { cwd, env: { ...env, ...extra }, stdio: ['pipe', 'pipe', 'pipe'], detached: true });
    // Who does not read it may be gone already.
    child.stdin.on('error', () => undefined).end(input);
    let [stdout, stderr, seen] = ['', '', 0];
    const watchers = new Set<() => void>();
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
      stdout += chunk;
      for (const watch of watchers) watch();
    });
    child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
      stderr += chunk;
    });
    const finished = new Promise<CliResult>((resolve, reject) => {
      child.once('error', reject);
      child.once('close', (exitCode) => resolve(resultOf(exitCode, stdout, stderr)));
    });
    const until: CliRun['until'] = (fits) =>
      new Promise((resolve, reject) => {
        const look = (): void => {
          for (let end = stdout.indexOf('\n', seen); end !== -1; end = stdout.indexOf('\n', seen)) {
            const event = JSON.parse(stdout.slice(seen, end)) as EngineEvent;
            seen = end + 1;
            if (!fits(event)) continue;
            watchers.delete(look);
            return resolve(event);
          }
        };
        watchers.add(look);
        void finished.then(
          () => reject(new Error(`it ended without that event:\n${stdout.slice(-3000)}\n${stderr}`)),
          (error: unknown) => reject(error instanceof Error ? error : new Error(String(error))),
        );
        look();
      });
    return { child, until, finished };
  };
  const run: Operator['run'] = async (args, more) => (await start(args, more)).finished;
  const sandbox = async (): Promise<{ apiUrl: string; pid: number }> => JSON.parse(await readFile(processFile, 'utf8')) as { apiUrl: string; pid: number };
  const apiUrl = async (): Promise<string> => (await sandbox()).apiUrl;
  return {
    home,
    env,
    start,
    run,
    apiUrl,
    async serve() {
      const script = join(await thePackage(), 'dist/main.js');
      spawn(process.execPath, [script, 'sandbox', 'serve'], { cwd: home, env, stdio: 'ignore', detached: true }).unref();
      await eventually(apiUrl);
    },
    async halt() {
      const { pid } = await sandbox();
      process.kill(pid, 'SIGTERM');
      await untilGone(pid);
    },
    async cluster(name) {
      const url = await apiUrl();
      const headers = { authorization: 'Bearer sandbox-token' };
      const list = (await (await fetch(`${url}/cloudapi/v6/k8s?depth=1`, { headers })).json()) as { items: { id: string; metadata: { state: string }; properties: { name: string } }[] };
      const cluster = list.items.find(({ metadata, properties }) => metadata.state === 'ACTIVE' && (name === undefined || properties.name === name));
      if (!cluster) return undefined;
      return connect(await (await fetch(`${url}/cloudapi/v6/k8s/${cluster.id}/kubeconfig`, { headers })).text());
    },
    async close() {
      await run(['sandbox', 'reset', '--json']);
      await rm(home, { recursive: true, force: true, maxRetries: 5 });
    },
  };
};

/** Tries until it succeeds, for what gives no sign of its own; the test's time limit ends it. */
export const eventually = async <T>(attempt: () => Promise<T>): Promise<T> => {
  for (;;) {
    try {
      return await attempt();
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  }
};

/** Waits until a process that is not ours to wait for has ended. */
export const untilGone = (pid: number): Promise<void> =>
  eventually(async () => {
    if (processIsAlive({ pid })) throw new Error(`${pid} lives`);
  });

/** Kinds whose objects a snapshot holds. Pods come and go by themselves, Events too. */
export const KINDS = [
  ['v1', 'Namespace'], ['v1', 'Secret'], ['v1', 'ConfigMap'], ['v1', 'Service'], ['v1', 'ServiceAccount'], ['v1', 'PersistentVolumeClaim'], ['v1', 'ResourceQuota'], ['v1', 'LimitRange'], ['v1', 'Pod'],
  ['apps/v1', 'Deployment'], ['apps/v1', 'StatefulSet'], ['batch/v1', 'Job'], ['networking.k8s.io/v1', 'NetworkPolicy'], ['coordination.k8s.io/v1', 'Lease'],
  ['rbac.authorization.k8s.io/v1', 'Role'], ['rbac.authorization.k8s.io/v1', 'RoleBinding'], ['admissionregistration.k8s.io/v1', 'ValidatingAdmissionPolicy'],
] as const;

/** Every object with its version, by `kind namespace/name`. */
export const snapshotOf = async (cluster: Cluster, keep: (namespace: string, kind: string, name: string) => boolean = () => true): Promise<Record<string, string>> => {
  const lists = await Promise.all(KINDS.map(async ([apiVersion, kind]) => ({ kind, items: (await cluster.objects.list(apiVersion, kind)).items })));
  return Object.fromEntries(
    lists.flatMap(({ kind, items }) =>
      items
        .filter(({ metadata }) => keep(metadata?.namespace ?? '', kind, metadata?.name ?? ''))
        .map(({ metadata }) => [`${kind} ${metadata?.namespace ?? ''}/${metadata?.name ?? ''}`, `${metadata?.uid} ${metadata?.resourceVersion}`]),
    ),
  );
};

/** Everything in the sandbox's cloud, without what the reader itself changes. */
export const cloudOf = async (operator: Operator): Promise<unknown> => {
  const url = await operator.apiUrl();
  const read = async (path: string): Promise<unknown> => (await fetch(`${url}/cloudapi/v6/${path}`, { headers: { authorization: 'Bearer sandbox-token' } })).json();
  return Promise.all(['datacenters?depth=3', 'ipblocks?depth=2', 'k8s?depth=3', 'contracts?depth=2'].map(read));
};

/** Text of every file below a folder, by path. */
export const filesBelow = async (folder: string): Promise<Record<string, string>> => {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  return Object.fromEntries(await Promise.all(files.map(async (file) => [file, await readFile(file, 'latin1').catch(() => '')] as const)));
};

/** A cluster of this operator's cloud that has to be there: the one of this name, or the first. */
export const clusterOf = async (operator: Operator, name?: string): Promise<Cluster> => {
  const cluster = await operator.cluster(name);
  if (!cluster) throw new Error(`there is no cluster ${name ?? ''}`);
  return cluster;
};
