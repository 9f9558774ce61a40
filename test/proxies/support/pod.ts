import { mkdir, mkdtemp, readFile, readlink, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { vi } from 'vitest';
import { find, podOf } from '../../charts/rendering.js';
import type { Container, Manifest, PodSpec } from '../../charts/rendering.js';
import { runTool } from '../../support/tool.js';
import type { ToolResult } from '../../support/tool.js';
import { connect, must } from './network.js';
import { startDaemon, toolPaths } from './processes.js';
import type { Daemon } from './processes.js';
import { layOutVolumes, mountLines } from './volumes.js';
import type { Stores } from './volumes.js';

const script = fileURLToPath(new URL('container.sh', import.meta.url));

export interface PodOptions extends Stores {
  manifests: readonly Manifest[];
  /** Name of the Deployment, and of the Service in front of it. */
  name: string;
  /** Address of the pod, where its Service's ports answer too. */
  address: string;
  /** Names that the cluster's DNS would know. */
  hosts?: Record<string, string>;
  nameserver?: string;
}

/**
 * The pod of a rendered Deployment: its init containers and its container, each with the command, user, mounts and environment that
 * the chart gives it, in a network namespace with an address of its own. Ports of the Service lead to the container's by the same
 * kind of rule as in a cluster.
 */
export class Pod {
  private network!: Daemon;
  private main!: Daemon;
  private volumes: Record<string, string> = {};
  private readonly spec: PodSpec;

  private constructor(
    readonly folder: string,
    private readonly options: PodOptions,
  ) {
    this.spec = podOf(find(options.manifests, 'Deployment', options.name));
  }

  static async start(options: PodOptions): Promise<Pod> {
    const pod = new Pod(await mkdtemp(join(tmpdir(), 'proxy-')), options);
    try {
      await pod.boot();
      return pod;
    } catch (error) {
      await pod.remove();
      throw error;
    }
  }

  private async boot(): Promise<void> {
    this.network = startDaemon('unshare', ['--net', 'sleep', 'infinity'], { logFile: join(this.folder, 'network.log') });
    const ours = await readlink('/proc/self/ns/net');
    await vi.waitFor(async () => {
      if ((await readlink(`/proc/${this.network.pid}/ns/net`)) === ours) throw new Error('no network namespace yet');
    }, { timeout: 10_000, interval: 10 });
    await connect(this.network.pid, this.options.address);
    await this.openServicePorts();
    const { hosts = {}, nameserver = '127.0.0.1' } = this.options;
    await writeFile(join(this.folder, 'hosts'), ['127.0.0.1 localhost', ...Object.entries(hosts).map(([name, address]) => `${address} ${name}`), ''].join('\n'));
    await writeFile(join(this.folder, 'resolv.conf'), `nameserver ${nameserver}\n`);
    this.volumes = await layOutVolumes(this.folder, this.spec, this.options.manifests, this.options);
    for (const container of this.spec.initContainers ?? []) {
      const started = await this.startContainer(container);
      if ((await started.ended) !== 0) throw new Error(`${container.name}: ${started.log()}`);
    }
    this.main = await this.startContainer(this.container);
    await this.ready();
  }

  /** What kube-proxy would do: the Service's ports lead to those that the container listens on. */
  private async openServicePorts(): Promise<void> {
    const { ports } = find(this.options.manifests, 'Service', this.options.name).spec as { ports: { port: number; targetPort: string }[] };
    for (const { port, targetPort } of ports) {
      const target = this.portOf(targetPort);
      if (port === target) continue;
      await must('nsenter', ['--net', '--target', String(this.network.pid), 'chroot', toolPaths().root, 'iptables', '-t', 'nat', '-A', 'PREROUTING', '-p', 'tcp', '--dport', String(port), '-j', 'REDIRECT', '--to-ports', String(target)]);
    }
  }

  private get container(): Container {
    return this.spec.containers[0] as Container;
  }

  private portOf(name: string): number {
    const port = this.container.ports?.find((each) => each.name === name)?.containerPort;
    if (port === undefined) throw new Error(`no port ${name}`);
    return port;
  }

  private get user(): [uid: string, gid: string] {
    const { runAsUser, runAsGroup } = this.spec.securityContext ?? {};
    return [String(runAsUser), String(runAsGroup)];
  }

  private async startContainer(container: Container): Promise<Daemon> {
    const work = join(this.folder, `${container.name}.root`);
    await mkdir(work, { recursive: true });
    const mounts = join(this.folder, `${container.name}.mounts`);
    const own = ['hosts', 'resolv.conf'].map((name) => `${join(this.folder, name)} /etc/${name} ro`);
    await writeFile(mounts, [...own, ...mountLines(container, this.volumes), ''].join('\n'));
    const rootMode = container.securityContext?.['readOnlyRootFilesystem'] === true ? 'ro' : 'rw';
    const env = { PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin', ...Object.fromEntries((container.env ?? []).map(({ name, value = '' }) => [name, value])) };
    const inNetwork = ['--net', '--target', String(this.network.pid), 'unshare', '--mount', '--pid', '--fork', '--kill-child'];
    const command = ['sh', script, toolPaths().root, work, mounts, rootMode, ...this.user, ...(container.command ?? [])];
    return startDaemon('nsenter', [...inNetwork, ...command], { logFile: join(this.folder, `${container.name}.log`), owner: Number(this.user[0]), env });
  }

  /** As the readiness probe asks. */
  private async ready(): Promise<void> {
    const { path, port } = (this.container.readinessProbe as { httpGet: { path: string; port: string } }).httpGet;
    await vi.waitFor(async () => {
      const { status } = await fetch(`http://${this.options.address}:${this.internalPort(port)}${path}`).catch(() => ({ status: 0 }));
      if (status !== 200) throw new Error(`${this.options.name} is not ready (${status}): ${this.log()}`);
    }, { timeout: 60_000, interval: 50 });
  }

  /** Probes go to the container's port, past the Service; only a port that the Service gives another meaning cannot be asked so. */
  private internalPort(name: string): number {
    return this.portOf(name);
  }

  log(): string {
    return this.main.log();
  }

  get ended(): Promise<number | null> {
    return this.main.ended;
  }

  /** Process number of the container's first process, as this machine counts. */
  async processId(): Promise<number> {
    return Number((await readFile(`/proc/${this.main.pid}/task/${this.main.pid}/children`, 'utf8')).trim());
  }

  /** Runs a command in the container, as its user. */
  async exec(command: readonly string[]): Promise<ToolResult> {
    const [uid, gid] = this.user;
    return runTool('nsenter', ['--target', String(await this.processId()), '--mount', '--net', '--pid', '--root', '--wd', 'setpriv', '--reuid', uid, '--regid', gid, '--clear-groups', ...command]);
  }

  /** Ends the container as the kubelet does: first the hook, then the signal. */
  async terminate(): Promise<void> {
    const hook = (this.container as Container & { lifecycle?: { preStop?: { exec?: { command: string[] }; sleep?: { seconds: number } } } }).lifecycle?.preStop;
    if (hook?.exec !== undefined) await this.exec(hook.exec.command);
    if (hook?.sleep !== undefined) await sleep(hook.sleep.seconds * 1000);
    const pid = await this.processId().catch(() => 0);
    try {
      if (pid > 0) process.kill(pid, 'SIGTERM');
    } catch (error) {
      // The hook had asked it to end, and it has just done so.
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
    }
    await this.main.ended;
  }

  async remove(): Promise<void> {
    await (this.main as Daemon | undefined)?.stop('SIGKILL');
    await (this.network as Daemon | undefined)?.stop('SIGKILL');
    await rm(this.folder, { recursive: true, force: true });
  }
}
