// Installs what `npm run test:real` drives: Kubernetes (all components in one binary), etcd and kwok for a real control plane, and
// OpenTofu beside terraform. `--paths` only prints where they are, as JSON. Nothing is skipped: what cannot be had is a failure.
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { pathOf, provide } from './go-tools.mjs';
import { etcd, kubernetes } from './kubernetes-tools.mjs';

const modules = join(dirname(fileURLToPath(import.meta.url)), '../test/real/control-plane');

const TOOLS = [
  kubernetes,
  etcd,
  { name: 'kwok', version: '0.8.0', module: 'sigs.k8s.io/kwok/cmd/kwok', flags: ['-ldflags', '-s -w'] },
  { name: 'tofu', version: '1.12.6', folder: join(modules, 'opentofu'), target: 'github.com/opentofu/opentofu/cmd/tofu', flags: ['-ldflags', '-s -w -X github.com/opentofu/opentofu/version.dev=no'] },
];

if (process.argv.includes('--paths')) console.log(JSON.stringify(Object.fromEntries(TOOLS.map((tool) => [tool.name, pathOf(tool)]))));
else process.exitCode = (await provide(TOOLS)) ? 0 : 1;
