#!/usr/bin/env node
// Writes the published JSON Schemas from the zod schemas; with --check it only compares and fails if they differ.
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = fileURLToPath(new URL('..', import.meta.url));
const check = process.argv.includes('--check');

const { outputFiles } = await build({
  entryPoints: [`${root}/src/tenant/json-schema.ts`],
  bundle: true,
  write: false,
  format: 'esm',
  platform: 'neutral',
  mainFields: ['module', 'main'],
  logLevel: 'error',
});
const code = Buffer.from(outputFiles[0].contents).toString('base64');
const { publishedSchemas } = await import(`data:text/javascript;base64,${code}`);

await mkdir(`${root}/schema`, { recursive: true });
let stale = false;
for (const { file, schema } of publishedSchemas()) {
  const path = `${root}/schema/${file}`;
  const text = `${JSON.stringify(schema, null, 2)}\n`;
  const current = await readFile(path, 'utf8').catch(() => '');
  if (current === text) continue;
  if (check) {
    stale = true;
    process.stderr.write(`schema/${file} is not current; run: node scripts/write-schema.mjs\n`);
  } else {
    await writeFile(path, text);
    process.stdout.write(`schema/${file} written\n`);
  }
}
process.exitCode = stale ? 1 : 0;
