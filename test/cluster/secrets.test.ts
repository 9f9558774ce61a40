import { describe, expect, it } from 'vitest';
import { randomSecret, secretOnce } from '../../src/cluster/secrets.js';
import { makeNamespace, openClient, type ClientBed } from '../support/kubernetes.js';

const where = { namespace: 'tenant-acme', name: 'wordpress', labels: { 'ionos-tenants.io/tenant': 'acme' } };

const open = async (): Promise<ClientBed> => {
  const bed = await openClient();
  await makeNamespace(bed, where.namespace);
  return bed;
};

const stored = async (bed: ClientBed): Promise<Record<string, string>> => {
  const secret = await bed.client.core.readNamespacedSecret(where);
  return Object.fromEntries(Object.entries(secret.data ?? {}).map(([key, value]) => [key, Buffer.from(value, 'base64').toString()]));
};

describe('a Secret that is made once', () => {
  it('is made with its labels, and left alone ever after', async () => {
    const bed = await open();
    expect(await secretOnce(bed.client, where, { password: () => 'first' })).toEqual({ changed: true, data: { password: 'first' } });
    const before = await bed.client.core.readNamespacedSecret(where);
    expect(before.metadata?.labels).toMatchObject(where.labels);
    expect(await secretOnce(bed.client, where, { password: () => 'second' })).toEqual({ changed: false, data: { password: 'first' } });
    expect((await bed.client.core.readNamespacedSecret(where)).metadata?.resourceVersion).toBe(before.metadata?.resourceVersion);
  });

  it('gets the keys that it lacks; those that it has are not even made', async () => {
    const bed = await open();
    await secretOnce(bed.client, where, { password: () => 'first' });
    const outcome = await secretOnce(bed.client, where, {
      password: () => {
        throw new Error('must not be made');
      },
      salt: () => 'added',
    });
    expect(outcome).toEqual({ changed: true, data: { password: 'first', salt: 'added' } });
    expect(await stored(bed)).toEqual({ password: 'first', salt: 'added' });
  });

  it('keeps keys that we do not know', async () => {
    const bed = await open();
    await bed.client.core.createNamespacedSecret({ namespace: where.namespace, body: { metadata: { name: where.name }, stringData: { theirs: 'kept' } } });
    await secretOnce(bed.client, where, { ours: () => 'added' });
    expect(await stored(bed)).toEqual({ theirs: 'kept', ours: 'added' });
  });

  it('is that of the other operator when both make it at the same moment', async () => {
    const bed = await open();
    const makers = Array.from({ length: 6 }, (_, index) => secretOnce(bed.client, where, { password: () => `of operator ${index}` }));
    const outcomes = await Promise.all(makers);
    const { password } = await stored(bed);
    expect(outcomes.map(({ data }) => data['password'])).toEqual(outcomes.map(() => password));
    expect(outcomes.filter(({ changed }) => changed)).toHaveLength(1);
  });

  it('gets missing keys once when two operators add them at the same moment', async () => {
    const bed = await open();
    await secretOnce(bed.client, where, { password: () => 'first' });
    const adders = Array.from({ length: 6 }, (_, index) => secretOnce(bed.client, where, { password: () => 'x', salt: () => `of operator ${index}` }));
    const outcomes = await Promise.all(adders);
    const now = await stored(bed);
    expect(now['password']).toBe('first');
    expect(outcomes.map(({ data }) => data['salt'])).toEqual(outcomes.map(() => now['salt']));
  });
});

describe('a random secret', () => {
  it('has the length that was asked for, of characters that survive shells, URLs and the kubelet', () => {
    for (const length of [1, 24, 64]) expect(randomSecret(length)).toMatch(new RegExp(`^[A-Za-z0-9]{${length}}$`));
  });

  it('is another one each time', () => {
    expect(new Set(Array.from({ length: 1000 }, () => randomSecret(24))).size).toBe(1000);
  });
});
