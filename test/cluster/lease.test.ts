import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { hostname, userInfo } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { V1MicroTime, type V1Lease } from '@kubernetes/client-node';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { SYSTEM_NAMESPACE } from '../../src/cluster/client.js';
import { livingHolders, takeLease, takeModelGateway } from '../../src/cluster/lease.js';
import { CancelledError } from '../../src/engine/interrupts.js';
import { markOf, processSpace } from '../../src/engine/living-process.js';
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

/** How a holder says which process it is. */
const processOf = (mark: object): Record<string, string> => ({ 'ionos-tenants.io/holder-process': JSON.stringify(mark) });

/** A Lease as somebody else holds it; renewed so many seconds ago, by the holder's clock. */
const heldBy = async (bed: ClientBed, holder: string, secondsAgo = 5, annotations: Record<string, string> = {}): Promise<void> => {
  const renewed = new V1MicroTime(Date.now() - secondsAgo * 1000);
  await bed.client.coordination.createNamespacedLease({
    namespace: SYSTEM_NAMESPACE,
    body: { metadata: { name: where.name, labels: { 'ionos-tenants.io/tenant': 'acme' }, annotations }, spec: { holderIdentity: holder, leaseDurationSeconds: 60, acquireTime: new V1MicroTime(Date.parse('2026-01-02T03:04:05Z')), renewTime: renewed, leaseTransitions: 3 } },
  });
};

/** Pauses take no time from here on. */
const withoutPauses = (): void => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  const seconds = setInterval(() => vi.advanceTimersByTime(1000), 5);
  onTestFinished(() => {
    clearInterval(seconds);
    vi.useRealTimers();
  });
};

