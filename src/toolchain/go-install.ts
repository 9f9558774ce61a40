import { execa } from 'execa';
import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { cachedToolPath } from './find.js';
import type { Progress } from './download.js';
import type { ToolPin } from './tools.js';

/** Packages that a cold build of helm 4 compiles, measured with Go 1.26; only the progress shown depends on it. */
const EXPECTED_PACKAGES = 1050;

/**
 * Builds helm from its Go module into our cache. Needs Go on PATH; the module proxy's checksum database verifies the source.
 * Takes minutes when cold, so each package that is downloaded or compiled is reported.
 */
export const goInstallHelm = async (
  pin: ToolPin,
  options: { cacheDir: string; env: Readonly<Record<string, string>>; progress: Progress; signal?: AbortSignal | undefined },
): Promise<string> => {
  const major = pin.version.split('.')[0];
  const destination = cachedToolPath(options.cacheDir, pin);
  await mkdir(dirname(destination), { recursive: true });
  const work = await mkdtemp(join(dirname(destination), 'build-'));
  try {
    const build = execa(
      'go',
      ['install', '-v', '-ldflags', `-s -w -X helm.sh/helm/v${major}/internal/version.version=v${pin.version}`, `helm.sh/helm/v${major}/cmd/helm@v${pin.version}`],
      {
        // Without C, as helm's own releases are, and without what only a debugger reads: it compiles faster.
        env: { ...options.env, GOBIN: work, CGO_ENABLED: '0', GOFLAGS: '-mod=mod -trimpath -buildvcs=false -gcflags=all=-dwarf=false' },
        extendEnv: false,
        stdin: 'ignore',
        buffer: false,
        reject: false,
        ...(options.signal ? { cancelSignal: options.signal } : {}),
      },
    );
    let compiled = 0;
    let lastError = '';
    for await (const line of build.iterable({ from: 'stderr' })) {
      lastError = line;
      if (line.startsWith('go: downloading')) options.progress(`helm ${pin.version}: downloading ${line.split(' ')[2] ?? ''}`);
      else {
        compiled += 1;
        const percent = Math.min(99, Math.round((100 * compiled) / EXPECTED_PACKAGES));
        options.progress(`building helm ${pin.version} with Go: ${percent} %`);
      }
    }
    const outcome = await build;
    if (outcome instanceof Error && outcome.code === 'ENOENT') throw outcome as Error;
    // What Go said last is the reason; the command line is not.
    if (outcome.failed) throw new Error(lastError === '' ? 'it said nothing' : lastError);
    await rename(join(work, 'helm'), destination);
    return destination;
  } finally {
    await rm(work, { recursive: true, force: true });
  }
};
