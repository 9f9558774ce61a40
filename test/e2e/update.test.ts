import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Cluster } from '../../src/cluster/client.js';
import { readTenant } from '../../src/cluster/registry.js';
import { cloudOf, clusterOf, newOperator, snapshotOf, type CliResult, type Operator } from '../support/cli.js';
import { refused, succeeded } from '../support/outcome.js';

/** What belongs to another tenant, and what the registry says of it. */
const others = (namespace: string, _kind: string, name: string): boolean => namespace === 'tenant-globex' || name.includes('globex');

describe('update', () => {
  let operator: Operator;
  let cluster: Cluster;
  const run = (...args: string[]): Promise<CliResult> => operator.run([...args, '--sandbox', '--json']);
  const claim = async (name: string): Promise<string | undefined> => (await cluster.core.readNamespacedPersistentVolumeClaim({ name, namespace: 'tenant-acme' })).spec?.resources?.requests?.storage;
  const secrets = async (): Promise<unknown> => (await cluster.core.listNamespacedSecret({ namespace: 'tenant-acme', labelSelector: 'ionos-tenants.io/tenant' })).items.map(({ metadata, data }) => [metadata?.uid, data]);

  beforeAll(async () => {
    operator = await newOperator();
    succeeded(await run('create', 'acme', '--yes'));
    succeeded(await run('create', 'globex', '--yes'));
    cluster = await clusterOf(operator);
  });
  afterAll(() => operator.close());

  it('changes nothing of a tenant that is as it should be', async () => {
    const before = [await snapshotOf(cluster, (_namespace, kind) => kind !== 'Lease'), await cloudOf(operator)];
    expect(succeeded(await run('update', 'acme', '--yes')).changed).toBe(false);
    expect([await snapshotOf(cluster, (_namespace, kind) => kind !== 'Lease'), await cloudOf(operator)]).toEqual(before);
  });

  it('puts back guard rails that somebody has removed or widened, after a look has told of them', async () => {
    const namespace = 'tenant-globex';
    const admission = { apiVersion: 'admissionregistration.k8s.io/v1', kind: 'ValidatingAdmissionPolicyBinding', metadata: { name: 'ionos-tenants-globex-pods' } };
    const dns = await cluster.networking.readNamespacedNetworkPolicy({ name: 'dns', namespace });
    const quota = await cluster.core.readNamespacedResourceQuota({ name: 'tenant', namespace });
    await cluster.networking.deleteNamespacedNetworkPolicy({ name: 'default-deny', namespace });
    await cluster.objects.delete(admission);
    await cluster.networking.replaceNamespacedNetworkPolicy({ name: 'dns', namespace, body: { ...dns, spec: { ...dns.spec, egress: [{}] } } });
    await cluster.core.replaceNamespacedResourceQuota({ name: 'tenant', namespace, body: { ...quota, spec: { hard: { ...quota.spec?.hard, pods: '999' } } } });
    await cluster.core.deleteNamespacedService({ name: 'wordpress', namespace });
    const [guards, all] = [
      ['networkpolicy/default-deny in tenant-globex is missing', 'networkpolicy/dns in tenant-globex was changed', 'resourcequota/tenant in tenant-globex was changed', 'validatingadmissionpolicybinding/ionos-tenants-globex-pods is missing'],
      'service/wordpress in tenant-globex is missing',
    ];
    const notices = (found: CliResult): string => found.events.flatMap((event) => (event.type === 'notice' ? [event.message] : [])).join('\n');

    const dry = await run('update', 'globex', '--dry-run');
    for (const words of [...guards, all]) expect(notices(dry)).toContain(words);
    const doctor = await run('doctor');
    expect(doctor.exitCode).toBe(1);
    const check = doctor.events.find((event) => event.type === 'check' && event.check === 'guard-rails');
    expect(check).toMatchObject({ state: 'failed', fix: [expect.stringContaining('update globex') as string] });
    for (const words of guards) expect(JSON.stringify(check)).toContain(words);

    const update = await run('update', 'globex', '--yes');
    expect(succeeded(update).changed).toBe(true);
    for (const words of [...guards, all]) expect(notices(update)).toContain(words);
    const { spec } = await cluster.networking.readNamespacedNetworkPolicy({ name: 'default-deny', namespace });
    expect(spec).toMatchObject({ podSelector: {}, policyTypes: ['Ingress', 'Egress'] });
    expect((await cluster.networking.readNamespacedNetworkPolicy({ name: 'dns', namespace })).spec).toEqual(dns.spec);
    expect((await cluster.core.readNamespacedResourceQuota({ name: 'tenant', namespace })).spec).toEqual(quota.spec);
    await cluster.objects.read(admission);
    await cluster.core.readNamespacedService({ name: 'wordpress', namespace });
    expect(succeeded(await run('update', 'globex', '--yes')).changed).toBe(false);
    expect(notices(await run('update', 'globex', '--dry-run'))).toBe('');
  });

  it('is where create points to, when the settings differ', async () => {
    expect(refused(await run('create', 'acme', '--preset', 'medium', '--yes'))).toMatchObject({ exitCode: 2, code: 'tenant-exists', text: expect.stringMatching(/different: preset[\s\S]*update acme/) as string });
  });

  it.each([
    ['a tenant that is not there', ['nobody'], 'tenant-missing', /create nobody/],
    ['a cluster of its own', ['acme', '--isolation', 'cluster'], 'isolation-change', /--isolation namespace/],
    ['another first administrator', ['acme', '--wordpress-admin-email', 'new@acme.example'], 'taken-once', /WordPress under Settings/],
    ['a preset that does not exist', ['acme', '--preset', 'huge'], 'preset-unknown', /small/],
    ['a model that the service does not have', ['acme', '--models', 'no/such-model'], 'model-unknown', /offers/],
  ])('refuses %s, and changes nothing', async (_title, args, code, text) => {
    const before = [await snapshotOf(cluster), await cloudOf(operator)];
    const refusal = refused(await run('update', ...args, '--yes'));
    expect(refusal).toMatchObject({ exitCode: 2, code });
    expect(refusal.text).toMatch(text);
    expect([await snapshotOf(cluster), await cloudOf(operator)]).toEqual(before);
  });

  it('needs a yes, and says what it would change without doing it', async () => {
    const before = await snapshotOf(cluster);
    expect(refused(await run('update', 'acme', '--preset', 'medium'))).toMatchObject({ exitCode: 2, code: 'not-approved' });
    const dry = await run('update', 'acme', '--preset', 'medium', '--dry-run');
    expect(succeeded(dry).changed).toBe(false);
    expect(dry.events.find((event) => event.type === 'task' && event.task === 'update/preflight/changes' && event.state === 'done')).toMatchObject({ detail: expect.stringContaining('preset; wordpress grows from 10 GiB to 25 GiB') as string });
    expect(await snapshotOf(cluster)).toEqual(before);
  });

  it('makes a tenant larger: volumes, limits and quota grow, its address, secrets and claims stay, and others are not touched', async () => {
    const [ip, kept, neighbours] = [succeeded(await run('create', 'acme', '--yes')).tenant?.ip, await secrets(), await snapshotOf(cluster, others)];
    const { changed, tenant } = succeeded(await run('update', 'acme', '--preset', 'medium', '--yes'));
    expect(changed).toBe(true);
    expect(tenant).toMatchObject({ preset: 'medium', ip, http: { wordpress: 200, openwebui: 200 } });
    expect([await claim('wordpress-content'), await claim('mariadb-data')]).toEqual(['25Gi', '20Gi']);
    expect(await secrets()).toEqual(kept);
    expect(await snapshotOf(cluster, others)).toEqual(neighbours);
    const record = await readTenant(cluster, 'acme');
    expect(record).toMatchObject({ phase: 'ready', spec: { preset: 'medium' } });
    expect(record?.history.slice(-2).map(({ operation, outcome }) => `${operation} ${outcome}`)).toEqual(['update started', 'update done']);
  });

  it('is repeated without any effect, and create then keeps the new size too', async () => {
    expect(succeeded(await run('update', 'acme', '--preset', 'medium', '--yes')).changed).toBe(false);
    const again = succeeded(await run('create', 'acme', '--yes'));
    expect(again).toMatchObject({ changed: false, tenant: { preset: 'medium' } });
    expect(await claim('wordpress-content')).toBe('25Gi');
  });

  it('never makes a volume smaller, and says how to keep its size', async () => {
    const refusal = refused(await run('update', 'acme', '--preset', 'small', '--yes'));
    expect(refusal).toMatchObject({ exitCode: 2, code: 'volumes-shrink' });
    const overrides = /overrides: \{ (.+) \}/.exec(refusal.text)?.[1]?.split(', ') ?? [];
    const file = join(operator.home, 'acme.yaml');
    await writeFile(file, `apiVersion: ionos-tenants/v1\nkind: Tenant\nname: acme\npreset: small\noverrides:\n${overrides.map((line) => `  ${line}\n`).join('')}`);
    const { tenant } = succeeded(await run('update', 'acme', '-f', file, '--yes'));
    expect(tenant).toMatchObject({ preset: 'small', http: { wordpress: 200, openwebui: 200 } });
    expect([await claim('wordpress-content'), await claim('mariadb-data')]).toEqual(['25Gi', '20Gi']);
  });

  it('takes the models away together with the key that opened them, and gives them back', async () => {
    const keys = async (): Promise<string[]> => Object.keys((await cluster.core.readNamespacedSecret({ name: 'model-gateway-keys', namespace: 'ionos-tenants-models' })).data ?? {}).sort();
    expect(await keys()).toEqual(['acme', 'globex']);
    expect(succeeded(await run('update', 'acme', '--models', 'none', '--yes')).tenant?.models).toBe('none');
    expect(await keys()).toEqual(['globex']);
    expect(succeeded(await run('update', 'acme', '--models', 'openai/gpt-oss-120b', '--yes')).tenant?.models).toBe('openai/gpt-oss-120b');
    expect(await keys()).toEqual(['acme', 'globex']);
  });

  it('narrows who may reach the tenant, on its Service and in the rule that guards it', async () => {
    succeeded(await run('update', 'acme', '--allow', '203.0.113.0/24', '--yes'));
    const service = await cluster.core.readNamespacedService({ name: 'gateway', namespace: 'tenant-acme' });
    expect(service.spec?.loadBalancerSourceRanges).toEqual(['203.0.113.0/24']);
  });
});
