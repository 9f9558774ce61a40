import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmod, mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ensureTool, ensureTools, type EnsureOptions } from '../../src/toolchain/ensure.js';
import { findTool } from '../../src/toolchain/find.js';
import { compareVersions, HELM, isAccepted, TERRAFORM as PINNED, type ToolPin } from '../../src/toolchain/tools.js';
import { temporaryFolder } from '../support/folder.js';
import { testServer } from '../support/http.js';

/** A release whose checksum we do not carry: the vendor's own checksum file decides. */
const TERRAFORM: ToolPin = { ...PINNED, version: '1.11.99' };

const ARCHITECTURE = { x64: 'amd64', arm64: 'arm64' }[process.arch as 'x64' | 'arm64'];
const TARGET = `${process.platform}_${ARCHITECTURE}`;

const says = (version: string): string => `#!/bin/sh\necho '{"terraform_version":"${version}"}'\n`;
const helmSays = (version: string): string => `#!/bin/sh\necho 'v${version}'\n`;

const script = async (folder: string, name: string, content: string): Promise<string> => {
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, name), content);
  await chmod(join(folder, name), 0o755);
  return join(folder, name);
};

interface Bed {
  folder: string;
  cache: string;
  told: string[];
  options: (env?: Record<string, string>) => EnsureOptions;
}

/** A machine whose PATH has nothing but a shell's own tools, in one folder. */
const machine = async (): Promise<Bed> => {
  const folder = await temporaryFolder();
  const cache = join(folder, 'cache');
  const told: string[] = [];
  return { folder, cache, told, options: (env = {}) => ({ env: { PATH: join(folder, 'bin'), HOME: folder, ...env }, cacheDir: cache, progress: (message) => told.push(message) }) };
};

const filesBelow = async (folder: string): Promise<string[]> => (await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => [])).filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1)).sort();

/** A release server as HashiCorp's is, with one terraform in it. */
const terraformMirror = async (options: { content?: string; sum?: string; store?: boolean; pin?: ToolPin } = {}) => {
  const { version } = options.pin ?? TERRAFORM;
  const folder = await temporaryFolder();
  await script(folder, 'terraform', options.content ?? says(version));
  await writeFile(join(folder, 'LICENSE.txt'), 'licence');
  execFileSync('zip', ['-q', ...(options.store ? ['-0'] : []), 'release.zip', 'LICENSE.txt', 'terraform'], { cwd: folder });
  const archive = await readFile(join(folder, 'release.zip'));
  const file = `terraform_${version}_${TARGET}.zip`;
  const sum = options.sum ?? createHash('sha256').update(archive).digest('hex');
  return testServer((request, response) => {
    if (request.url === `/${version}/${file}`) response.writeHead(200, { 'content-length': archive.length }).end(archive);
    else if (request.url === `/${version}/terraform_${version}_SHA256SUMS`) response.end(`${'0'.repeat(64)}  terraform_${version}_plan9_mips.zip\n${sum}  ${file}\n`);
    else response.writeHead(404).end();
  });
};

