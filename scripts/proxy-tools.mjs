// Makes what `npm run test:proxies` runs, in the cache: Caddy and the certificate authority for tests (Pebble, with its DNS) from their
// Go modules, and a file system of Debian packages with nginx in it, which the pods' containers see. `--paths` only prints where they
// are, as JSON. Nothing is skipped: what cannot be had is a failure.
import { cpSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { cached, digestOf, once } from './cache.mjs';
import { finish, inside, installInto } from './debian.mjs';
import { pathOf, provide } from './go-tools.mjs';
import { caddy } from './node-tools.mjs';

const PEBBLE = '2.10.1';
const pebble = (name) => ({ name, version: PEBBLE, module: `github.com/letsencrypt/pebble/v2/cmd/${name}`, flags: ['-ldflags', '-s -w'] });
const TOOLS = [caddy, pebble('pebble'), pebble('pebble-challtestsrv')];

/** nginx and the shell tools of its image; what makes a Service's ports; what gives a binary its capability. */
const PACKAGES = ['nginx', 'mawk', 'iptables', 'libcap2-bin'];
const root = cached('proxies', 'root', digestOf([PACKAGES, pathOf(caddy)]));

const provideRoot = () =>
  once(root, 'the proxies’ packages', async (folder) => {
    await installInto(folder, 'trixie', PACKAGES);
    inside(folder, 'chmod', ['755', '/var/log/nginx']);
    for (const path of ['etc/gateway', 'etc/caddy', 'opt/caddy', 'run/gateway', 'data', 'secrets']) mkdirSync(join(folder, path), { recursive: true });
    // As the official binary: without this capability in reach the kernel refuses to run it.
    cpSync(pathOf(caddy), join(folder, 'usr/bin/caddy'));
    inside(folder, 'setcap', ['cap_net_bind_service=+ep', '/usr/bin/caddy']);
    finish(folder);
  });

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  if (process.argv.includes('--paths')) console.log(JSON.stringify({ ...Object.fromEntries(TOOLS.map((tool) => [tool.name, pathOf(tool)])), root }));
  else {
    process.exitCode = (await provide(TOOLS)) ? 0 : 1;
    await provideRoot().catch((error) => {
      console.error(error.message);
      process.exitCode = 1;
    });
  }
}
