// Tools for the tests, built from Go modules into the product's cache, once for each version.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, renameSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { cached, once } from './cache.mjs';

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

/** The same for every tool, so that what they have in common is compiled once. The compiler takes more memory and clears it up less often: a tenth less time. */
const SETTINGS = { CGO_ENABLED: '0', GOFLAGS: '-mod=readonly -trimpath -buildvcs=false -gcflags=all=-dwarf=false', GOGC: '400' };

/** Builds what is missing of these tools, one after the other, and says so. @returns whether all of them are there */
export const provide = async (tools) => {
  let all = true;
  for (const tool of tools) {
    const title = `${tool.name} ${tool.version}`;
    await once(pathOf(tool), title, (file) => build(tool, file)).catch((error) => {
      console.error(`${title}: not built (${error.message})`);
      all = false;
    });
  }
  return all;
};

const build = ({ name, version, flags, module, folder, target }, file) => {
  const [args, cwd, more] =
    folder === undefined ? [['install', ...flags, `${module}@v${version}`], dirname(file), { GOBIN: dirname(file) }] : [['build', '-o', file, ...flags, target], folder, {}];
  const { status, error } = spawnSync('go', args, { cwd, stdio: ['ignore', 'inherit', 'inherit'], env: { ...process.env, ...SETTINGS, ...more } });
  if (status !== 0) throw new Error(`go ${args[0]}: ${error?.message ?? `exit code ${status}`}`);
  if (folder === undefined) renameSync(join(dirname(file), name), file);
};
