// `npm run test:keyring`: credentials in a real keyring, GNOME's on a D-Bus of its own. Brings what is missing where it may (root on
// Debian or Ubuntu), else says what to install; nothing is skipped. Names of test files run only these.
import { spawnSync } from 'node:child_process';
import { root, runSteps } from './steps.mjs';

const PACKAGES = ['gnome-keyring', 'libsecret-1-0', 'dbus'];

const answers = (command, args) => spawnSync(command, args, { cwd: root, stdio: 'ignore' }).status === 0;

/** What the tests need, by what it is good for. */
const missing = () =>
  [
    ['gnome-keyring-daemon', () => answers('gnome-keyring-daemon', ['--version'])],
    ['dbus-daemon', () => answers('dbus-daemon', ['--version'])],
    ['dbus-send', () => answers('sh', ['-c', 'command -v dbus-send'])],
    ['keytar with libsecret', () => answers(process.execPath, ['-e', "require('keytar')"])],
  ].flatMap(([name, isThere]) => (isThere() ? [] : [name]));

const lacking = missing();
if (lacking.length > 0 && process.getuid?.() === 0 && answers('apt-get', ['--version'])) {
  console.log(`Missing: ${lacking.join(', ')}. Installing ${PACKAGES.join(', ')}.`);
  const apt = (...args) => spawnSync('apt-get', ['-qq', '-y', ...args], { stdio: ['ignore', 'ignore', 'inherit'], env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' } });
  apt('update');
  apt('install', '--no-install-recommends', ...PACKAGES);
}
const stillLacking = missing();
if (stillLacking.length > 0) {
  console.error(`Missing: ${stillLacking.join(', ')}. On Debian or Ubuntu: apt-get install ${PACKAGES.join(' ')}; keytar comes with npm ci, unless optional packages are left out.`);
  process.exitCode = 1;
} else {
  const results = runSteps([
    ['Build', 'node', ['scripts/build.mjs']],
    ['Tools', 'node', ['dist/main.js', 'tools', '--install', '--plain']],
    ['Tests with a real keyring', 'npx', ['vitest', 'run', '--config', 'vitest.keyring.config.ts', ...process.argv.slice(2)]],
  ]);
  process.exitCode = results.every(({ ok }) => ok) ? 0 : 1;
}
