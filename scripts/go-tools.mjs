// Tools for the tests, built from Go modules into the product's cache, once for each version.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { cached } from './cache.mjs';

/**
 * A tool is `{ name, version, flags }` and either `module`, the package that `go install` takes at that version, or `folder`, a Go
 * module of ours that pins it (for what `go install` refuses, because its module has replace directives), and `target`, the package
 * in it. A change of that module is another tool: its files are part of the place in the cache.
 */
export const pathOf = ({ name, version, folder }) => cached('tools', name, folder === undefined ? version : `${version}-${digestOf(folder)}`, name);

const digestOf = (folder) => {
  const hash = createHash('sha256');
  for (const file of ['go.mod', 'go.sum', 'main.go']) {
    if (existsSync(join(folder, file))) hash.update(file).update(readFileSync(join(folder, file)));
  }
  return hash.digest('hex').slice(0, 12);
};

/** Builds a tool unless it is cached, and says so. Returns whether it is there. */
export const provide = (tool) => {
  const destination = pathOf(tool);
  const title = `${tool.name} ${tool.version}`;
  if (existsSync(destination)) {
    console.log(`${title}: cached`);
    return true;
  }
  console.log(`${title}: building from its Go module (some minutes, once)`);
  mkdirSync(dirname(destination), { recursive: true });
  const work = mkdtempSync(join(dirname(destination), 'build-'));
  const started = Date.now();
  try {
    const [args, settings] =
      tool.folder === undefined
        ? [['install', ...tool.flags, `${tool.module}@v${tool.version}`], { env: { ...process.env, GOBIN: work, ...(tool.static ? { CGO_ENABLED: '0' } : {}) } }]
        : [['build', '-o', join(work, tool.name), ...tool.flags, tool.target], { cwd: tool.folder, env: { ...process.env, CGO_ENABLED: '0', GOFLAGS: '-mod=readonly -trimpath -buildvcs=false' } }];
    const { status, error } = spawnSync('go', args, { stdio: ['ignore', 'inherit', 'inherit'], ...settings });
    if (status !== 0) {
      console.error(`${title}: not built (go ${args[0]}: ${error?.message ?? `exit code ${status}`})`);
      return false;
    }
    renameSync(join(work, tool.name), destination);
    console.log(`${title}: built in ${Math.round((Date.now() - started) / 1000)} s, ${Math.round(statSync(destination).size / 1e6)} MB`);
    return true;
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
};