describe('a tool that is there', () => {
  it('on PATH is used, and nothing is asked of anybody', async () => {
    const bed = await machine();
    const path = await script(join(bed.folder, 'bin'), 'terraform', says('1.12.0'));
    expect(await ensureTool(TERRAFORM, bed.options())).toEqual({ version: '1.12.0', path });
    expect(await filesBelow(bed.cache)).toEqual([]);
  });

  it('on PATH is passed over when it is too old, and the next one is taken', async () => {
    const bed = await machine();
    const old = await script(join(bed.folder, 'old'), 'terraform', says('1.5.7'));
    const path = await script(join(bed.folder, 'bin'), 'terraform', says('1.11.0'));
    const search = await findTool(TERRAFORM, { PATH: `${join(bed.folder, 'old')}:${join(bed.folder, 'bin')}` }, bed.cache);
    expect(search).toEqual({ found: { version: '1.11.0', path, source: 'path' }, refused: [{ path: old, version: '1.5.7' }] });
  });

  it('in the cache is used when PATH has none that fits', async () => {
    const bed = await machine();
    await script(join(bed.folder, 'bin'), 'helm', helmSays('2.17.0'));
    const path = await script(join(bed.cache, 'tools/helm', HELM.version), 'helm', helmSays(HELM.version));
    expect(await ensureTool(HELM, bed.options())).toEqual({ version: HELM.version, path });
  });

  it('that warns before it answers, or is a wrapper, is understood', async () => {
    const bed = await machine();
    await script(join(bed.folder, 'bin'), 'terraform', `#!/bin/sh\necho 'Warning: unable to open CLI configuration file'\necho '{"terraform_version":"1.11.4","platform":"x"}'\n`);
    expect((await findTool(TERRAFORM, bed.options().env, bed.cache)).found?.version).toBe('1.11.4');
  });

  it('that cannot be executed, or crashes, is not there', async () => {
    const bed = await machine();
    await script(join(bed.folder, 'bin'), 'terraform', '#!/bin/sh\nexit 1\n');
    const search = await findTool(TERRAFORM, bed.options().env, bed.cache);
    expect(search.found).toBeUndefined();
    expect(search.refused).toEqual([{ path: join(bed.folder, 'bin/terraform'), version: 'unknown' }]);
    await chmod(join(bed.folder, 'bin/terraform'), 0o644);
    expect(await findTool(TERRAFORM, bed.options().env, bed.cache)).toEqual({ refused: [] });
  });
});

