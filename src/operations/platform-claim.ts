import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { InstallerError } from '../engine/errors.js';
import { markOf, processIsAlive, type ProcessMark } from '../engine/living-process.js';
import type { RunContext } from './context.js';
import { operator } from './history-entry.js';
import { platformStatePath } from './platform-state.js';

/** Who makes a platform from this machine. There is no cluster yet that could hold a Lease, and the platform's state is a file here. */
interface Claim extends ProcessMark {
  /** `<user>@<host> pid <pid> create`. */
  by: string;
  since: string;
}

const claimPath = (context: RunContext, platform: string): string => join(dirname(platformStatePath(context, platform)), 'being-made.json');

const readClaim = (path: string): Promise<Claim | undefined> =>
  readFile(path, 'utf8').then(
    (text) => JSON.parse(text) as Claim,
    () => undefined,
  );

/** Throws InstallerError `busy` while another process on this machine makes the platform. */
export const refuseWhileClaimed = async (context: RunContext, platform: string): Promise<void> => {
  const claim = await readClaim(claimPath(context, platform));
  if (!claim || claim.pid === process.pid || !processIsAlive(claim)) return;
  throw new InstallerError({
    code: 'busy',
    what: `another operation makes platform ${platform}`,
    why: `${claim.by}, since ${claim.since}`,
    next: ['Wait until it has finished, then run the same command again.', 'Nothing was changed.'],
  });
};

/** Claims the platform until {@link releasePlatform}. Throws InstallerError `busy`. */
export const claimPlatform = async (context: RunContext, platform: string): Promise<void> => {
  const path = claimPath(context, platform);
  const claim: Claim = { ...markOf(process.pid), by: `${operator()} pid ${process.pid} create`, since: new Date().toISOString() };
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  for (;;) {
    try {
      return await writeFile(path, JSON.stringify(claim), { mode: 0o600, flag: 'wx' });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
    await refuseWhileClaimed(context, platform);
    await rm(path, { force: true });
  }
};

/** The platform is whole, and its state is kept in its cluster. */
export const releasePlatform = (context: RunContext, platform: string): Promise<void> => rm(claimPath(context, platform), { force: true });

/** Whether somebody began to make the platform on this machine and did not come to the end, whatever the cloud says. */
export const isUnfinished = async (context: RunContext, platform: string): Promise<boolean> =>
  (await readClaim(claimPath(context, platform))) !== undefined &&
  (await readFile(platformStatePath(context, platform), 'utf8').then(
    () => true,
    () => false,
  ));
