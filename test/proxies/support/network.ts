import { runTool } from '../../support/tool.js';

/** All addresses of these tests: the range for measuring network devices, which nobody routes. */
const RANGE = 15;
export const BRIDGE = 'pods';

/** Runs a command of this machine to its end. @throws Error with its words when it fails */
export const must = async (file: string, args: readonly string[]): Promise<string> => {
  const { exitCode, stdout, stderr } = await runTool(file, args);
  if (exitCode !== 0) throw new Error(`${file} ${args.join(' ')}: ${stdout}${stderr}`);
  return stdout;
};

/**
 * The hardware address that belongs to this address. The kernel would give a new pod another one than the pod before it had, and a bridge
 * the lowest of its ports', which changes as pods come and go: others would send to an address that nobody has any more, until they ask
 * again many seconds later.
 */
const hardwareAddress = (address: string): string => ['02', '00', ...address.split('.').map((part) => Number(part).toString(16).padStart(2, '0'))].join(':');

/** Before all files: the network that pods and their opposite numbers share. Refuses to touch the machine's own network. */
export default async function setup(): Promise<void> {
  if ((await must('ip', ['-o', 'address'])).trim() !== '') throw new Error('run these tests as `npm run test:proxies`, or under `unshare --net`: they need a network of their own');
  await must('ip', ['link', 'set', 'lo', 'up']);
  await must('ip', ['link', 'add', BRIDGE, 'address', hardwareAddress('0.0.0.1'), 'type', 'bridge']);
  await must('ip', ['link', 'set', BRIDGE, 'up']);
}

/** An address of that network for a server of the test's. */
export const addAddress = async (address: string): Promise<string> => {
  await must('ip', ['address', 'replace', `${address}/${RANGE}`, 'dev', BRIDGE]);
  return address;
};

/** Gives the network namespace of this process a way into the network, at this address. */
export const connect = async (pid: number, address: string): Promise<void> => {
  const name = `v${pid}`;
  await must('ip', ['link', 'add', name, 'type', 'veth', 'peer', 'name', 'eth0', 'address', hardwareAddress(address), 'netns', String(pid)]);
  await must('ip', ['link', 'set', name, 'master', BRIDGE, 'up']);
  const inside = ['--net', '--target', String(pid), 'ip'];
  await must('nsenter', [...inside, 'link', 'set', 'lo', 'up']);
  await must('nsenter', [...inside, 'address', 'add', `${address}/${RANGE}`, 'dev', 'eth0']);
  await must('nsenter', [...inside, 'link', 'set', 'eth0', 'up']);
};