describe('a tool that has to be downloaded', () => {
  it.each([false, true])('comes from the mirror, verified, into the cache and nowhere else (archive without compression: %s)', async (store) => {
    const bed = await machine();
    const mirror = await terraformMirror({ store });
    const tool = await ensureTool(TERRAFORM, bed.options({ IONOS_TENANTS_TERRAFORM_MIRROR: mirror.url }));
    expect(tool).toEqual({ version: TERRAFORM.version, path: join(bed.cache, 'tools/terraform', TERRAFORM.version, 'terraform') });
    expect(await filesBelow(bed.folder)).toEqual([`cache/tools/terraform/${TERRAFORM.version}/terraform`]);
    expect((await stat(tool.path)).mode & 0o111).toBe(0o111);
    expect(bed.told.at(0)).toContain(`downloading terraform ${TERRAFORM.version}`);
    expect(bed.told.at(-1)).toMatch(/\d+ of \d+ MB/);
  });

  it('is found in the cache the next time, without any request', async () => {
    const bed = await machine();
    const mirror = await terraformMirror();
    await ensureTool(TERRAFORM, bed.options({ IONOS_TENANTS_TERRAFORM_MIRROR: mirror.url }));
    const asked = mirror.asked.length;
    await ensureTool(TERRAFORM, bed.options({ IONOS_TENANTS_TERRAFORM_MIRROR: mirror.url }));
    expect(mirror.asked).toHaveLength(asked);
  });

  it('is refused when its checksum is wrong, and nothing stays in the cache', async () => {
    const bed = await machine();
    const mirror = await terraformMirror({ sum: 'f'.repeat(64) });
    await expect(ensureTool(TERRAFORM, bed.options({ IONOS_TENANTS_TERRAFORM_MIRROR: mirror.url }))).rejects.toMatchObject({
      code: 'checksum-mismatch',
      why: expect.stringContaining('f'.repeat(64)) as string,
      next: [expect.stringContaining('Nothing was installed') as string, expect.stringContaining(`terraform ${TERRAFORM.version}`) as string],
    });
    expect(await filesBelow(bed.folder)).toEqual([]);
  });

  it('is refused when it is not the release that we pinned, whatever the mirror says about it', async () => {
    const bed = await machine();
    const mirror = await terraformMirror({ pin: PINNED });
    await expect(ensureTool(PINNED, bed.options({ IONOS_TENANTS_TERRAFORM_MIRROR: mirror.url }))).rejects.toMatchObject({ code: 'checksum-mismatch' });
    expect(await filesBelow(bed.folder)).toEqual([]);
  });

  it('is refused when the checksum file does not name it', async () => {
    const bed = await machine();
    const mirror = await terraformMirror({ sum: 'nonsense' });
    await expect(ensureTool(TERRAFORM, bed.options({ IONOS_TENANTS_TERRAFORM_MIRROR: mirror.url }))).rejects.toMatchObject({ code: 'tool-missing', why: expect.stringContaining('no checksum') as string });
    expect(await filesBelow(bed.folder)).toEqual([]);
  });

  it('is refused when what was downloaded does not run, and says what to remove', async () => {
    const bed = await machine();
    const mirror = await terraformMirror({ content: '#!/bin/sh\nexit 3\n' });
    const path = join(bed.cache, 'tools/terraform', TERRAFORM.version, 'terraform');
    await expect(ensureTool(TERRAFORM, bed.options({ IONOS_TENANTS_TERRAFORM_MIRROR: mirror.url }))).rejects.toMatchObject({ code: 'tool-broken', next: [expect.stringContaining(path) as string] });
  });

  it('can be interrupted, and nothing stays in the cache', async () => {
    const bed = await machine();
    const stop = new AbortController();
    const mirror = await testServer((_request, response) => {
      response.writeHead(200).write('0');
      setImmediate(() => stop.abort(new Error('interrupted')));
    });
    await expect(ensureTool(TERRAFORM, { ...bed.options({ IONOS_TENANTS_TERRAFORM_MIRROR: mirror.url }), signal: stop.signal })).rejects.toThrow('interrupted');
    expect(await filesBelow(bed.folder)).toEqual([]);
  });

  it('of helm is a tarball', async () => {
    const bed = await machine();
    const source = await temporaryFolder();
    const platform = `${process.platform}-${ARCHITECTURE}`;
    await script(join(source, platform), 'helm', helmSays(HELM.version));
    execFileSync('tar', ['-czf', 'helm.tar.gz', platform], { cwd: source });
    const archive = await readFile(join(source, 'helm.tar.gz'));
    const file = `helm-v${HELM.version}-${platform}.tar.gz`;
    const mirror = await testServer((request, response) => {
      if (request.url === `/${file}`) response.end(archive);
      else if (request.url === `/${file}.sha256sum`) response.end(`${createHash('sha256').update(archive).digest('hex')}  ${file}\n`);
      else response.writeHead(404).end();
    });
    const env = { PATH: '/usr/bin:/bin', IONOS_TENANTS_HELM_MIRROR: mirror.url };
    expect(await ensureTool(HELM, bed.options(env))).toEqual({ version: HELM.version, path: join(bed.cache, 'tools/helm', HELM.version, 'helm') });
  });
});

