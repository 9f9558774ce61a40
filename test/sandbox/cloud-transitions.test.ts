import { describe, expect, it } from 'vitest';
import { SandboxCloud } from '../../src/sandbox/cloud/index.js';
import type { CloudChange } from '../../src/sandbox/cloud/index.js';
import { buildPlatform, immediateCloud, poolInput } from '../support/cloud.js';
import { HeldClock } from '../support/provider.js';
import { parseFault } from '../../src/sandbox/faults/fault.js';

describe('what the cloud is still working on', () => {
  it('goes from BUSY to AVAILABLE and from DEPLOYING to ACTIVE', async () => {
    const cloud = immediateCloud();
    const block = cloud.ipBlocks.create({ location: 'de/txl', size: 1 });
    const cluster = cloud.clusters.create({ name: 'c' });
    expect([block.metadata.state, cluster.metadata.state]).toEqual(['BUSY', 'DEPLOYING']);
    await cloud.settled('ipBlocks', block.id);
    await cloud.settled('clusters', cluster.id);
    expect([cloud.ipBlocks.get(block.id).metadata.state, cloud.clusters.get(cluster.id).metadata.state]).toEqual(['AVAILABLE', 'ACTIVE']);
  });

  it('brings nodes up one after the other, and the pool with the last of them', async () => {
    const cloud = immediateCloud();
    const seen: string[] = [];
    cloud.onChange(({ kind, key }) => {
      if (kind !== 'nodePools') return;
      const pool = cloud.snapshot().nodePools[key];
      seen.push(`${pool?.metadata.state ?? 'gone'} ${pool?.nodes.filter(({ metadata }) => metadata.state === 'READY').length ?? 0}`);
    });
    await buildPlatform(cloud, { nodeCount: 3 });
    expect([...new Set(seen)]).toEqual(['DEPLOYING 0', 'DEPLOYING 1', 'DEPLOYING 2', 'ACTIVE 3']);
  });

  it('tells listeners what was created, changed and deleted, until they stop listening', async () => {
    const cloud = immediateCloud();
    const changes: CloudChange[] = [];
    const stop = cloud.onChange((change) => changes.push(change));
    const { id } = cloud.ipBlocks.create({ location: 'de/txl', size: 1 });
    await cloud.settled('ipBlocks', id);
    cloud.ipBlocks.delete(id);
    await cloud.settled('ipBlocks', id);
    expect(changes.every(({ kind, key }) => kind === 'ipBlocks' && key === id)).toBe(true);
    expect([changes[0]?.event, changes.at(-1)?.event]).toEqual(['created', 'deleted']);
    stop();
    const before = changes.length;
    cloud.ipBlocks.create({ location: 'de/txl', size: 1 });
    expect(changes).toHaveLength(before);
  });

  it('goes on when the one who waits gives up', async () => {
    const clock = new HeldClock();
    const cloud = new SandboxCloud({ clock });
    const { id } = cloud.clusters.create({ name: 'c' });
    const abort = new AbortController();
    const wait = cloud.settled('clusters', id, abort.signal);
    abort.abort(new Error('no patience'));
    await expect(wait).rejects.toThrow('no patience');
    expect(cloud.clusters.get(id).metadata.state).toBe('DEPLOYING');
    clock.release();
    await cloud.settled('clusters', id);
    expect(cloud.clusters.get(id).metadata.state).toBe('ACTIVE');
  });

  it('takes a delete while it is still creating', async () => {
    const clock = new HeldClock();
    const cloud = new SandboxCloud({ clock });
    const { id } = cloud.ipBlocks.create({ location: 'de/txl', size: 1 });
    cloud.ipBlocks.delete(id);
    clock.release();
    await cloud.settled('ipBlocks', id);
    expect(cloud.ipBlocks.list()).toEqual([]);
  });

  it('is in a snapshot, as plain JSON, and is finished by whoever restores it', async () => {
    const held = new SandboxCloud({ clock: new HeldClock() });
    const { id } = held.clusters.create({ name: 'c', k8sVersion: '1.34.4' });
    const snapshot = JSON.parse(JSON.stringify(held.snapshot())) as ReturnType<SandboxCloud['snapshot']>;
    expect(snapshot).toEqual(held.snapshot());

    const restored = immediateCloud();
    restored.restore(snapshot);
    await restored.settled('clusters', id);
    expect(restored.clusters.get(id).metadata.state).toBe('ACTIVE');
    expect(held.clusters.get(id).metadata.state).toBe('DEPLOYING');
  });

  it('is no longer worked on in the past of a restored cloud', async () => {
    const clock = new HeldClock();
    const cloud = new SandboxCloud({ clock });
    const empty = cloud.snapshot();
    cloud.ipBlocks.create({ location: 'de/txl', size: 1 });
    cloud.restore(empty);
    clock.release();
    await new Promise((resolve) => setImmediate(resolve));
    expect(cloud.ipBlocks.list()).toEqual([]);
  });

  it('ends FAILED when told to', async () => {
    const cloud = immediateCloud();
    const { datacenter, cluster } = await buildPlatform(cloud);
    cloud.faults.add(parseFault('failed:kind=nodepool,times=1'));
    const pool = cloud.nodePools.create(cluster.id, poolInput(datacenter.id, { name: 'broken' }));
    await cloud.settled('nodePools', pool.id);
    expect(cloud.failureOf(pool.id)).toBe('FAILED');
    const next = cloud.nodePools.create(cluster.id, poolInput(datacenter.id, { name: 'whole' }));
    await cloud.settled('nodePools', next.id);
    expect(cloud.failureOf(next.id)).toBeUndefined();
  });

  it('refuses a snapshot of another version', () => {
    const cloud = immediateCloud();
    expect(() => cloud.restore({ ...cloud.snapshot(), version: 2 as 1 })).toThrow('version 2');
  });
});
