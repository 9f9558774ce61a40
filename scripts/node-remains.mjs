// Fails when a node of the tests has left something on this machine: `node scripts/node-remains.mjs`.
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** The reaper works after the tests have ended; it needs a moment for what it ends. */
const PATIENCE_MS = 60_000;

const remains = () => [
  ...readdirSync('/sys/fs/cgroup').map((controller) => join('/sys/fs/cgroup', controller, process.env.IONOS_TENANTS_TEST_NODE ?? 'ionos-tenants-node')).filter(existsSync),
  ...readdirSync(tmpdir()).filter((name) => /^node-[A-Za-z0-9]{6}$/.test(name)).map((name) => join(tmpdir(), name)),
  ...execFileSync('losetup', ['--noheadings', '--raw', '--output', 'NAME,BACK-FILE'], { encoding: 'utf8' }).split('\n').filter((line) => /\/node-[A-Za-z0-9]{6}\/disks\//.test(line)),
  ...readFileSync('/proc/mounts', 'utf8').split('\n').filter((line) => /\/node-[A-Za-z0-9]{6}\/root/.test(line)),
];

const until = Date.now() + PATIENCE_MS;
let found = remains();
while (found.length > 0 && Date.now() < until) {
  await new Promise((resolve) => setTimeout(resolve, 500));
  found = remains();
}
for (const each of found) console.error(`left behind: ${each}`);
process.exitCode = found.length > 0 ? 1 : 0;
