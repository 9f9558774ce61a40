import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmod, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { newOperator } from '../support/cli.js';
import { nodeBinary, OTHER_NODES } from '../support/node-versions.js';
import { builtPackage } from '../support/package.js';

const run = promisify(execFile);

let folder: string;
/** The unpacked package, which nobody can write to. */
let root: string;
let tarball: { filename: string; size: number; files: { path: string; mode: number }[] };
let main: string;

const everyFolder = async (path: string, mode: number): Promise<void> => {
  for (const entry of await readdir(path, { recursive: true, withFileTypes: true })) if (entry.isDirectory()) await chmod(join(entry.parentPath, entry.name), mode);
  await chmod(path, mode);
};

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'packed-'));
  const { stdout } = await run('npm', ['pack', '--json', '--ignore-scripts', '--pack-destination', folder], { cwd: await builtPackage(), maxBuffer: 1e8 });
  [tarball] = JSON.parse(stdout.slice(stdout.indexOf('['))) as [typeof tarball];
  await run('tar', ['-xzf', join(folder, tarball.filename), '-C', folder]);
  root = join(folder, 'package');
  main = join(root, 'dist/main.js');
  for (const { path } of tarball.files) await chmod(join(root, path), path === 'dist/main.js' ? 0o555 : 0o444);
  await everyFolder(root, 0o555);
});
afterAll(async () => {
  await everyFolder(root, 0o755);
  await rm(folder, { recursive: true, force: true });
});

const fingerprint = async (): Promise<string> => {
  const hash = createHash('sha256');
  for (const entry of (await readdir(root, { recursive: true, withFileTypes: true })).filter((each) => each.isFile()).map((each) => join(each.parentPath, each.name)).sort()) hash.update(entry).update(await readFile(entry));
  return hash.digest('hex');
};

/** What may be in the package; everything else is a leak of the folder that it was packed in. */
const ALLOWED = [
  /^package\.json$/,
  /^(LICENSE|README\.md|THIRD_PARTY_LICENSES\.txt)$/,
  /^dist\/(main|chunk-[A-Z0-9]+|[a-z-]+-[A-Z0-9]{8})\.js$/,
  /^dist\/meta\.json$/,
  /^dist\/[a-z-]+(-[A-Z0-9]{8})?\.(json|ndjson|gz)$/,
  /^presets\/recordings\/[a-z-]+\.ndjson$/,
  /^charts\/images\.yaml$/,
  /^presets\/(prices|(tenants|platforms)\/[a-z]+)\.yaml$/,
  /^schema\/[a-z]+\.schema\.json$/,
  /^(charts|terraform)\/README\.md$/,
  /^terraform\/(platform|tenant|modules\/[a-z-]+)\/(README\.md|(main|outputs|variables|versions|[a-z-]+)\.tf)$/,
  /^terraform\/(platform|tenant|modules\/[a-z-]+)\/examples\/[a-z./-]+$/,
  /^charts\/[a-z-]+\/(Chart\.yaml|README\.md|values\.yaml|values\.schema\.json|\.helmignore|LICENSE)$/,
  /^charts\/[a-z-]+\/(templates|files)\/[\w./-]+$/,
];

describe('the packed list', () => {
  it('has what is needed, and nothing else', () => {
    const paths = tarball.files.map(({ path }) => path);
    expect(paths.filter((path) => !ALLOWED.some((pattern) => pattern.test(path)))).toEqual([]);
    expect(paths).toEqual(expect.arrayContaining(['dist/main.js', 'package.json', 'LICENSE', 'README.md', 'THIRD_PARTY_LICENSES.txt', 'schema/tenant.schema.json', 'presets/prices.yaml', 'terraform/tenant/main.tf', 'terraform/platform/main.tf', 'terraform/modules/ip-address/main.tf', 'charts/wordpress/Chart.yaml', 'charts/tenant/values.schema.json']));
  });

  it('has no state, no plan, no test, no source map and no key', () => {
    const paths = tarball.files.map(({ path }) => path).join('\n');
    // A chart's templates/tests are what `helm test` runs: its users' own.
    expect(paths).not.toMatch(/\.terraform\b|tfstate|tfplan|\.test\.|(?<!\/templates)\/tests?\/|\.map$|\.pem$|\.env/m);
  });

  it('has a program that can be executed', () => {
    expect((tarball.files.find(({ path }) => path === 'dist/main.js')?.mode ?? 0) & 0o111).toBe(0o111);
  });

  it('is below 10 MB with everything, and installs nothing besides', async () => {
    expect(tarball.size).toBeLessThan(10_000_000);
    const { dependencies } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as { dependencies?: object };
    expect(dependencies).toBeUndefined();
  });
});

