// Installs what `npm run test:wordpress` drives, from Debian: PHP with Apache and MariaDB as packages, and WordPress itself, which is
// only unpacked into the cache: this machine's Debian has one that is too old, so it is taken from a newer suite by a package list of
// our own. MCP clients that are not ours come into the cache too: the official inspector from npm, which needs a newer Node than ours, and
// the official Python SDK, which is what Open WebUI speaks MCP with. `--paths` only prints where these are, as JSON. Nothing is skipped:
// what cannot be had is a failure.
import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { cached } from './cache.mjs';
import { sourcesFor } from './debian.mjs';

const chart = readFileSync(join(dirname(fileURLToPath(import.meta.url)), '../charts/wordpress/Chart.yaml'), 'utf8');
const RELEASE = /^appVersion: "([\d.]+)"$/m.exec(chart)[1];

/** Packages without a service: nothing starts by itself. The names have no version in them, so that each Debian gives its own. */
const PACKAGES = ['apache2-bin', 'faketime', 'libapache2-mod-php', 'mariadb-client', 'mariadb-server-core', 'php-cli', 'php-codesniffer', ...['curl', 'gd', 'intl', 'mbstring', 'mysql', 'xml', 'zip'].map((name) => `php-${name}`)];
const PROGRAMS = ['/usr/sbin/apache2', '/usr/bin/faketime', '/usr/bin/php', '/usr/sbin/mariadbd', '/usr/bin/mariadb-install-db', '/usr/bin/my_print_defaults', '/usr/bin/phpcs'];
const EXTENSIONS = ['curl', 'dom', 'exif', 'fileinfo', 'gd', 'intl', 'mbstring', 'mysqli', 'zip'];

/**
 * Two releases: the one that the chart installs (or the next of its line, when Debian has moved on: `least`), and an old one with
 * another database schema, from which it is upgraded. `packages` are what the release needs to run and to show a theme.
 */
const WORDPRESSES = [
  { name: 'current', suite: 'sid', least: RELEASE, packages: ['wordpress', 'wordpress-theme-twentytwentyfive', 'php-getid3', 'libphp-phpmailer', 'libjs-cropper'] },
  { name: 'old', suite: 'trixie', least: '6.8', packages: ['wordpress', 'wordpress-theme-twentytwentyfive', 'php-getid3', 'libphp-phpmailer', 'libjs-cropper'] },
];
const folderOf = ({ name }) => cached('tools', 'wordpress', name === 'current' ? RELEASE : name);

