import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { cp, readFile, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ProcessGroup } from '../../real/support/processes.js';
import { runTool } from '../../support/tool.js';
import { REPOSITORY } from '../../support/workspace.js';
import { enterArguments, onNode } from './enter.js';
import { CGROUP } from './machine.js';
import { ADDRESSES, NODE } from './settings.js';

/** What the scripts have made, by name. @throws Error when something is not there: that fails, it never skips */
export const made = (script: 'node-tools' | 'node-images'): Record<string, string> => {
  const paths = JSON.parse(execFileSync(process.execPath, [join(REPOSITORY, 'scripts', `${script}.mjs`), '--paths'], { encoding: 'utf8' })) as Record<string, string>;
  const lacking = Object.entries(paths).filter(([, path]) => !existsSync(path));
  if (lacking.length > 0) throw new Error(`not made yet: ${lacking.map(([name]) => name).join(', ')}; run node scripts/${script}.mjs`);
  return paths;
};

/** Runs a command of the outside. @throws Error with what it wrote when it fails */
export const command = async (file: string, ...args: string[]): Promise<void> => {
  const { exitCode, stderr } = await runTool(file, args);
  if (exitCode !== 0) throw new Error(`${file} ${args.join(' ')}: ${stderr}`);
};

/** A node whose container runtime answers, and nothing more runs on yet. */
export interface Booted {
  /** Process number of its first process. */
  init: string;
  /** Starts a program on the node that goes on running. */
  start(name: string, ...args: string[]): void;
  /** Runs a command on the node. @throws Error with what it wrote when it fails */
  done(...args: string[]): Promise<void>;
}

/** Starts the node whose settings and data are in this folder: new namespaces, new cable, nothing in memory; disks and images as they are. */
export const boot = async ({ folder, start: startOutside, until }: Pick<ProcessGroup, 'folder' | 'start' | 'until'>): Promise<Booted> => {
  const [tools, images] = [made('node-tools'), made('node-images')] as [Record<string, string>, Record<string, string>];
  const tool = (name: string): string => tools[name] ?? '';
  // Not only seen: the agent writes its settings for the compiler beside them.
  await cp(tool('cilium-sources'), join(folder, 'upper/opt/tools/cilium'), { recursive: true });
  const seen = [
    ...['kubernetes', 'cilium-agent'].map((name) => [tool(name), `/opt/tools/${name}`]),
    [tool('cilium-cni'), '/usr/lib/cni/cilium-cni'],
    [fileURLToPath(new URL('fsck.sh', import.meta.url)), '/usr/local/sbin/fsck'],
    ...Object.values(images).map((path) => [path, `/opt/images/${basename(path)}`]),
  ].flat();
  await rm(join(folder, 'pid'), { force: true });
  startOutside('node', 'unshare', ['--mount', '--net', '--uts', '--ipc', '--pid', '--fork', '--kill-child', '--propagation', 'private', 'sh', fileURLToPath(new URL('node.sh', import.meta.url)), folder, tool('node-root'), CGROUP, ...seen]);
  const init = await until('the node’s namespaces', async () => (await readFile(join(folder, 'pid'), 'utf8')).trim());
  await command('ip', 'link', 'add', 'node', 'type', 'veth', 'peer', 'name', 'eth0', 'netns', init);
  await command('ip', 'address', 'add', `${ADDRESSES.gateway}/24`, 'dev', 'node');
  await command('ip', 'link', 'set', 'node', 'up');
  await command('ip', 'route', 'add', ADDRESSES.tenants, 'via', ADDRESSES.node);
  const start: Booted['start'] = (name, ...args) => startOutside(name, 'nsenter', enterArguments(init, args));
  const done: Booted['done'] = async (...args) => {
    const { exitCode, stderr } = await onNode(init, args);
    if (exitCode !== 0) throw new Error(`${args.join(' ')} on the node: ${stderr}`);
  };
  await done('sh', '-c', `ip address add ${ADDRESSES.node}/24 dev eth0 && ip link set eth0 up && ip route add default via ${ADDRESSES.gateway} && ip route add unreachable ${ADDRESSES.tenants} && hostname ${NODE}`);
  start('containerd', 'containerd');
  await until('containerd', async () => (await onNode(init, ['ctr', 'version'])).exitCode === 0);
  return { init, start, done };
};

/**
 * What makes pods run. The kubelet is started again when it ends, as an init system does: it gives up when the runtime answers already
 * but still looks through the containers that it finds on its disk.
 */
export const startKubelet = ({ start }: Booted): void => {
  start('kubelet', 'sh', '-c', 'until "$@"; do sleep 1; done', 'kubelet', 'kubernetes', 'kubelet', '--config=/etc/kubernetes/kubelet.yaml', '--kubeconfig=/etc/kubernetes/kubelet', `--hostname-override=${NODE}`, `--node-ip=${ADDRESSES.node}`, '--node-labels=ionos-tenants.io/pool=shared');
  start('kube-proxy', 'kubernetes', 'kube-proxy', '--config=/etc/kubernetes/kube-proxy.yaml');
};

/** What carries their packets, and drops those that a policy does not allow. */
export const startCilium = ({ start }: Booted): void =>
  start('cilium', `K8S_NODE_NAME=${NODE}`, 'CILIUM_K8S_NAMESPACE=kube-system', 'cilium-agent', '--config-dir=/etc/cilium', '--k8s-kubeconfig-path=/etc/kubernetes/cilium', '--lib-dir=/opt/tools/cilium');