describe('helm, where the download cannot be had', () => {
  const nothing = () => testServer((_request, response) => response.writeHead(404).end());

  it('is built with Go, into the cache, with its progress', async () => {
    const bed = await machine();
    const mirror = await nothing();
    await script(
      join(bed.folder, 'bin'),
      'go',
      `#!/bin/sh\necho "go: downloading helm.sh/helm/v4 v${HELM.version}" >&2\nfor each in 1 2 3; do echo "package/$each" >&2; done\n/bin/printf '%s\\n' "$@" >"$HOME/arguments"\n/bin/cat >"$GOBIN/helm" <<'END'\n${helmSays(HELM.version)}END\n/bin/chmod 755 "$GOBIN/helm"\n`,
    );
    const tool = await ensureTool(HELM, bed.options({ IONOS_TENANTS_HELM_MIRROR: mirror.url }));
    expect(tool).toEqual({ version: HELM.version, path: join(bed.cache, 'tools/helm', HELM.version, 'helm') });
    expect(bed.told).toEqual(expect.arrayContaining([`building helm ${HELM.version} with Go`, `helm ${HELM.version}: downloading helm.sh/helm/v4`, expect.stringMatching(/with Go: \d+ %$/)]) as string[]);
    expect(await readFile(join(bed.folder, 'arguments'), 'utf8')).toContain(`helm.sh/helm/v4/cmd/helm@v${HELM.version}`);
    expect(await filesBelow(bed.cache)).toEqual([`tools/helm/${HELM.version}/helm`]);
  });

  it('and Go fails, the error has both reasons, and nothing stays in the cache', async () => {
    const bed = await machine();
    const mirror = await nothing();
    await script(join(bed.folder, 'bin'), 'go', '#!/bin/sh\necho "go: module lookup disabled" >&2\nexit 1\n');
    const error = await ensureTool(HELM, bed.options({ IONOS_TENANTS_HELM_MIRROR: mirror.url })).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'tool-missing', why: expect.stringMatching(/404.*module lookup disabled/s) as string });
    expect(await filesBelow(bed.cache)).toEqual([]);
  });

  it('and Go is not there, the error says what to install', async () => {
    const bed = await machine();
    const mirror = await nothing();
    await expect(ensureTool(HELM, bed.options({ IONOS_TENANTS_HELM_MIRROR: mirror.url }))).rejects.toMatchObject({
      code: 'tool-missing',
      what: 'helm is not on this machine',
      why: expect.stringMatching(/404.*Go is not there/s) as string,
      next: [`Install helm ${HELM.version} and put it on PATH, then run the same command again.`],
      exitCode: 1,
    });
  });
});

describe('what cannot be used', () => {
  it('is named with its version, beside what is needed', async () => {
    const bed = await machine();
    const path = await script(join(bed.folder, 'bin'), 'terraform', says('1.5.7'));
    await expect(ensureTool(TERRAFORM, bed.options({ IONOS_TENANTS_NO_INSTALL: '1' }))).rejects.toMatchObject({
      code: 'tool-version',
      what: expect.stringContaining(`${path} is 1.5.7`) as string,
      why: expect.stringContaining(TERRAFORM.minimum) as string,
    });
  });

  it('is named together with the others, so that all can be brought in one go', async () => {
    const bed = await machine();
    await expect(ensureTools([TERRAFORM, HELM], bed.options({ IONOS_TENANTS_NO_INSTALL: '1' }))).rejects.toMatchObject({
      code: 'tool-missing',
      what: 'terraform is not on this machine, and helm is not on this machine',
      next: [expect.stringContaining(`Install terraform ${TERRAFORM.version}`) as string, expect.stringContaining(`Install helm ${HELM.version}`) as string],
    });
  });
});

describe('versions', () => {
  it.each([
    ['1.11.4', '1.11.4', 0],
    ['v1.11.4', '1.11.4', 0],
    ['1.9.9', '1.11.0', -1],
    ['1.12', '1.11.9', 1],
    ['2.0.0-beta1', '2.0.0', 0],
    ['3.22.0+g1a2b3c', '3.22.0', 0],
  ])('%s against %s', (a, b, expected) => {
    expect(Math.sign(compareVersions(a, b))).toBe(expected);
  });

  it.each([
    ['1.10.5', false],
    ['1.11.0', true],
    ['1.99.0', true],
    ['2.0.0', false],
  ])('terraform %s is accepted: %s', (version, accepted) => {
    expect(isAccepted(TERRAFORM, version)).toBe(accepted);
  });

  it.each([
    ['3.12.3', false],
    ['3.13.0', true],
    ['4.3.1', true],
    ['5.0.0', false],
  ])('helm %s is accepted: %s', (version, accepted) => {
    expect(isAccepted(HELM, version)).toBe(accepted);
  });
});
