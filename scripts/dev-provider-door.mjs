// Starts the sandbox's terraform provider in the foreground and prints the line that makes terraform use it. SANDBOX_SPEED=1 gives believable times.
import { build } from 'esbuild';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const directory = await mkdtemp(join(tmpdir(), 'provider-door-'));
const bundle = join(directory, 'door.mjs');
await build({
  absWorkingDir: root,
  stdin: {
    contents: `
      export { startProviderDoor } from './src/sandbox/provider-door/index.js';
      export { SandboxCloud } from './src/sandbox/cloud/sandbox-cloud.js';
      export { SandboxClock } from './src/sandbox/clock.js';
    `,
    resolveDir: root,
    loader: 'ts',
  },
  outfile: bundle,
  bundle: true,
  format: 'esm',
  platform: 'node',
  target: 'node20',
  banner: { js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);" },
  logLevel: 'error',
});

const { startProviderDoor, SandboxCloud, SandboxClock } = await import(pathToFileURL(bundle).href);
const speed = Number(process.env.SANDBOX_SPEED ?? 0);
const cloud = new SandboxCloud({ clock: new SandboxClock(speed) });
const door = await startProviderDoor(cloud, process.argv[2] ?? join(directory, 'p.sock'), {
  kubeconfig: () => 'apiVersion: v1\nkind: Config\nclusters: []\ncontexts: []\nusers: []\n',
});
console.log(`export TF_REATTACH_PROVIDERS='${door.reattach}'`);

const end = async () => {
  await door.close();
  cloud.close();
  await rm(directory, { recursive: true, force: true });
  process.exit(0);
};
process.on('SIGINT', end);
process.on('SIGTERM', end);
