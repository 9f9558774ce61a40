import { mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { RunContext } from '../../src/operations/context.js';
import { fetchPlatformState, platformStatePath, savePlatformState } from '../../src/operations/platform-state.js';
import { temporaryFolder } from '../support/folder.js';
import { openClient } from '../support/kubernetes.js';

/** A laptop: all that the platform's state needs of a run is where to keep it. */
const laptop = async () => {
  const context = { paths: { state: await temporaryFolder() } } as unknown as RunContext;
  const path = platformStatePath(context, 'main');
  return {
    context,
    path,
    write: async (serial: number, text = ''): Promise<string> => {
      const state = JSON.stringify({ version: 4, serial, text });
      await mkdir(dirname(path), { recursive: true });
      await writeFile(path, state);
      return state;
    },
  };
};

describe("the platform's state", () => {
  it('comes back from the cluster on another laptop, for its owner only', async () => {
    const { client } = await openClient();
    const [mine, theirs] = [await laptop(), await laptop()];
    const state = await mine.write(3, 'x'.repeat(100_000));
    await savePlatformState(mine.context, client, 'main');
    expect(await fetchPlatformState(theirs.context, client, 'main')).toBe(true);
    expect(await readFile(theirs.path, 'utf8')).toBe(state);
    expect((await stat(theirs.path)).mode & 0o777).toBe(0o600);
  });

  it('is taken from the cluster only where that is newer', async () => {
    const { client } = await openClient();
    const [mine, theirs] = [await laptop(), await laptop()];
    await mine.write(3);
    await savePlatformState(mine.context, client, 'main');
    for (const serial of [3, 4]) {
      const own = await theirs.write(serial, 'own');
      expect(await fetchPlatformState(theirs.context, client, 'main')).toBe(false);
      expect(await readFile(theirs.path, 'utf8')).toBe(own);
    }
    await theirs.write(2, 'old');
    expect(await fetchPlatformState(theirs.context, client, 'main')).toBe(true);
  });

  it('is written to the cluster only when it changed', async () => {
    const bed = await openClient();
    const mine = await laptop();
    await mine.write(3);
    await savePlatformState(mine.context, bed.client, 'main');
    const version = (): string | undefined => bed.cluster.store.get('Secret', 'ionos-tenants-system', 'platform-main-terraform-state').metadata.resourceVersion;
    const before = version();
    await savePlatformState(mine.context, bed.client, 'main');
    expect(version()).toBe(before);
    await mine.write(4);
    await savePlatformState(mine.context, bed.client, 'main');
    expect(version()).not.toBe(before);
  });

  it('never replaces a newer copy of somebody else', async () => {
    const { client } = await openClient();
    const [mine, theirs] = [await laptop(), await laptop()];
    await theirs.write(9, 'newer');
    await savePlatformState(theirs.context, client, 'main');
    await mine.write(3, 'older');
    await savePlatformState(mine.context, client, 'main');
    const third = await laptop();
    await fetchPlatformState(third.context, client, 'main');
    expect(await readFile(third.path, 'utf8')).toContain('newer');
  });

  it('is nothing where there is none', async () => {
    const { client } = await openClient();
    const mine = await laptop();
    await savePlatformState(mine.context, client, 'main');
    expect(await fetchPlatformState(mine.context, client, 'main')).toBe(false);
  });
});
