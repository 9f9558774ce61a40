// Bundles src/main.ts into lazy ESM chunks under dist/, so that `--version` loads one small file and each command only what it needs.
import { build } from 'esbuild';
import { chmod, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const quiet = process.argv.includes('--quiet');
const { version } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'));

// Built aside and then put in place: a command that starts meanwhile finds the old bundle or the new one, never half of one.
const fresh = `dist.${process.pid}.new`;
const stale = `dist.${process.pid}.old`;
const result = await build({
  absWorkingDir: root,
  entryPoints: ['src/main.ts'],
  outdir: fresh,
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node20',
  minify: true,
  keepNames: true,
  legalComments: 'none',
  metafile: true,
  external: ['keytar'],
  // ink asks for react-devtools-core only under DEV; a stub keeps 20 MB of it out of the package.
  alias: { 'react-devtools-core': join(root, 'scripts/stubs/react-devtools-core.mjs') },
  define: {
    'process.env.NODE_ENV': '"production"',
    __CLI_VERSION__: JSON.stringify(version),
  },
  // Bundled CommonJS packages call require() for node's own modules.
  banner: {
    js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);",
  },
  logLevel: quiet ? 'error' : 'warning',
});

const main = join(root, fresh, 'main.js');
const source = await readFile(main, 'utf8');
await writeFile(main, source.startsWith('#!') ? source : `#!/usr/bin/env node\n${source}`);
await chmod(main, 0o755);
const metafile = JSON.stringify(result.metafile).replaceAll(`"${fresh}/`, '"dist/');
await writeFile(join(root, fresh, 'meta.json'), metafile);
await rename(join(root, 'dist'), join(root, stale)).catch(() => undefined);
await rename(join(root, fresh), join(root, 'dist'));
await rm(join(root, stale), { recursive: true, force: true });
if (!quiet) {
  const bytes = Object.values(result.metafile.outputs).reduce((sum, output) => sum + output.bytes, 0);
  console.log(`dist: ${Object.keys(result.metafile.outputs).length} files, ${(bytes / 1e6).toFixed(2)} MB`);
}
