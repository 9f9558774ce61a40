import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Cluster } from '../../src/cluster/client.js';
import { readTenant } from '../../src/cluster/registry.js';
import type { FleetTenant, FleetView } from '../../src/engine/fleet-view.js';
import { cloudOf, clusterOf, newOperator, snapshotOf, type CliResult, type CliRun, type Operator } from '../support/cli.js';
import { eventIs } from '../support/interruption.js';
import { refused, succeeded } from '../support/outcome.js';

const OWN = 'ionos-tenants-main.acme';
const FLAGS = ['--yes', '--sandbox', '--json'];

/** Namespaces of tenants and of the platform. */
const spacesOf = async (cluster: Cluster): Promise<string[]> => (await cluster.core.listNamespace()).items.map(({ metadata }) => metadata?.name ?? '').filter((name) => /^(tenant-|ionos-tenants-)/.test(name)).sort();

const tenantIn = ({ result }: CliResult, name: string): FleetTenant | undefined => (result.ok ? (result.data as FleetView).tenants.find((tenant) => tenant.name === name) : undefined);

describe('a tenant with a cluster of its own', () => {
  let operator: Operator;
  let home: Cluster;
  /** The cloud before it was there. */
  let before: string;
  const run = (...args: string[]): Promise<CliResult> => operator.run([...args, ...FLAGS]);
  const look = (...args: string[]): Promise<CliResult> => operator.run([...args, '--sandbox', '--json']);
  const create = ['create', 'acme', '--isolation', 'cluster', '--models', 'openai/gpt-oss-120b'];

  beforeAll(async () => {
    operator = await newOperator();
    succeeded(await run('create', 'globex'));
    home = await clusterOf(operator, 'ionos-tenants-main');
    before = JSON.stringify(await cloudOf(operator));
  });
  afterAll(() => operator.close());

  it('is planned with what it takes and costs, and nothing is made for a look', async () => {
    const dry = await run(...create, '--dry-run');
    expect(succeeded(dry).changed).toBe(false);
    const plan = dry.events.find((event) => event.type === 'plan' && event.stack === 'tenant');
    if (plan?.type !== 'plan') throw new Error('there was no plan');
    expect(plan.changes.filter(({ action }) => action !== 'create')).toEqual([]);
    expect(plan.changes.map(({ address }) => address)).toEqual(expect.arrayContaining(['module.network[0].ionoscloud_datacenter.this', 'module.kubernetes[0].ionoscloud_k8s_cluster.this', 'module.address.ionoscloud_ipblock.this']));
    expect(plan.costEur30d?.low).toBeGreaterThan(0);
    expect(JSON.stringify(await cloudOf(operator))).toBe(before);
  });

  it('survives an end at the worst moments, and the same command finishes it', async () => {
    const until = async (moment: Parameters<CliRun['until']>[0], signal: NodeJS.Signals): Promise<CliResult> => {
      const started = await operator.start([...create, ...FLAGS]);
      await started.until(moment);
      started.child.kill(signal);
      return started.finished;
    };
    // terraform has begun with its data centre and cluster.
    expect((await until(eventIs(/^onboard\/infrastructure\/.*ionoscloud_k8s_cluster/, 'started'), 'SIGKILL')).exitCode).toBeNull();
    expect((await until(eventIs(/^onboard\/applications$/, 'started'), 'SIGINT')).exitCode).toBe(130);
    expect(succeeded(await run(...create)).tenant).toMatchObject({ isolation: 'cluster', http: { wordpress: 200, openwebui: 200 } });
  });

  it('has everything of its own there, and only its records at the platform', async () => {
    const own = await clusterOf(operator, OWN);
    expect(await spacesOf(own)).toEqual(['ionos-tenants-models', 'ionos-tenants-system', 'tenant-acme']);
    expect(await spacesOf(home)).toEqual(['ionos-tenants-models', 'ionos-tenants-system', 'tenant-globex']);
    expect(await readTenant(home, 'acme')).toMatchObject({ phase: 'ready', spec: { isolation: 'cluster' } });
    expect(await readTenant(own, 'acme')).toBeUndefined();
    expect((await own.core.listNamespacedSecret({ namespace: 'ionos-tenants-system' })).items.filter(({ metadata }) => metadata?.labels?.['tfstate'] === 'true')).toEqual([]);
  });

  it('has a model gateway of its own, with the token, its key alone, and the rate of one tenant', async () => {
    const namespace = 'ionos-tenants-models';
    const secretOf = async (cluster: Cluster, name: string): Promise<Record<string, string>> => (await cluster.core.readNamespacedSecret({ name, namespace })).data ?? {};
    const own = await clusterOf(operator, OWN);
    expect((await secretOf(own, 'model-gateway'))['hub-token']).toBe((await secretOf(home, 'model-gateway'))['hub-token']);
    expect(Object.keys(await secretOf(own, 'model-gateway-keys')).join(' ')).toMatch(/^\S*acme\S*$/);
    expect(Object.keys(await secretOf(home, 'model-gateway-keys')).join(' ')).toMatch(/^\S*globex\S*$/);
    const ratesOf = async (cluster: Cluster): Promise<string[]> => (await cluster.core.listNamespacedConfigMap({ namespace })).items.flatMap(({ data }) => Object.values(data ?? {}).flatMap((text) => text.match(/rate=\S+/g) ?? []));
    const [alone, shared] = [await ratesOf(own), await ratesOf(home)];
    // No limit of the whole is above that of the one tenant, which the shared gateway has too.
    expect(new Set(alone).size).toBe(1);
    expect(shared).toContain(alone[0]);
    expect(new Set(shared).size).toBe(2);
  });

  it('is no orphan, but what is named for one that is not registered is', async () => {
    const url = `${await operator.apiUrl()}/cloudapi/v6/datacenters`;
    const headers = { authorization: 'Bearer sandbox-token', 'content-type': 'application/json' };
    const made = (await (await fetch(url, { method: 'POST', headers, body: JSON.stringify({ properties: { name: 'ionos-tenants-main.nobody', location: 'de/fra' } }) })).json()) as { id: string };
    const orphans = JSON.stringify((await look('doctor', '--orphans')).result);
    expect(orphans).toContain(`ionosctl datacenter delete --datacenter-id ${made.id}`);
    expect(orphans).not.toContain('acme');
    expect((await fetch(`${url}/${made.id}`, { method: 'DELETE', headers })).status).toBe(202);
  });

  it('is found as it should be by a second create, which changes nothing', async () => {
    const own = await clusterOf(operator, OWN);
    const all = async (): Promise<unknown> => [await snapshotOf(home, (_namespace, kind) => kind !== 'Lease'), await snapshotOf(own), await cloudOf(operator)];
    const was = await all();
    expect(succeeded(await run(...create)).changed).toBe(false);
    expect(await all()).toEqual(was);
  });

  it('is looked at where it is: health, logs, logins, address', async () => {
    const seen = await look('status', '--once');
    expect(seen.exitCode).toBe(0);
    expect(tenantIn(seen, 'acme')).toMatchObject({ isolation: 'cluster', health: 'ok', pods: { ready: 4, total: 4 }, usage: { cpu: { hard: expect.any(Number) as number } }, endpoints: { wordpress: { state: 'answers' } } });
    expect(tenantIn(await look('status', 'globex', '--once'), 'globex')).toMatchObject({ health: 'ok', pods: { total: 4 } });
    const closely = await look('status', 'acme', '--once');
    expect(closely.result.ok && (closely.result.data as FleetView).detail).toMatchObject({ name: 'acme', claims: expect.arrayContaining([expect.objectContaining({ name: 'mariadb-data' })]) as unknown });
    const stream = await operator.start(['status', '--sandbox', '--json']);
    await stream.until((event) => event.type === 'fleet' && event.view.tenants.some(({ name, health }) => name === 'acme' && health === 'ok'));
    stream.child.kill('SIGTERM');
    expect((await stream.finished).exitCode).toBe(0);
    expect(succeeded(await look('logs', 'acme', 'wordpress')).data).toMatchObject({ containers: 2 });
    expect(succeeded(await look('open', 'acme')).data).toMatchObject({ url: expect.stringMatching(/^http:\/\/127/) as string });
    expect((await operator.run(['credentials', 'acme', '--sandbox'])).stdout).toMatch(/admin/);
    expect(succeeded(await look('list')).data).toMatchObject({ tenants: expect.arrayContaining([expect.objectContaining({ name: 'acme', isolation: 'cluster' })]) as unknown });
  });

  it('grows in its cluster, and neither leaves it nor is another moved there', async () => {
    const claim = async (): Promise<string | undefined> => (await (await clusterOf(operator, OWN)).core.readNamespacedPersistentVolumeClaim({ name: 'wordpress-content', namespace: 'tenant-acme' })).spec?.resources?.requests?.storage;
    const { ip } = succeeded(await run(...create)).tenant ?? {};
    expect(succeeded(await run('update', 'acme', '--preset', 'medium')).tenant).toMatchObject({ preset: 'medium', ip, http: { wordpress: 200, openwebui: 200 } });
    expect(await claim()).toBe('25Gi');
    const was = [await snapshotOf(home), await cloudOf(operator)];
    expect(refused(await run('update', 'acme', '--isolation', 'namespace'))).toMatchObject({ exitCode: 2, code: 'isolation-change', text: expect.stringMatching(/another cluster[\s\S]*create <name> --isolation namespace/) as string });
    expect(refused(await run('update', 'globex', '--isolation', 'cluster'))).toMatchObject({ exitCode: 2, code: 'isolation-change' });
    expect([await snapshotOf(home), await cloudOf(operator)]).toEqual(was);
  });

  it('is removed whole: its cluster, data centre, addresses, state, and nothing of others', async () => {
    const others = (namespace: string): boolean => namespace === 'tenant-globex' || namespace === 'ionos-tenants-models';
    const was = await snapshotOf(home, others);
    const dry = await run('delete', 'acme', '--dry-run');
    expect(succeeded(dry).changed).toBe(false);
    const started = await operator.start(['delete', 'acme', ...FLAGS]);
    await started.until(eventIs(/^offboard\/infrastructure$/, 'started'));
    started.child.kill('SIGKILL');
    await started.finished;
    expect(succeeded(await run('delete', 'acme'))).toMatchObject({ changed: true, data: { left: [] } });
    expect(JSON.stringify(await cloudOf(operator))).toBe(before);
    expect(await snapshotOf(home, others)).toEqual(was);
    expect(await readTenant(home, 'acme')).toMatchObject({ phase: 'deleted' });
    expect(await operator.cluster(OWN)).toBeUndefined();
  });

  it('whose cluster somebody has deleted is shown so, is not made anew empty, and can be removed', async () => {
    succeeded(await run('create', 'acme', '--isolation', 'cluster', '--models', 'none'));
    const url = await operator.apiUrl();
    const headers = { authorization: 'Bearer sandbox-token' };
    const items = ((await (await fetch(`${url}/cloudapi/v6/k8s?depth=1`, { headers })).json()) as { items: { id: string; properties: { name: string } }[] }).items;
    const id = items.find(({ properties }) => properties.name === OWN)?.id ?? '';
    const pools = ((await (await fetch(`${url}/cloudapi/v6/k8s/${id}/nodepools`, { headers })).json()) as { items: { id: string }[] }).items;
    for (const path of [...pools.map((pool) => `${id}/nodepools/${pool.id}`), id]) expect((await fetch(`${url}/cloudapi/v6/k8s/${path}`, { method: 'DELETE', headers })).status).toBeLessThan(300);
    const seen = await look('status', '--once');
    expect(seen.exitCode).toBe(8);
    expect(tenantIn(seen, 'acme')).toMatchObject({ health: 'failed', reason: expect.stringContaining('the cluster of acme is gone') as string, endpoints: { wordpress: { state: 'not-asked', error: expect.stringContaining('is gone') as string } } });
    expect(tenantIn(seen, 'globex')).toMatchObject({ health: 'ok' });
    const refusal = refused(await run('create', 'acme', '--isolation', 'cluster'));
    expect(refusal).toMatchObject({ exitCode: 1, code: 'cell-gone', text: expect.stringMatching(/data was in it\nRemove what is left, then onboard it anew: .*delete acme .*\nNothing was changed\.$/) as string });
    // Whoever comes upon it is told the same.
    for (const args of [['update', 'acme', '--yes'], ['logs', 'acme'], ['credentials', 'acme']]) expect(refused(await look(...args))).toEqual(refusal);
    expect(succeeded(await run('delete', 'acme'))).toMatchObject({ data: { left: [] } });
    expect(JSON.stringify(await cloudOf(operator))).toBe(before);
  });
});
