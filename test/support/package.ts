import { createHash } from 'node:crypto';
import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, readdir, readFile, rename, rm, stat, symlink, utimes } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);
const REPOSITORY = fileURLToPath(new URL('../..', import.meta.url));
const PARTS = ['package.json', 'tsconfig.json', 'scripts', 'src', 'charts', 'terraform', 'presets', 'schema', 'LICENSE', 'THIRD_PARTY_LICENSES.txt', 'README.md'];
const STAGES = join(tmpdir(), 'ionos-tenants-test-stages');
/** No test run takes so long. */
const KEPT_MS = 2 * 3600 * 1000;

const sourceDigest = async (): Promise<string> => {
  const hash = createHash('sha256');
  for (const part of PARTS) {
    const path = join(REPOSITORY, part);
    const info = await stat(path).catch(() => undefined);
    if (!info) continue;
    const entries = info.isDirectory() ? await readdir(path, { recursive: true, withFileTypes: true }) : [];
    const files = info.isDirectory() ? entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name)) : [path];
    for (const file of files.sort()) hash.update(file).update(await readFile(file).catch(() => ''));
  }
  return hash.digest('hex').slice(0, 16);
};

/**
 * The package as it would be published, built from the present source in a folder of its own: no test depends on a `dist` that
 * somebody else is building, and tests that run at the same time share one build.
 */
export const builtPackage = async (): Promise<string> => {
  await mkdir(STAGES, { recursive: true, mode: 0o700 });
  for (const name of await readdir(STAGES)) {
    const info = await stat(join(STAGES, name)).catch(() => undefined);
    // A build that is in use has been touched when its run began.
    if (info && Date.now() - info.mtimeMs > KEPT_MS) await rm(join(STAGES, name), { recursive: true, force: true });
  }
  const stage = join(STAGES, await sourceDigest());
  if (await stat(stage).catch(() => undefined)) {
    await utimes(stage, new Date(), new Date());
    return stage;
  }
  const work = await mkdtemp(join(STAGES, 'build-'));
  for (const part of PARTS) await cp(join(REPOSITORY, part), join(work, part), { recursive: true }).catch((error: NodeJS.ErrnoException) => error.code === 'ENOENT' || Promise.reject(error));
  await symlink(join(REPOSITORY, 'node_modules'), join(work, 'node_modules'));
  await run(process.execPath, ['scripts/build.mjs', '--quiet'], { cwd: work });
  // Another worker may have been faster: then its build is as good.
  await rename(work, stage).catch(() => rm(work, { recursive: true, force: true }));
  return stage;
};

let built: Promise<string> | undefined;
/** {@link builtPackage}, once for each test file. */
export const thePackage = (): Promise<string> => (built ??= builtPackage());
