// Installs what only the tests need into the cache, by version: both helm generations, the linters of charts and terraform and the policy
// simulator cyclonus, built from Go modules, and checkov from PyPI. kube-linter is not among them: the public module proxy does not serve it.
// Nothing is skipped: what cannot be had is a failure.
import { execFileSync, spawnSync } from 'node:child_process';
import { cached, once } from './cache.mjs';
import { provide } from './go-tools.mjs';

const helmFlags = (major, version) => ['-ldflags', `-s -w -X helm.sh/helm/v${major}/internal/version.version=v${version}`];
const TOOLS = [
  { name: 'helm', version: '4.3.1', module: 'helm.sh/helm/v4/cmd/helm', flags: helmFlags(4, '4.3.1') },
  { name: 'helm', version: '3.22.0', module: 'helm.sh/helm/v3/cmd/helm', flags: helmFlags(3, '3.22.0') },
  { name: 'kubeconform', version: '0.8.0', module: 'github.com/yannh/kubeconform/cmd/kubeconform', flags: [] },
  { name: 'cyclonus', version: '0.5.6', module: 'github.com/mattfenwick/cyclonus/cmd/cyclonus', flags: ['-ldflags', '-s -w'] },
  { name: 'kube-score', version: '1.20.0', module: 'github.com/zegl/kube-score/cmd/kube-score', flags: ['-ldflags', '-s -w'] },
  { name: 'tflint', version: '0.64.0', module: 'github.com/terraform-linters/tflint', flags: ['-ldflags', '-s -w'] },
];
const CHECKOV = '3.3.30';

let missing = !(await provide(TOOLS));

try {
  await once(cached('tools', 'checkov', CHECKOV), `checkov ${CHECKOV}`, (folder) => {
    execFileSync('python3', ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--no-warn-conflicts', '--root-user-action=ignore', `--target=${folder}`, `checkov==${CHECKOV}`], { stdio: ['ignore', 'inherit', 'inherit'] });
  });
} catch (error) {
  console.error(`checkov ${CHECKOV}: not installed (${error.message})`);
  missing = true;
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

// Completion is tried in each shell that it is written for. bash is everywhere; in CI the others come from the distribution.
const answers = (shell) => spawnSync(shell, ['-c', 'true']).status === 0;
const shells = ['zsh', 'fish'].filter((shell) => !answers(shell));
if (shells.length > 0 && process.env.CI && process.getuid?.() === 0) {
  spawnSync('sh', ['-c', `apt-get update -qq && apt-get install -y -qq --no-install-recommends ${shells.join(' ')}`], { stdio: 'ignore' });
}
for (const shell of shells.filter((each) => !answers(each))) console.log(`${shell}: not on PATH. Its completion is tested by its text, but not tried.`);
process.exitCode = missing ? 1 : 0;
