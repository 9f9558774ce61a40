// `npm run test:cloud`: the whole life of a platform with two tenants in a real IONOS account. Costs money, asks first, always removes
// what it made. `-- --rehearse` does the same in the sandbox; `-- --clean-up` removes what an earlier run left; `-- --cost` only counts.
// Not a test runner's job: it must survive signals and tear down, so the suite is one program, test/cloud/main.ts.
import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import { root } from './steps.mjs';

// Inside the repository, so that packages are found; one file for each run, because another run may be reading its own.
const folder = join(root, 'node_modules/.cache/test-cloud');
mkdirSync(folder, { recursive: true });
const outfile = join(folder, `main-${process.pid}.mjs`);
await build({ entryPoints: [join(root, 'test/cloud/main.ts')], outfile, bundle: true, packages: 'external', platform: 'node', format: 'esm', target: 'node20', logLevel: 'error' });
// What is tried is what the present source says, unless somebody brings a build of it.
if (process.env.CLOUD_TEST_ROOT === undefined) execFileSync(process.execPath, [join(root, 'scripts/build.mjs'), '--quiet'], { cwd: root, stdio: 'inherit' });
process.env.CLOUD_TEST_ROOT ??= root;
process.argv[1] = outfile;
process.on('exit', () => rmSync(outfile, { force: true }));
await import(outfile);
