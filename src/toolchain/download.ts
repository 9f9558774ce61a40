import { execa } from 'execa';
import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { chmod, mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { InstallerError } from '../engine/errors.js';
import { checksumOf } from './checksums.js';
import { cachedToolPath } from './find.js';
import type { ToolPin } from './tools.js';
import { readZipMember } from './unzip.js';

export interface Progress {
  (message: string): void;
}

interface Release {
  archive: string;
  sums: string;
  /** The archive's name in the checksum file. */
  file: string;
  /** The binary's path inside the archive. */
  member: string;
}

const ARCHITECTURES: Record<string, string> = { x64: 'amd64', arm64: 'arm64' };

/** The official addresses. `base` replaces the vendor's host, for mirrors. */
const releaseOf = (pin: ToolPin, target: string, base: string | undefined): Release => {
  const [platform, architecture] = target.split('-');
  if (pin.name === 'terraform') {
    const host = base ?? 'https://releases.hashicorp.com/terraform';
    const file = `terraform_${pin.version}_${platform}_${architecture}.zip`;
    return { archive: `${host}/${pin.version}/${file}`, sums: `${host}/${pin.version}/terraform_${pin.version}_SHA256SUMS`, file, member: 'terraform' };
  }
  const host = base ?? 'https://get.helm.sh';
  const file = `helm-v${pin.version}-${platform}-${architecture}.tar.gz`;
  return { archive: `${host}/${file}`, sums: `${host}/${file}.sha256sum`, file, member: `${platform}-${architecture}/helm` };
};

const fetchOk = async (url: string, signal: AbortSignal | undefined): Promise<Response> => {
  const response = await fetch(url, signal ? { signal } : {});
  if (!response.ok || response.body === null) throw new Error(`${url} answered ${response.status}`);
  return response;
};

const expectedSum = async (pin: ToolPin, target: string, release: Release, signal: AbortSignal | undefined): Promise<string> => {
  const pinned = checksumOf(pin, target);
  if (pinned !== undefined) return pinned;
  const text = await (await fetchOk(release.sums, signal)).text();
  const line = text.split('\n').find((each) => each.trim().endsWith(release.file));
  const sum = line?.trim().split(/\s+/)[0];
  if (sum === undefined || !/^[0-9a-f]{64}$/.test(sum)) throw new Error(`no checksum for ${release.file} in ${release.sums}`);
  return sum;
};

/**
 * Downloads the pinned official release, verifies its checksum and puts the binary into our cache.
 * Nothing is written outside the cache. Errors: network failures as they come; a wrong checksum is an InstallerError.
 */
export const downloadTool = async (
  pin: ToolPin,
  options: { cacheDir: string; base?: string | undefined; progress: Progress; signal?: AbortSignal | undefined; env: Readonly<Record<string, string>> },
): Promise<string> => {
  const architecture = ARCHITECTURES[process.arch];
  if (architecture === undefined || !['linux', 'darwin'].includes(process.platform)) {
    throw new Error(`no official release of ${pin.name} is known for ${process.platform} on ${process.arch}`);
  }
  const target = `${process.platform}-${architecture}`;
  const release = releaseOf(pin, target, options.base);
  const destination = cachedToolPath(options.cacheDir, pin);
  await mkdir(dirname(destination), { recursive: true });
  const work = await mkdtemp(join(dirname(destination), 'download-'));
  try {
    const sum = await expectedSum(pin, target, release, options.signal);
    const response = await fetchOk(release.archive, options.signal);
    const total = Number(response.headers.get('content-length') ?? 0);
    let received = 0;
    const archive = join(work, release.file);
    const count = new Transform({
      transform(chunk: Buffer, _encoding, done) {
        received += chunk.length;
        const share = total > 0 ? ` of ${(total / 1e6).toFixed(0)} MB` : ' MB';
        options.progress(`downloading ${pin.name} ${pin.version}: ${(received / 1e6).toFixed(0)}${share}`);
        done(null, chunk);
      },
    });
    await pipeline(Readable.fromWeb(response.body as never), count, createWriteStream(archive, { mode: 0o600 }));
    const actual = createHash('sha256').update(await readFile(archive)).digest('hex');
    if (actual !== sum) {
      throw new InstallerError({
        code: 'checksum-mismatch',
        what: `the download of ${pin.name} ${pin.version} is not what was published`,
        why: `its SHA-256 is ${actual}, expected ${sum}`,
        next: ['Nothing was installed. Check the network (a proxy may replace downloads) and try again.', `Or install ${pin.name} ${pin.version} yourself and put it on PATH.`],
      });
    }
    const binary = join(work, release.member);
    if (archive.endsWith('.zip')) await writeFile(binary, readZipMember(await readFile(archive), release.member));
    else await execa('tar', ['-xzf', archive, '-C', work, release.member], { env: options.env, extendEnv: false });
    await chmod(binary, 0o755);
    await rename(binary, destination);
    return destination;
  } finally {
    await rm(work, { recursive: true, force: true });
  }
};
