import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startProviderDoor } from '../../src/sandbox/provider-door/index.js';
import { immediateCloud } from '../support/cloud.js';

describe("the provider door's socket", () => {
  let directory: string;
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'door-'));
  });
  afterEach(() => rm(directory, { recursive: true, force: true }));

  it('is named for terraform and for OpenTofu', async () => {
    const path = join(directory, 'p.sock');
    const door = await startProviderDoor(immediateCloud(), path);
    const reattach = JSON.parse(door.reattach) as Record<string, { ProtocolVersion: number; Test: boolean; Addr: object }>;
    expect(Object.keys(reattach)).toEqual(['registry.terraform.io/ionos-cloud/ionoscloud', 'registry.opentofu.org/ionos-cloud/ionoscloud']);
    for (const entry of Object.values(reattach))
      expect(entry).toMatchObject({ Protocol: 'grpc', ProtocolVersion: 6, Test: true, Addr: { Network: 'unix', String: path } });
    await door.close();
  });

  it('is not taken from a process that serves it', async () => {
    const path = join(directory, 'p.sock');
    const door = await startProviderDoor(immediateCloud(), path);
    await expect(startProviderDoor(immediateCloud(), path)).rejects.toThrow('another process already serves');
    await door.close();
    const next = await startProviderDoor(immediateCloud(), path);
    await next.close();
  });

  it('replaces what a killed process left behind', async () => {
    const path = join(directory, 'p.sock');
    await writeFile(path, '');
    const door = await startProviderDoor(immediateCloud(), path);
    await door.close();
  });

  it('must have a path that every system takes', async () => {
    await expect(startProviderDoor(immediateCloud(), join(directory, 'x'.repeat(100)))).rejects.toThrow('longer than 103 bytes');
  });
});
