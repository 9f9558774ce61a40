import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { hostname, userInfo } from 'node:os';
import { V1MicroTime, type V1Lease } from '@kubernetes/client-node';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { SYSTEM_NAMESPACE } from '../../src/cluster/client.js';
import { takeLease } from '../../src/cluster/lease.js';
import { makeNamespace, openClient, type ClientBed } from '../support/kubernetes.js';

const open = async (): Promise<ClientBed> => {
  const bed = await openClient();
  await makeNamespace(bed, SYSTEM_NAMESPACE);
  return bed;
};

const where = { name: 'tenant-acme', namespace: SYSTEM_NAMESPACE };
const read = (bed: ClientBed): Promise<V1Lease> => bed.client.coordination.readNamespacedLease(where);

/** A Lease as somebody else holds it; renewed so many seconds ago. */
const heldBy = async (bed: ClientBed, holder: string, secondsAgo = 5): Promise<void> => {
  const renewed = new V1MicroTime(Date.now() - secondsAgo * 1000);
  await bed.client.coordination.createNamespacedLease({
    namespace: SYSTEM_NAMESPACE,
    body: { metadata: { name: where.name }, spec: { holderIdentity: holder, leaseDurationSeconds: 60, acquireTime: new V1MicroTime(Date.parse('2026-01-02T03:04:05Z')), renewTime: renewed, leaseTransitions: 3 } },
  });
};

const deadPid = async (): Promise<number> => {
  const child = spawn('true');
  await once(child, 'exit');
  return child.pid ?? 0;
};

describe("a tenant's Lease", () => {
  it('is taken, says who holds it, and is given back', async () => {
    const bed = await open();
    const lease = await takeLease(bed.client, 'acme', 'create');
    expect(lease.repaired).toBeUndefined();
    expect((await read(bed)).spec?.holderIdentity).toBe(`${userInfo().username}@${hostname()} pid ${process.pid} create`);
    await lease.release();
    expect((await read(bed)).spec?.holderIdentity ?? '').toBe('');
    const again = await takeLease(bed.client, 'acme', 'create');
    expect(again.repaired).toBeUndefined();
    await again.release();
  });

  it('of another tenant is another one', async () => {
    const bed = await open();
    await heldBy(bed, 'anna@elsewhere pid 7 create');
    const other = await takeLease(bed.client, 'globex', 'create');
    await other.release();
  });

  it('that somebody elsewhere holds is an error with who, since when and from where, and stays theirs', async () => {
    const bed = await open();
    await heldBy(bed, 'anna@elsewhere pid 7 update');
    await expect(takeLease(bed.client, 'acme', 'create')).rejects.toMatchObject({
      code: 'busy',
      what: expect.stringContaining('acme') as string,
      why: 'anna@elsewhere pid 7 update, since 2026-01-02T03:04:05.000Z',
      exitCode: 1,
    });
    expect((await read(bed)).spec?.holderIdentity).toBe('anna@elsewhere pid 7 update');
  });

  it('that a living process on this machine holds is theirs', async () => {
    const bed = await open();
    await heldBy(bed, `anna@${hostname()} pid ${process.ppid} create`, 5);
    await expect(takeLease(bed.client, 'acme', 'create')).rejects.toMatchObject({ code: 'busy' });
  });

  it('of a dead process on this machine is taken over at once, and that is said', async () => {
    const bed = await open();
    const holder = `anna@${hostname()} pid ${await deadPid()} create`;
    await heldBy(bed, holder, 1);
    const lease = await takeLease(bed.client, 'acme', 'create');
    expect(lease.repaired).toContain(holder);
    expect((await read(bed)).spec?.leaseTransitions).toBe(4);
    await lease.release();
  });

  it('that nobody has renewed for longer than it lasts is taken over', async () => {
    const bed = await open();
    await heldBy(bed, 'anna@elsewhere pid 7 create', 61);
    const lease = await takeLease(bed.client, 'acme', 'create');
    expect(lease.repaired).toContain('anna@elsewhere');
    await lease.release();
  });

  it('goes to one of those who want it at the same moment', async () => {
    const bed = await open();
    await heldBy(bed, 'anna@elsewhere pid 7 create', 61);
    const [first, ...others] = await Promise.allSettled(Array.from({ length: 4 }, () => takeLease(bed.client, 'acme', 'create')));
    // All are this process, which counts as gone for itself; what matters is that no write was lost.
    expect([first, ...others].every((outcome) => outcome?.status === 'fulfilled')).toBe(true);
    expect((await read(bed)).spec?.leaseTransitions).toBe(7);
  });

  it('that was lost to somebody else is told to its holder at the next renewal', async () => {
    const bed = await open();
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    onTestFinished(() => void vi.useRealTimers());
    let told: (holder: string) => void = () => undefined;
    const lost = new Promise<string>((resolve) => (told = resolve));
    const lease = await takeLease(bed.client, 'acme', 'create', told);
    expect(lease.isLost).toBe(false);
    const present = await read(bed);
    await bed.client.coordination.replaceNamespacedLease({ ...where, body: { ...present, spec: { ...present.spec, holderIdentity: 'anna@elsewhere pid 7 create' } } });
    vi.advanceTimersByTime(15_000);
    expect(await lost).toBe('anna@elsewhere pid 7 create');
    expect(lease.isLost).toBe(true);
  });

  it('that was lost to somebody else is not taken from them by giving it back', async () => {
    const bed = await open();
    const lease = await takeLease(bed.client, 'acme', 'create');
    const present = await read(bed);
    await bed.client.coordination.replaceNamespacedLease({ ...where, body: { ...present, spec: { ...present.spec, holderIdentity: 'anna@elsewhere pid 7 create' } } });
    await lease.release();
    expect((await read(bed)).spec?.holderIdentity).toBe('anna@elsewhere pid 7 create');
  });
});
