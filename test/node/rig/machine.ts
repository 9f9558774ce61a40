import { execFileSync } from 'node:child_process';
import { accessSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { networkInterfaces } from 'node:os';
import { join } from 'node:path';

/** The group of processes that a node's pods are counted in. There is one such node on a machine at a time. */
export const CGROUP = 'ionos-tenants-node';

const CONTROLLERS = ['cpu', 'cpuacct', 'cpuset', 'memory', 'devices', 'freezer', 'blkio', 'pids', 'systemd'];
const cgroupOf = (controller: string): string => join('/sys/fs/cgroup', controller, CGROUP);

/** What this machine lacks, in words; empty when a node can run here. */
export const missing = (): string[] => {
  const lacks: string[] = [];
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return ['root on Linux'];
  // Addresses and routes of a network that somebody else uses are not for us to change.
  if (Object.keys(networkInterfaces()).some((name) => name !== 'lo')) lacks.push('a network namespace of the test’s own (run it as npm run test:node)');
  for (const controller of CONTROLLERS) {
    if (!existsSync(join('/sys/fs/cgroup', controller, 'cgroup.procs'))) lacks.push(`the cgroup (version 1) controller ${controller}`);
  }
  for (const [path, what] of [['/dev/loop-control', 'loop devices'], ['/sys/kernel/btf/vmlinux', 'a kernel that describes its types to BPF']] as const) {
    try {
      accessSync(path);
    } catch {
      lacks.push(what);
    }
  }
  for (const tool of ['ip', 'unshare', 'nsenter', 'losetup', 'openssl', 'kubectl', 'terraform']) {
    try {
      execFileSync('sh', ['-c', `command -v ${tool}`], { stdio: 'ignore' });
    } catch {
      lacks.push(`the command ${tool}`);
    }
  }
  return lacks;
};

/** @throws Error when another node runs here */
export const claimMachine = (): void => {
  for (const controller of CONTROLLERS) {
    try {
      mkdirSync(cgroupOf(controller));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'EEXIST' && controller !== CONTROLLERS[0]) continue;
      throw new Error(`a node of another test runs on this machine, or was left there (${cgroupOf(controller)})`, { cause: error });
    }
  }
  // A new cpuset has no processors, and takes no process before it has.
  for (const file of ['cpuset.cpus', 'cpuset.mems']) execFileSync('sh', ['-c', `cat /sys/fs/cgroup/cpuset/${file} > ${cgroupOf('cpuset')}/${file}`]);
};

/** Switches of the whole machine that kubelet and Cilium set. */
const SWITCHES = ['vm/overcommit_memory', 'vm/panic_on_oom', 'kernel/panic', 'kernel/panic_on_oops', 'kernel/timer_migration', 'kernel/keys/root_maxkeys', 'kernel/keys/root_maxbytes'];

/** Notes how they are, for undo.sh. */
export const noteSwitches = (folder: string): Promise<void> =>
  writeFile(join(folder, 'switches'), SWITCHES.filter((name) => existsSync(`/proc/sys/${name}`)).map((name) => `${name} ${readFileSync(`/proc/sys/${name}`, 'utf8').trim()}\n`).join(''));