/** The client, before each of whose looks somebody does something. The looks are counted. */
const watched = (bed: ClientBed, before: (look: number) => Promise<unknown>): { client: ClientBed['client']; looks: () => number } => {
  let looks = 0;
  return {
    looks: () => looks,
    client: meeting(bed, {
      readNamespacedLease: async (request: typeof where) => {
        looks += 1;
        await before(looks);
        return bed.client.coordination.readNamespacedLease(request);
      },
    }),
  };
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
    await heldBy(bed, `anna@${hostname()} pid ${process.ppid} create`, 5, processOf({ ...markOf(process.ppid), space: processSpace() }));
    await expect(takeLease(bed.client, 'acme', 'create')).rejects.toMatchObject({ code: 'busy' });
  });

  it('of a dead process on this machine is taken over at once, and that is said', async () => {
    const bed = await open();
    const pid = await deadPid();
    const holder = `anna@${hostname()} pid ${pid} create`;
    await heldBy(bed, holder, 1, processOf({ pid, space: processSpace() }));
    const lease = await takeLease(bed.client, 'acme', 'create');
    expect(lease.repaired).toContain(holder);
    expect((await read(bed)).spec?.leaseTransitions).toBe(4);
    await lease.release();
  });

  it('of a process on this machine whose number another one has by now is taken over at once', async () => {
    const bed = await open();
    await heldBy(bed, `anna@${hostname()} pid ${process.ppid} create`, 1, processOf({ pid: process.ppid, began: '1', space: processSpace() }));
    await (await takeLease(bed.client, 'acme', 'create')).release();
  });

  it.each([
    ['another boot, or on a copy of this machine', { space: 'another-boot pid:[4026531836]' }],
    ['a container that does not tell', {}],
    ['an earlier version of this program', undefined],
  ])('of a process that is not here, with the same host name, in %s, is theirs', async (_what, space) => {
    const bed = await open();
    const pid = await deadPid();
    await heldBy(bed, `anna@${hostname()} pid ${pid} create`, 1, space && processOf({ pid, ...space }));
    await expect(takeLease(bed.client, 'acme', 'create')).rejects.toMatchObject({ code: 'busy' });
  });

  it('that a process of the same name and number in another container has taken is lost', async () => {
    const bed = await open();
    const lease = await takeLease(bed.client, 'acme', 'create');
    const present = await read(bed);
    await bed.client.coordination.replaceNamespacedLease({ ...where, body: { ...present, metadata: { ...present.metadata, annotations: processOf({ pid: process.pid, space: 'here pid:[7]' }) } } });
    await lease.release();
    expect((await read(bed)).spec?.holderIdentity).not.toBe('');
  });

  it.each([
    ['behind', 61],
    ['ahead', -3600],
  ])('whose last sign of life lies too far %s is taken over when nobody gives one while it is watched', async (_what, secondsAgo) => {
    const bed = await open();
    await heldBy(bed, 'anna@elsewhere pid 7 create', secondsAgo);
    withoutPauses();
    const { client, looks } = watched(bed, () => Promise.resolve());
    const say = vi.fn();
    const lease = await takeLease(client, 'acme', 'create', { say });
    expect(lease.repaired).toContain('anna@elsewhere');
    expect(say.mock.calls).toEqual([[expect.stringMatching(/anna@elsewhere pid 7 create may be gone: watching for 20 seconds/)]]);
    // One that found it, and one for each second.
    expect(looks()).toBe(21);
    await lease.release();
  });

  it('that a holder whose clock is two minutes late renews is theirs', async () => {
    const bed = await open();
    await heldBy(bed, 'anna@elsewhere pid 7 create', 120);
    withoutPauses();
    const { client } = watched(bed, async (look) => look === 9 && write(bed, { renewTime: new V1MicroTime(Date.now() - 120_000) }));
    await expect(takeLease(client, 'acme', 'create')).rejects.toMatchObject({ code: 'busy', why: expect.stringContaining('anna@elsewhere pid 7 create') as string });
    expect((await read(bed)).spec?.holderIdentity).toBe('anna@elsewhere pid 7 create');
  });

  it('that its holder gives back while it is watched is taken, and nothing was repaired', async () => {
    const bed = await open();
    await heldBy(bed, 'anna@elsewhere pid 7 create', 120);
    withoutPauses();
    const { client } = watched(bed, async (look) => look === 9 && write(bed, { holderIdentity: '' }));
    const lease = await takeLease(client, 'acme', 'create');
    expect(lease.repaired).toBeUndefined();
    await lease.release();
  });

  it('is not waited for any longer when the operator presses Ctrl-C', async () => {
    const bed = await open();
    await heldBy(bed, 'anna@elsewhere pid 7 for globex', 120);
    await bed.client.coordination.createNamespacedLease({ namespace: SYSTEM_NAMESPACE, body: { ...(await read(bed)), metadata: { name: 'model-gateway' } } });
    const pressed = new AbortController();
    const say = (): void => pressed.abort(new CancelledError());
    await expect(takeLease(bed.client, 'acme', 'create', { signal: pressed.signal, say })).rejects.toThrow(CancelledError);
    await expect(takeModelGateway(bed.client, 'for acme', { signal: pressed.signal, say })).rejects.toThrow(CancelledError);
    expect((await read(bed)).spec?.holderIdentity).toBe('anna@elsewhere pid 7 for globex');
  });

  it.each([
    ['in time: yes', 5, false, true],
    ['two minutes ago by its clock, and again while it is watched: yes', 120, true, true],
    ['two minutes ago, and none while it is watched: no', 120, false, false],
  ])('says that somebody works on the tenant where its holder gave a sign of life %s', async (_what, secondsAgo, renews, works) => {
    const bed = await open();
    await heldBy(bed, 'anna@elsewhere pid 7 create', secondsAgo);
    withoutPauses();
    const { client } = watched(bed, async (look) => renews && look === 5 && write(bed, { renewTime: new V1MicroTime(Date.now() - 120_000) }));
    expect((await livingHolders(client, {})).map(({ tenant, holder }) => `${tenant} ${holder}`)).toEqual(works ? ['acme anna@elsewhere pid 7 create'] : []);
  });

  it('says that nobody works on the tenant where its holder is dead here, or has given it back', async () => {
    const bed = await open();
    const pid = await deadPid();
    await heldBy(bed, `anna@${hostname()} pid ${pid} create`, 1, processOf({ pid, space: processSpace() }));
    expect(await livingHolders(bed.client, {})).toEqual([]);
    await (await takeLease(bed.client, 'acme', 'create')).release();
    expect(await livingHolders(bed.client, {})).toEqual([]);
    expect((await read(bed)).metadata?.annotations ?? {}).toEqual({});
  });

  it('goes to one of those who want it at the same moment', async () => {
    const bed = await open();
    await heldBy(bed, 'anna@elsewhere pid 7 create', 61);
    withoutPauses();
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
    const lease = await takeLease(bed.client, 'acme', 'create', { onLost: told });
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
    const lease = await takeLease(client, 'acme', 'create', { onLost: told });
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
