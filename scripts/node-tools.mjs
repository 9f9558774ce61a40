// Makes what the real node of `npm run test:node` runs, in the cache: the programs that are built from Go modules, Cilium's sources for
// the kernel (it compiles them itself), and the node's own file system of Debian packages. `--paths` only prints where they are, as
// JSON. Nothing is skipped: what cannot be had is a failure.
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, symlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { cached, digestOf, once } from './cache.mjs';
import { finish, installInto } from './debian.mjs';
import { pathOf, provide } from './go-tools.mjs';
import { etcd, kubernetes } from './kubernetes-tools.mjs';

const modules = join(dirname(fileURLToPath(import.meta.url)), '../test/node/modules');
const CILIUM = '1.20.2';
const SMALL = ['-ldflags', '-s -w'];

export const caddy = { name: 'caddy', version: '2.11.4', module: 'github.com/caddyserver/caddy/v2/cmd/caddy', flags: [...SMALL] };
export const coredns = { name: 'coredns', version: '1.15.0', folder: join(modules, 'dns'), target: '.', flags: SMALL };
export const pause = { name: 'pause', version: '1', folder: join(modules, 'pause'), target: '.', flags: SMALL };
const TOOLS = [
  kubernetes,
  etcd,
  { name: 'cilium-agent', version: CILIUM, folder: join(modules, 'cilium'), target: 'github.com/cilium/cilium/daemon', flags: SMALL },
  { name: 'cilium-cni', version: CILIUM, folder: join(modules, 'cilium'), target: 'github.com/cilium/cilium/plugins/cilium-cni', flags: SMALL },
  coredns,
  pause,
  caddy,
];

const kernelSources = cached('cluster-node', 'cilium-sources', CILIUM);

/** Cilium's programs for the kernel and the kinds that it stores in the API server, as they are in its module. */
const provideKernelSources = () =>
  once(kernelSources, `Cilium's sources ${CILIUM}`, (work) => {
    const { Dir } = JSON.parse(execFileSync('go', ['mod', 'download', '-json', 'github.com/cilium/cilium'], { cwd: join(modules, 'cilium'), encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] }));
    for (const [from, to] of [['bpf', 'bpf'], ['pkg/k8s/apis/cilium.io/client/crds', 'crds']]) cpSync(join(Dir, from), join(work, to), { recursive: true });
    execFileSync('chmod', ['-R', 'u+w', work]);
  });

/** What a node has beside Kubernetes: a container runtime, what programs packet filters and volumes, and a compiler for the kernel. */
const PACKAGES = ['containerd', 'runc', 'containernetworking-plugins', 'iptables', 'conntrack', 'ipset', 'iproute2', 'kmod', 'mount', 'e2fsprogs', 'procps', 'tini', 'clang-19', 'llvm-19'];

const nodeRoot = cached('cluster-node', 'root', digestOf(PACKAGES));

const provideNodeRoot = () =>
  once(nodeRoot, 'the node’s packages', async (root) => {
    await installInto(root, 'bookworm', PACKAGES);
    for (const name of ['clang', 'llc']) symlinkSync(`/usr/lib/llvm-19/bin/${name}`, join(root, 'usr/local/bin', name));
    // Where the rig puts what is the node's own.
    for (const folder of ['opt/tools', 'opt/images', 'var/lib/kubelet', 'var/lib/containerd']) mkdirSync(join(root, folder), { recursive: true });
    finish(root);
  });

/** Where everything is, by name. */
export const nodePaths = () => ({ ...Object.fromEntries(TOOLS.map((tool) => [tool.name, pathOf(tool)])), 'cilium-sources': kernelSources, 'node-root': nodeRoot });

/** Makes what is missing. @returns whether all of it is there */
export const provideNode = async () => {
  const built = await provide(TOOLS);
  try {
    await provideKernelSources();
    await provideNodeRoot();
    return built;
  } catch (error) {
    console.error(error.message);
    return false;
  }
};

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  if (process.argv.includes('--paths')) console.log(JSON.stringify(nodePaths()));
  else process.exitCode = (await provideNode()) ? 0 : 1;
}