/** MCP clients, each installed into a folder of its own. The Python SDK has the version that Open WebUI pins. */
const CLIENTS = {
  inspector: { title: 'MCP inspector', version: '2.12.0', command: 'npm', args: (version) => ['install', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error', `@modelcontextprotocol/inspector@${version}`] },
  python: { title: 'MCP SDK for Python', version: '2.3.0', command: 'python3', args: (version) => ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--no-warn-conflicts', '--root-user-action=ignore', '--target=.', `mcp==${version}`] },
};
const clientFolder = (name) => cached('tools', `mcp-${name}`, CLIENTS[name].version);

const run = (command, args, options = {}) => execFileSync(command, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'], maxBuffer: 64e6, ...options });

/** What of PHP, Apache and MariaDB is not there. */
const missing = () => {
  const programs = PROGRAMS.filter((path) => !existsSync(path));
  if (!existsSync('/usr/bin/php')) return programs;
  const loaded = run('/usr/bin/php', ['-m']).toLowerCase().split('\n');
  return [...programs, ...EXTENSIONS.filter((name) => !loaded.includes(name)).map((name) => `php-${name}`)];
};

const providePackages = () => {
  if (process.getuid?.() !== 0) {
    console.error('These tests need root: core belongs to root, and the servers run as another user, as in the pod. Run them with sudo.');
    return false;
  }
  if (missing().length > 0) {
    const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
    console.log(`installing ${PACKAGES.join(' ')}`);
    for (const args of [['update', '-qq'], ['install', '-y', '-qq', '--no-install-recommends', ...PACKAGES]]) spawnSync('apt-get', args, { stdio: ['ignore', 'ignore', 'inherit'], env });
  }
  const still = missing();
  if (still.length > 0) {
    console.error(`Not there: ${still.join(', ')}. On Debian: apt-get install --no-install-recommends ${PACKAGES.join(' ')}`);
    return false;
  }
  console.log(run('/usr/bin/php', ['--version']).split('\n')[0]);
  return true;
};

/** apt with the package lists of one suite in a folder of ours; nothing of the machine's own apt changes. */
const aptFor = (suite, folder) => {
  for (const path of ['lists/partial', 'cache/archives/partial']) mkdirSync(join(folder, path), { recursive: true });
  writeFileSync(join(folder, 'apt.list'), sourcesFor(suite).map(([uri, name]) => `deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] ${uri} ${name} main\n`).join(''));
  const settings = { 'Dir::Etc::sourcelist': join(folder, 'apt.list'), 'Dir::Etc::sourceparts': '/dev/null', 'Dir::State::lists': join(folder, 'lists'), 'Dir::State::status': '/dev/null', 'Dir::Cache': join(folder, 'cache'), 'APT::Sandbox::User': 'root', 'Acquire::Languages': 'none' };
  const options = Object.entries(settings).flatMap(([key, value]) => ['-o', `${key}=${value}`]);
  return (command, ...args) => run(command, [...options, ...args], { cwd: folder });
};

const atLeast = (version, least) => version.localeCompare(least, 'en', { numeric: true }) >= 0;

/** Lays a release out as WordPress's own archive has it: the parts that Debian keeps in packages of their own stand where they belong. */
const layOut = (root, target) => {
  // Links lead into the folder where the packages were unpacked, or to packages that only browsers need.
  const copy = (from, to) => run('sh', ['-c', 'mkdir -p "$2" && { cp -rL --no-preserve=mode,ownership "$1/." "$2/" 2>/dev/null || true; }', 'copy', join(root, from), to]);
  copy('usr/share/wordpress', target);
  if (existsSync(join(root, 'var/lib/wordpress/wp-content'))) copy('var/lib/wordpress/wp-content', join(target, 'wp-content'));
  // Debian's own wp-config.php would take the place of ours.
  rmSync(join(target, 'wp-config.php'), { force: true });
  if (!existsSync('/etc/ssl/certs/ca-certificates.crt')) return;
  cpSync('/etc/ssl/certs/ca-certificates.crt', join(target, 'wp-includes/certificates/ca-bundle.crt'));
};

const provideWordpress = (release) => {
  const target = folderOf(release);
  const versionOf = (folder) => /^\$wp_version = '([^']+)';$/m.exec(readFileSync(join(folder, 'wp-includes/version.php'), 'utf8'))?.[1] ?? '';
  if (existsSync(target)) {
    console.log(`WordPress ${versionOf(target)}: cached`);
    return true;
  }
  const started = Date.now();
  mkdirSync(dirname(target), { recursive: true });
  const work = mkdtempSync(join(dirname(target), 'unpack-'));
  try {
    const apt = aptFor(release.suite, work);
    apt('apt-get', 'update', '-qq');
    apt('apt-get', 'download', '-qq', ...release.packages);
    for (const file of readdirSync(work).filter((name) => name.endsWith('.deb'))) run('dpkg', ['-x', join(work, file), join(work, 'root')]);
    layOut(join(work, 'root'), join(work, 'wordpress'));
    const version = versionOf(join(work, 'wordpress'));
    if (!atLeast(version, release.least)) throw new Error(`Debian's ${release.suite} has ${version}, not ${release.least} or newer`);
    renameSync(join(work, 'wordpress'), target);
    console.log(`WordPress ${version} of Debian's ${release.suite}: unpacked in ${Math.round((Date.now() - started) / 1000)} s`);
    return true;
  } catch (error) {
    console.error(`WordPress of Debian's ${release.suite}: not to be had (${error.message})`);
    return false;
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
};

const provideClient = (name) => {
  const { title, version, command, args } = CLIENTS[name];
  const target = clientFolder(name);
  if (existsSync(target)) {
    console.log(`${title} ${version}: cached`);
    return true;
  }
  mkdirSync(dirname(target), { recursive: true });
  const work = mkdtempSync(join(dirname(target), 'install-'));
  try {
    // Without a package of its own npm would look for one in the folders above.
    writeFileSync(join(work, 'package.json'), '{"private":true}');
    run(command, args(version), { cwd: work });
    renameSync(work, target);
    console.log(`${title} ${version}: installed`);
    return true;
  } catch (error) {
    console.error(`${title} ${version}: not to be had (${error.message})`);
    return false;
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
};

const paths = {
  ...Object.fromEntries(WORDPRESSES.map((release) => [release.name, folderOf(release)])),
  inspector: join(clientFolder('inspector'), 'node_modules/@modelcontextprotocol/inspector/clients/launcher/build/index.js'),
  python: clientFolder('python'),
};
if (process.argv.includes('--paths')) console.log(JSON.stringify(paths));
else process.exitCode = [providePackages(), ...WORDPRESSES.map(provideWordpress), ...Object.keys(CLIENTS).map(provideClient)].includes(false) ? 1 : 0;