describe('the packed command, from an empty folder', () => {
  it('onboards a tenant, and writes nothing into the package or the folder', async () => {
    const before = await fingerprint();
    const operator = await newOperator();
    onTestFinished(() => operator.close());
    const empty = await mkdtemp(join(folder, 'empty-'));
    const created = await operator.run(['create', 'acme', '--yes', '--sandbox', '--json'], { main, cwd: empty });
    expect(created.result).toMatchObject({ ok: true, changed: true, tenant: { http: { wordpress: 200, openwebui: 200 } } });
    expect(await readdir(empty)).toEqual([]);
    expect(await fingerprint()).toBe(before);
  });

  it.each(OTHER_NODES)('works on Node %s', async (version) => {
    const node = await nodeBinary(version);
    expect((await run(node, ['--version'])).stdout.trim()).toBe(`v${version}`);
    const operator = await newOperator();
    onTestFinished(() => operator.close());
    const options = { main, node };
    const told = await operator.run(['--version'], options);
    expect(told.stdout).toBe(`${(JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as { version: string }).version}\n`);
    expect((await operator.run(['--help'], options)).stdout).toMatch(/Usage: ionos-tenants/);
    const created = await operator.run(['create', 'acme', '--yes', '--sandbox', '--json'], options);
    expect(created.stderr).toBe('');
    expect(created.result).toMatchObject({ ok: true, changed: true, tenant: { http: { wordpress: 200, openwebui: 200 } } });
  });
});

describe('what is loaded', () => {
  /** Source files of ours and of packages that a command loads: which chunks node opened, and what was bundled into them. */
  const loadedBy = async (args: string[]): Promise<string[]> => {
    const hooks = join(folder, 'hooks.mjs');
    await writeFile(hooks, "import { appendFileSync } from 'node:fs';\nexport const load = (url, context, next) => { appendFileSync(process.env.LOADED, `${url}\\n`); return next(url, context); };\n");
    const register = join(folder, 'register.mjs');
    await writeFile(register, `import { register } from 'node:module';\nregister(${JSON.stringify(pathToFileURL(hooks).href)});\n`);
    const list = join(folder, `loaded-${args.join('-')}`);
    await run(process.execPath, ['--import', pathToFileURL(register).href, main, ...args], { env: { ...process.env, LOADED: list } });
    const { outputs } = JSON.parse(await readFile(join(await builtPackage(), 'dist/meta.json'), 'utf8')) as { outputs: Record<string, { inputs: Record<string, unknown> }> };
    const urls = (await readFile(list, 'utf8')).trim().split('\n');
    return urls.filter((url) => url.includes('/dist/')).flatMap((url) => Object.keys(outputs[url.slice(url.lastIndexOf('dist/'))]?.inputs ?? { [`unknown chunk ${url}`]: {} }));
  };
  const packagesOf = (inputs: string[]): string[] => [...new Set(inputs.flatMap((input) => /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(input)?.[1] ?? []))].sort();

  it.each([
    ['--version', []],
    ['--help', ['commander']],
    ['create --help', ['commander']],
  ])('by %s is no more than it needs: %j', async (line, packages) => {
    const inputs = await loadedBy(line.split(' '));
    expect(inputs.filter((input) => input.startsWith('unknown'))).toEqual([]);
    expect(inputs).toContain('src/main.ts');
    expect(packagesOf(inputs)).toEqual(packages);
  });

  it('by a command without a screen has nothing of ink or React', async () => {
    const packages = packagesOf(await loadedBy(['tools', '--json']));
    expect(packages.filter((name) => /^(ink|react.*|@ionos-cloud.*|@kubernetes.*)$/.test(name))).toEqual([]);
  });
});
