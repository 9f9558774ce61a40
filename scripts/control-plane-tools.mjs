// Installs what `npm run test:real` drives: Kubernetes (all components in one binary), etcd and kwok for a real control plane, and
// OpenTofu beside terraform. `--paths` only prints where they are, as JSON. Nothing is skipped: what cannot be had is a failure.
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { pathOf, provide } from './go-tools.mjs';

const modules = join(dirname(fileURLToPath(import.meta.url)), '../test/real/control-plane');

const KUBERNETES = '1.34.4';
const kubernetesVersion = Object.entries({ gitVersion: `v${KUBERNETES}`, gitMajor: '1', gitMinor: '34', gitTreeState: 'clean' }).map(([name, value]) => `-X k8s.io/component-base/version.${name}=${value}`);

const TOOLS = [
  { name: 'kubernetes', version: KUBERNETES, folder: join(modules, 'kubernetes'), target: '.', flags: ['-ldflags', `-s -w ${kubernetesVersion.join(' ')}`] },
  { name: 'etcd', version: '3.6.16', folder: join(modules, 'etcd'), target: 'go.etcd.io/etcd/server/v3', flags: ['-ldflags', '-s -w'] },
  { name: 'kwok', version: '0.8.0', module: 'sigs.k8s.io/kwok/cmd/kwok', flags: ['-trimpath', '-ldflags', '-s -w'] },
  { name: 'tofu', version: '1.12.6', folder: join(modules, 'opentofu'), target: 'github.com/opentofu/opentofu/cmd/tofu', flags: ['-ldflags', '-s -w -X github.com/opentofu/opentofu/version.dev=no'] },
];

if (process.argv.includes('--paths')) console.log(JSON.stringify(Object.fromEntries(TOOLS.map((tool) => [tool.name, pathOf(tool)]))));
else process.exitCode = TOOLS.map(provide).includes(false) ? 1 : 0;
