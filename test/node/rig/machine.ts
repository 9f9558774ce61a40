import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { networkInterfaces } from 'node:os';
import { join } from 'node:path';

/** The group of processes that a node's pods are counted in. There is one node of a name on a machine at a time; another name runs another beside it. */
export const CGROUP = process.env['IONOS_TENANTS_TEST_NODE'] ?? 'ionos-tenants-node';

const CONTROLLERS = ['cpu', 'cpuacct', 'cpuset', 'memory', 'devices', 'freezer', 'blkio', 'pids', 'systemd'];
const cgroupOf = (controller: string): string => join('/sys/fs/cgroup', controller, CGROUP);

/** Whether the only network here is the loopback: addresses and routes that somebody else uses are not ours to change. */
export const hasOwnNetwork = (): boolean => Object.keys(networkInterfaces()).every((name) => name === 'lo');

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

/**
 * Takes away the groups of a node's pods, which no machine keeps over a restart. Their processes have to be gone. A kubelet that finds
 * groups of containers that are no more asks the runtime for each, again and again, before it looks after its first pod: minutes.
 */
export const clearMachine = (): void => {
  for (const controller of CONTROLLERS) execFileSync('find', [cgroupOf(controller), '-mindepth', '1', '-depth', '-type', 'd', '-exec', 'rmdir', '{}', '+']);
};

/** Switches of the whole machine that kubelet and Cilium set. */
const SWITCHES = ['vm/overcommit_memory', 'vm/panic_on_oom', 'kernel/panic', 'kernel/panic_on_oops', 'kernel/timer_migration', 'kernel/keys/root_maxkeys', 'kernel/keys/root_maxbytes'];

/** Notes how they are, for undo.sh. */
export const noteSwitches = (folder: string): Promise<void> =>
  writeFile(join(folder, 'switches'), SWITCHES.filter((name) => existsSync(`/proc/sys/${name}`)).map((name) => `${name} ${readFileSync(`/proc/sys/${name}`, 'utf8').trim()}\n`).join(''));
