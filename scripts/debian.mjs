// File systems of Debian packages, for the node of the tests and its images. Nothing is installed on this machine: the packages
// are unpacked into folders of the cache, and what runs of them runs in namespaces of its own. Needs root and a Debian machine.
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cached, digestOf, once } from './cache.mjs';

const KEYRING = '/usr/share/keyrings/debian-archive-keyring.gpg';

/** Runs a command to its end with its output shown. @throws Error when it fails */
export const run = (command, args, options = {}) => {
  const { status, signal, error, stdout } = spawnSync(command, args, { stdio: ['ignore', 'inherit', 'inherit'], ...options });
  if (status !== 0) throw new Error(`${command} ${args.join(' ')}: ${error?.message ?? signal ?? `exit code ${status}`}`);
  return stdout;
};

/** Runs a command with this folder as its root, at low priority. Processes and mounts that it leaves end with it. */
export const inside = (root, command, args, env = {}) =>
  run('nice', ['-n', '19', 'unshare', '--mount', '--pid', '--fork', '--kill-child', 'sh', '-c', 'mount -t proc proc "$0/proc" && mount --rbind /dev "$0/dev" && exec chroot "$0" "$@"', root, command, ...args], {
    env: { PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin', HOME: '/root', LANG: 'C.UTF-8', DEBIAN_FRONTEND: 'noninteractive', ...env },
    // Hundreds of lines about packages; what goes wrong is said on the other stream.
    stdio: ['ignore', 'ignore', 'inherit'],
  });

/** This machine's own sources of packages, for another suite: pairs of address and suite. @throws Error where this is no Debian */
export const sourcesFor = (suite) => {
  const release = Object.fromEntries(readFileSync('/etc/os-release', 'utf8').split('\n').filter(Boolean).map((line) => line.split('=').map((part) => part.replaceAll('"', ''))));
  if (release.ID !== 'debian') throw new Error(`these tests are made of Debian's packages, with this machine's sources of them; this is ${release.PRETTY_NAME ?? 'another system'}`);
  const folder = '/etc/apt/sources.list.d';
  const text = [existsSync('/etc/apt/sources.list') ? readFileSync('/etc/apt/sources.list', 'utf8') : '', ...readdirSync(folder).filter((name) => name.endsWith('.sources')).map((name) => readFileSync(join(folder, name), 'utf8'))].join('\n\n');
  const stanzas = text.split(/\n\s*\n/).map((stanza) => Object.fromEntries([...stanza.matchAll(/^([A-Za-z-]+):\s*(.+)$/gm)].map(([, key, value]) => [key, value])));
  const found = [
    ...stanzas.filter((stanza) => stanza.Suites).flatMap((stanza) => stanza.Suites.split(/\s+/).map((name) => [stanza.URIs.split(/\s+/)[0], name])),
    ...[...text.matchAll(/^deb (?:\[.*?\] )?(\S+) (\S+) main/gm)].map(([, uri, name]) => [uri, name]),
  ].filter(([, name]) => name === release.VERSION_CODENAME || name.startsWith(`${release.VERSION_CODENAME}-`));
  if (found.length === 0) throw new Error(`no source of ${release.VERSION_CODENAME}'s packages in /etc/apt`);
  const wanted = found.map(([uri, name]) => [uri, name.replace(release.VERSION_CODENAME, suite)]);
  // The unstable suite has neither updates nor a security archive of its own.
  return suite === 'sid' ? wanted.filter(([, name]) => name === suite) : wanted;
};

const ADDED = ['etc/apt/sources.list', 'etc/apt/apt.conf.d/00this-machine', 'usr/sbin/policy-rc.d', 'etc/resolv.conf', 'etc/hosts'];

/** Lets apt in this root use this machine's sources and network; no service starts there. `finish` takes that away again. */
const open = (root, suites) => {
  const write = (file, text, mode) => writeFileSync(join(root, file), text, { mode });
  write('etc/apt/sources.list', suites.flatMap(sourcesFor).map(([uri, name]) => `deb ${uri} ${name} main\n`).join(''));
  const settings = readdirSync('/etc/apt/apt.conf.d').map((name) => readFileSync(join('/etc/apt/apt.conf.d', name), 'utf8')).join('\n').split('\n');
  write('etc/apt/apt.conf.d/00this-machine', [...settings.filter((line) => /^Acquire::\S+ "[^"]*";$/.test(line)), 'Acquire::Languages "none";', ''].join('\n'));
  write('usr/sbin/policy-rc.d', '#!/bin/sh\nexit 101\n', 0o755);
  for (const file of ['/etc/resolv.conf', '/etc/hosts']) cpSync(file, join(root, file), { dereference: true });
};

/** Takes away what only the making needed. */
export const finish = (root) => {
  for (const path of [...ADDED, 'var/cache/apt', 'var/lib/apt/lists', 'usr/share/doc', 'usr/share/man', 'usr/share/locale']) rmSync(join(root, path), { recursive: true, force: true });
  for (const path of ['etc/resolv.conf', 'etc/hosts']) writeFileSync(join(root, path), '');
};

/** A minimal Debian of this suite, from the cache. Never to be changed: copy it. */
export const debian = (suite) =>
  once(cached('cluster-node', 'debian', suite), `Debian ${suite}`, (root) => {
    if (!existsSync(KEYRING)) throw new Error(`${KEYRING} is missing: install debian-archive-keyring`);
    const work = mkdtempSync(join(tmpdir(), 'debootstrap-'));
    try {
      run('apt-get', ['download', '-qq', '-o', 'APT::Sandbox::User=root', 'debootstrap'], { cwd: work });
      run('dpkg', ['-x', join(work, readdirSync(work).find((name) => name.endsWith('.deb'))), work]);
      const [mirror] = sourcesFor(suite)[0];
      run('nice', ['-n', '19', join(work, 'usr/sbin/debootstrap'), '--variant=minbase', '--include=ca-certificates', `--keyring=${KEYRING}`, suite, root, mirror], {
        env: { ...process.env, DEBOOTSTRAP_DIR: join(work, 'usr/share/debootstrap') },
        stdio: ['ignore', 'ignore', 'inherit'],
      });
    } finally {
      rmSync(work, { recursive: true, force: true });
    }
  });

/** A minimal Debian with these packages installed, from the cache. Never to be changed. */
const withPackages = (suite, packages) =>
  once(cached('cluster-node', 'debian', `${suite}-${digestOf(packages)}`), `Debian ${suite} with ${packages[0]} and ${packages.length - 1} more`, async (root) => {
    const base = await debian(suite);
    mkdirSync(root);
    run('cp', ['-a', `${base}/.`, root]);
    open(root, [suite]);
    inside(root, 'apt-get', ['update', '-qq']);
    inside(root, 'apt-get', ['install', '-y', '-qq', '--no-install-recommends', '-o', 'Dpkg::Use-Pty=0', ...packages]);
    inside(root, 'apt-get', ['clean']);
  });

/** Makes `root` a copy of a minimal Debian with these packages. Call `finish` when all is done. */
export const installInto = async (root, suite, packages) => {
  const base = await withPackages(suite, packages);
  mkdirSync(root);
  run('cp', ['-a', '--reflink=auto', `${base}/.`, root]);
};

/** Unpacks packages of another suite to `root/target`, as they are, without what they depend on. */
export const unpackFrom = (root, suite, packages, target) => {
  open(root, [suite]);
  inside(root, 'sh', ['-euc', `apt-get update -qq; mkdir -p /var/tmp/debs "$0"; cd /var/tmp/debs; apt-get download -qq -o APT::Sandbox::User=root "$@"; for deb in *.deb; do dpkg -x "$deb" "$0"; done; rm -rf /var/tmp/debs`, target, ...packages]);
};
