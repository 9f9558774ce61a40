import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { hostname, userInfo } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
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

type Coordination = ClientBed['client']['coordination'];

/** The client, some of whose calls are met by something on their way. */
const meeting = (bed: ClientBed, calls: Partial<Record<'readNamespacedLease' | 'replaceNamespacedLease', (...args: never[]) => Promise<unknown>>>): ClientBed['client'] => ({
  ...bed.client,
  coordination: Object.assign(Object.create(bed.client.coordination) as Coordination, calls),
});

/** Writes the Lease behind its holder's back. */
const write = async (bed: ClientBed, spec: V1Lease['spec']): Promise<void> => {
  const present = await read(bed);
  await bed.client.coordination.replaceNamespacedLease({ ...where, body: { ...present, spec: { ...present.spec, ...spec } } });
};

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

  /** Giving it back, whose first write is met by something. */
  const givenBack = async (bed: ClientBed, first: () => Promise<void>): Promise<void> => {
    let met = false;
    const client = meeting(bed, {
      replaceNamespacedLease: async (request: Parameters<Coordination['replaceNamespacedLease']>[0]) => {
        if (!met && request.body.spec?.holderIdentity === '') {
          met = true;
          await first();
        }
        return bed.client.coordination.replaceNamespacedLease(request);
      },
    });
    await (await takeLease(client, 'acme', 'create')).release();
    expect(met).toBe(true);
  };

  it.each([
    ['somebody has written into it in the meantime', (bed: ClientBed) => write(bed, { renewTime: new V1MicroTime() })],
    ['the connection breaks', () => Promise.reject(Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' }))],
  ])('is given back also where %s', async (_what, first) => {
    const bed = await open();
    await givenBack(bed, () => first(bed));
    expect((await read(bed)).spec?.holderIdentity ?? '').toBe('');
  });

  it('that somebody else takes while it is given back stays theirs', async () => {
    const bed = await open();
    await givenBack(bed, () => write(bed, { holderIdentity: 'anna@elsewhere pid 7 create' }));
    expect((await read(bed)).spec?.holderIdentity).toBe('anna@elsewhere pid 7 create');
  });

  it('is given back by an operation whose cluster is gone, without an error', async () => {
    const bed = await open();
    let gone = false;
    const client = meeting(bed, { readNamespacedLease: (request: typeof where) => (gone ? Promise.reject(new Error('connect ECONNREFUSED')) : bed.client.coordination.readNamespacedLease(request)) });
    const lease = await takeLease(client, 'acme', 'create');
    gone = true;
    await lease.release();
  });

  it('is not lost to the one who gives it back while a renewal is on its way', async () => {
    const bed = await open();
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    onTestFinished(() => void vi.useRealTimers());
    let [go, isRenewing] = [(): void => undefined, false];
    const client = meeting(bed, {
      readNamespacedLease: async (request: typeof where) => {
        if (isRenewing) {
          isRenewing = false;
          await new Promise<void>((resolve) => (go = resolve));
        }
        return bed.client.coordination.readNamespacedLease(request);
      },
    });
    const told = vi.fn();
    const lease = await takeLease(client, 'acme', 'create', told);
    isRenewing = true;
    vi.advanceTimersByTime(15_000);
    const released = lease.release();
    // Giving it back may wait for the renewal, or not: either way, the renewal goes on after what could be done without it.
    await Promise.race([released, sleep(300)]);
    go();
    await released;
    await vi.waitFor(async () => expect((await read(bed)).spec?.holderIdentity ?? '').toBe(''));
    await sleep(50);
    expect(told).not.toHaveBeenCalled();
    expect(lease.isLost).toBe(false);
    expect((await read(bed)).spec?.holderIdentity ?? '').toBe('');
  });
});
