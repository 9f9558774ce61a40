import { describe, expect, it } from 'vitest';
import { createRedactor } from '../../src/engine/redact.js';
import { ensureModelGatewaySecrets, ensureTenantSecrets, modelTokenIsThere } from '../../src/operations/tenant-secrets.js';
import { makeNamespace, openClient, type ClientBed } from '../support/kubernetes.js';

const namespace = 'tenant-acme';

const open = async (): Promise<ClientBed> => {
  const bed = await openClient();
  await makeNamespace(bed, namespace);
  return bed;
};

const values = async (bed: ClientBed, name: string, where = namespace): Promise<Record<string, string>> =>
  Object.fromEntries(Object.entries((await bed.client.core.readNamespacedSecret({ name, namespace: where })).data ?? {}).map(([key, value]) => [key, Buffer.from(value, 'base64').toString()]));

const claim = (bed: ClientBed, name: string) =>
  bed.client.core.createNamespacedPersistentVolumeClaim({ namespace, body: { metadata: { name }, spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } } } });

describe("a tenant's Secrets", () => {
  it('are made once, one for each application, and both applications have the same MCP token', async () => {
    const bed = await open();
    const first = await ensureTenantSecrets(bed.client, 'acme', createRedactor());
    expect(first.changed).toBe(true);
    const [wordpress, openwebui] = [await values(bed, 'wordpress'), await values(bed, 'openwebui')];
    expect(Object.keys(wordpress).sort()).toEqual(['admin-password', 'auth-key', 'auth-salt', 'database-password', 'database-root-password', 'logged-in-key', 'logged-in-salt', 'mcp-token', 'nonce-key', 'nonce-salt', 'secure-auth-key', 'secure-auth-salt']);
    expect(Object.keys(openwebui).sort()).toEqual(['admin-password', 'mcp-token', 'model-key', 'secret-key']);
    expect(openwebui['mcp-token']).toBe(wordpress['mcp-token']);
    expect(new Set([...Object.values(wordpress), ...Object.values(openwebui)]).size).toBe(15);

    expect(await ensureTenantSecrets(bed.client, 'acme', createRedactor())).toEqual({ changed: false, checksums: first.checksums });
    expect(await values(bed, 'wordpress')).toEqual(wordpress);
  });

  it('are known to the redactor, also when they were there before', async () => {
    const bed = await open();
    await ensureTenantSecrets(bed.client, 'acme', createRedactor());
    const later = createRedactor();
    await ensureTenantSecrets(bed.client, 'acme', later);
    for (const value of Object.values({ ...(await values(bed, 'wordpress')), ...(await values(bed, 'openwebui')) })) expect(later.redact(`x ${value} y`)).toBe('x [redacted] y');
  });

  it('have checksums that change with a value, and do not tell it', async () => {
    const bed = await open();
    const { checksums } = await ensureTenantSecrets(bed.client, 'acme', createRedactor());
    const present = await bed.client.core.readNamespacedSecret({ name: 'wordpress', namespace });
    await bed.client.core.replaceNamespacedSecret({ name: 'wordpress', namespace, body: { ...present, data: { ...present.data, 'admin-password': Buffer.from('rotated-password').toString('base64') } } });
    const rotated = await ensureTenantSecrets(bed.client, 'acme', createRedactor());
    expect(rotated.changed).toBe(false);
    expect(rotated.checksums.wordpress).not.toBe(checksums.wordpress);
    expect(rotated.checksums.openwebui).toBe(checksums.openwebui);
    expect(rotated.checksums.wordpress).toMatch(/^[0-9a-f]{16}$/);
  });

  it.each([
    ['wordpress', 'mariadb-data'],
    ['wordpress', 'wordpress-content'],
    ['openwebui', 'openwebui-data'],
  ])('of %s are never made anew where %s still holds data under the old ones', async (name, volume) => {
    const bed = await open();
    await claim(bed, volume);
    await expect(ensureTenantSecrets(bed.client, 'acme', createRedactor())).rejects.toMatchObject({ code: 'secret-lost', what: expect.stringContaining(name) as string, why: expect.stringContaining(volume) as string, next: [expect.stringContaining('kubectl --namespace tenant-acme apply') as string, expect.stringContaining('delete acme') as string, expect.any(String) as string] });
    expect(bed.cluster.store.list('Secret', namespace)).toEqual([]);
  });

  it('are used where both the claims and they are there', async () => {
    const bed = await open();
    await ensureTenantSecrets(bed.client, 'acme', createRedactor());
    await claim(bed, 'mariadb-data');
    expect((await ensureTenantSecrets(bed.client, 'acme', createRedactor())).changed).toBe(false);
  });
});

describe("the model gateway's Secrets", () => {
  it('hold the token apart from every tenant, and a key for each tenant', async () => {
    const bed = await open();
    await makeNamespace(bed, 'tenant-globex');
    for (const tenant of ['acme', 'globex']) {
      await ensureTenantSecrets(bed.client, tenant, createRedactor());
      await ensureModelGatewaySecrets(bed.client, tenant, 'hub-token-value');
    }
    expect(await values(bed, 'model-gateway', 'ionos-tenants-models')).toEqual({ 'hub-token': 'hub-token-value' });
    const keys = await values(bed, 'model-gateway-keys', 'ionos-tenants-models');
    expect(keys).toEqual({ acme: (await values(bed, 'openwebui'))['model-key'], globex: (await values(bed, 'openwebui', 'tenant-globex'))['model-key'] });
    for (const secret of bed.cluster.store.list('Secret').filter(({ metadata }) => metadata.namespace?.startsWith('tenant-'))) expect(JSON.stringify(secret)).not.toContain(Buffer.from('hub-token-value').toString('base64'));
  });

  it('lose no key when tenants are onboarded at the same moment', async () => {
    const bed = await openClient();
    const tenants = ['acme', 'globex', 'hooli', 'initech'];
    for (const tenant of tenants) {
      await makeNamespace(bed, `tenant-${tenant}`);
      await ensureTenantSecrets(bed.client, tenant, createRedactor());
    }
    await Promise.all(tenants.map((tenant) => ensureModelGatewaySecrets(bed.client, tenant, 'hub-token-value')));
    expect(Object.keys(await values(bed, 'model-gateway-keys', 'ionos-tenants-models')).sort()).toEqual(tenants);
  });

  it('change nothing the second time, and keep the token when none is given', async () => {
    const bed = await open();
    await ensureTenantSecrets(bed.client, 'acme', createRedactor());
    expect(await modelTokenIsThere(bed.client)).toBe(false);
    const first = await ensureModelGatewaySecrets(bed.client, 'acme', 'hub-token-value');
    expect(await modelTokenIsThere(bed.client)).toBe(true);
    expect(await ensureModelGatewaySecrets(bed.client, 'acme', undefined)).toEqual({ changed: false, checksum: first.checksum });
  });
});
