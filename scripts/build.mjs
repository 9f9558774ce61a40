// Bundles src/main.ts into lazy ESM chunks under dist/, so that `--version` loads one small file and each command only what it needs.
import { build } from 'esbuild';
import { chmod, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const quiet = process.argv.includes('--quiet');
const { version } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'));

await rm(join(root, 'dist'), { recursive: true, force: true });
const result = await build({
  absWorkingDir: root,
  entryPoints: ['src/main.ts'],
  outdir: 'dist',
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

const main = join(root, 'dist/main.js');
const source = await readFile(main, 'utf8');
await writeFile(main, source.startsWith('#!') ? source : `#!/usr/bin/env node\n${source}`);
await chmod(main, 0o755);
await writeFile(join(root, 'dist/meta.json'), JSON.stringify(result.metafile));
if (!quiet) {
  const bytes = Object.values(result.metafile.outputs).reduce((sum, output) => sum + output.bytes, 0);
  console.log(`dist: ${Object.keys(result.metafile.outputs).length} files, ${(bytes / 1e6).toFixed(2)} MB`);
}
