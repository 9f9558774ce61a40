import { describe, expect, it } from 'vitest';
import { SYSTEM_NAMESPACE } from '../../src/cluster/client.js';
import { listTenants, readTenant, updateTenant, type TenantRecord } from '../../src/cluster/registry.js';
import { makeNamespace, openClient, type ClientBed } from '../support/kubernetes.js';

const open = async (): Promise<ClientBed> => {
  const bed = await openClient();
  await makeNamespace(bed, SYSTEM_NAMESPACE);
  return bed;
};

const at = '2026-01-01T00:00:00.000Z';
const record = (name: string, rest: Partial<TenantRecord> = {}): TenantRecord => ({ name, phase: 'ready', spec: { name }, createdAt: at, updatedAt: at, history: [], ...rest });
const entry = (by: string) => ({ at, operation: 'create', outcome: 'done', by, cliVersion: '0' }) as const;

describe('the registry', () => {
  it('knows the tenants by name, in order, and nobody else', async () => {
    const bed = await open();
    expect(await listTenants(bed.client)).toEqual([]);
    for (const name of ['globex', 'acme']) await updateTenant(bed.client, name, () => record(name));
    await bed.client.core.createNamespacedConfigMap({ namespace: SYSTEM_NAMESPACE, body: { metadata: { name: 'unrelated' }, data: {} } });
    expect((await listTenants(bed.client)).map(({ name }) => name)).toEqual(['acme', 'globex']);
    expect(await readTenant(bed.client, 'acme')).toEqual(record('acme'));
    expect(await readTenant(bed.client, 'initech')).toBeUndefined();
  });

  it('has no tenants where its namespace does not exist', async () => {
    expect(await listTenants((await openClient()).client)).toEqual([]);
  });

  it('loses no entry when operators write at the same moment', async () => {
    const bed = await open();
    const operators = Array.from({ length: 8 }, (_, index) => `operator ${index}`);
    await Promise.all(operators.map((by) => updateTenant(bed.client, 'acme', (present) => ({ ...record('acme'), history: [...(present?.history ?? []), entry(by)] }))));
    expect((await readTenant(bed.client, 'acme'))?.history.map(({ by }) => by).sort()).toEqual(operators);
  });

  it('makes the change again on what the other one wrote', async () => {
    const bed = await open();
    await updateTenant(bed.client, 'acme', () => record('acme'));
    let seen = 0;
    const written = await updateTenant(bed.client, 'acme', (present) => {
      seen += 1;
      // Somebody else is faster, once.
      if (seen === 1) {
        bed.cluster.store.mutate('ConfigMap', SYSTEM_NAMESPACE, 'tenant-acme', (draft) => {
          draft['data'] = { 'record.json': JSON.stringify(record('acme', { ip: '203.0.113.9' })) };
        });
      }
      return { ...record('acme', { phase: 'suspended' }), ...(present?.ip === undefined ? {} : { ip: present.ip }) };
    });
    expect(seen).toBe(2);
    expect(written).toMatchObject({ phase: 'suspended', ip: '203.0.113.9' });
  });

  it('is not written to when nothing changed', async () => {
    const bed = await open();
    await updateTenant(bed.client, 'acme', () => record('acme'));
    const version = (): string | undefined => bed.cluster.store.get('ConfigMap', SYSTEM_NAMESPACE, 'tenant-acme').metadata.resourceVersion;
    const before = version();
    await updateTenant(bed.client, 'acme', (present) => present ?? record('acme'));
    expect(version()).toBe(before);
  });

  it('keeps the newest of a long history, and stays far below what a ConfigMap can hold', async () => {
    const bed = await open();
    await updateTenant(bed.client, 'acme', () => ({ ...record('acme'), history: Array.from({ length: 3000 }, (_, index) => entry(`operator ${index}`)) }));
    const kept = (await readTenant(bed.client, 'acme'))?.history ?? [];
    expect(kept.at(-1)?.by).toBe('operator 2999');
    expect(JSON.stringify(kept).length).toBeLessThan(100_000);
  });
});
