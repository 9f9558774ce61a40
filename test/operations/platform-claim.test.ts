import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { hostname, userInfo } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { markOf } from '../../src/engine/living-process.js';
import type { RunContext } from '../../src/operations/context.js';
import { claimPlatform, isUnfinished, refuseWhileClaimed, releasePlatform } from '../../src/operations/platform-claim.js';
import { platformStatePath } from '../../src/operations/platform-state.js';
import { temporaryFolder } from '../support/folder.js';

const machine = async () => {
  const context = { paths: { state: await temporaryFolder() } } as unknown as RunContext;
  const state = platformStatePath(context, 'main');
  await mkdir(dirname(state), { recursive: true });
  return { context, file: join(dirname(state), 'being-made.json'), makeState: () => writeFile(state, '{"version":4}') };
};

const otherProcess = async (): Promise<number> => {
  const child = spawn('sleep', ['1000']);
  onTestFinished(() => void child.kill('SIGKILL'));
  await once(child, 'spawn');
  return child.pid ?? 0;
};

describe('a platform that is made from this machine', () => {
  it('belongs to who makes it, until it is whole', async () => {
    const { context, file, makeState } = await machine();
    expect(await isUnfinished(context, 'main')).toBe(false);
    await claimPlatform(context, 'main');
    expect(JSON.parse(await readFile(file, 'utf8'))).toMatchObject({ pid: process.pid, by: `${userInfo().username}@${hostname()} pid ${process.pid} create` });
    // A second try of the same process, after a failure.
    await claimPlatform(context, 'main');
    // Nothing has been made yet.
    expect(await isUnfinished(context, 'main')).toBe(false);
    await makeState();
    expect(await isUnfinished(context, 'main')).toBe(true);
    await releasePlatform(context, 'main');
    expect(await isUnfinished(context, 'main')).toBe(false);
  });

  it('is refused to others while that process lives, with who, since when and from where', async () => {
    const { context, file } = await machine();
    const since = '2026-01-02T03:04:05.000Z';
    const text = JSON.stringify({ ...markOf(await otherProcess()), by: 'anna@here pid 7 create', since });
    await writeFile(file, text);
    const busy = { code: 'busy', what: 'another operation makes platform main', why: `anna@here pid 7 create, since ${since}`, exitCode: 1 };
    await expect(refuseWhileClaimed(context, 'main')).rejects.toMatchObject(busy);
    await expect(claimPlatform(context, 'main')).rejects.toMatchObject(busy);
    expect(await readFile(file, 'utf8')).toBe(text);
    await refuseWhileClaimed(context, 'other');
  });

  it('is taken over from a process that is gone', async () => {
    const { context, file, makeState } = await machine();
    await writeFile(file, JSON.stringify({ pid: process.ppid, began: '1', by: 'anna@here pid 7 create', since: '' }));
    await makeState();
    expect(await isUnfinished(context, 'main')).toBe(true);
    await claimPlatform(context, 'main');
    expect(JSON.parse(await readFile(file, 'utf8'))).toMatchObject({ pid: process.pid });
  });
});
