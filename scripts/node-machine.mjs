// Says what this machine lacks for a real node, before anything heavy is made for it: `node scripts/node-machine.mjs`.
import { accessSync } from 'node:fs';
import { delimiter, join } from 'node:path';

const isThere = (path) => {
  try {
    accessSync(path);
    return true;
  } catch {
    return false;
  }
};
const onPath = (command) => (process.env.PATH ?? '').split(delimiter).some((folder) => isThere(join(folder, command)));

const lacks = process.platform !== 'linux' || process.getuid() !== 0
  ? ['root on Linux']
  : [
      ...['cpu', 'cpuacct', 'cpuset', 'memory', 'devices', 'freezer', 'blkio', 'pids', 'systemd'].filter((name) => !isThere(join('/sys/fs/cgroup', name, 'cgroup.procs'))).map((name) => `the cgroup (version 1) controller ${name}`),
      ...(isThere('/dev/loop-control') ? [] : ['loop devices']),
      ...(isThere('/sys/kernel/btf/vmlinux') ? [] : ['a kernel that describes its types to BPF']),
      ...['ip', 'unshare', 'nsenter', 'losetup', 'openssl', 'go', 'apt-get', 'dpkg', 'tar'].filter((name) => !onPath(name)).map((name) => `the command ${name}`),
    ];
if (lacks.length > 0) {
  console.error(`No real node can run on this machine. Missing:\n${lacks.map((each) => `  ${each}`).join('\n')}`);
  process.exitCode = 1;
}
