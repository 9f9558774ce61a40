// Installs what only the tests need, built from Go modules into the cache, by version: both helm generations and kubeconform.
// Nothing is skipped: what cannot be had is a failure.
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';

const cache = join(process.env.IONOS_TENANTS_CACHE_DIR ?? join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'ionos-tenants'), 'tools');

const helmFlags = (major, version) => ['-ldflags', `-s -w -X helm.sh/helm/v${major}/internal/version.version=v${version}`];
const TOOLS = [
  { name: 'helm', version: '4.3.1', module: 'helm.sh/helm/v4/cmd/helm', flags: helmFlags(4, '4.3.1') },
  { name: 'helm', version: '3.22.0', module: 'helm.sh/helm/v3/cmd/helm', flags: helmFlags(3, '3.22.0') },
  { name: 'kubeconform', version: '0.8.0', module: 'github.com/yannh/kubeconform/cmd/kubeconform', flags: [] },
];

let missing = false;
for (const tool of TOOLS) {
  const destination = join(cache, tool.name, tool.version, tool.name);
  if (existsSync(destination)) {
    console.log(`${tool.name} ${tool.version}: cached`);
    continue;
  }
  console.log(`${tool.name} ${tool.version}: building from its Go module (some minutes, once)`);
  mkdirSync(dirname(destination), { recursive: true });
  const work = mkdtempSync(join(dirname(destination), 'build-'));
  const { status } = spawnSync('go', ['install', ...tool.flags, `${tool.module}@v${tool.version}`], { stdio: ['ignore', 'inherit', 'inherit'], env: { ...process.env, GOBIN: work } });
  if (status === 0) renameSync(join(work, tool.name), destination);
  else missing = true;
  rmSync(work, { recursive: true, force: true });
}

for (const [command, args] of [
  ['terraform', ['version']],
  ['kubectl', ['version', '--client']],
]) {
  try {
    console.log(`${command}: ${execFileSync(command, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).split('\n')[0]}`);
  } catch {
    console.error(`${command}: not on PATH. The tests drive the real one; install it and run them again.`);
    missing = true;
  }
}
process.exitCode = missing ? 1 : 0;
