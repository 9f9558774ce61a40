import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Cluster } from '../../src/cluster/client.js';
import { readTenant } from '../../src/cluster/registry.js';
import { changedPackage } from '../support/changed-package.js';
import { cloudOf, newOperator, snapshotOf, type CliResult, type Operator } from '../support/cli.js';
import { refused, succeeded } from '../support/outcome.js';

/** Names that begin alike, or are a part of one another. */
const NAMES = ['acme', 'acme-2', 'acm'] as const;
const others = (name: string): string[] => NAMES.filter((each) => each !== name);
/** What a path, a shell, a selector, the cluster or a person could read as something else. */
const AWKWARD = ['../acme', 'acme/../acm', 'acme/', 'kube-system', 'ionos-tenants-system', 'all', 'ACME', 'аcme', 'ac\u200bme', `acme${'e'.repeat(60)}`, 'acme*', 'acme,acm', 'acme acm', '$(touch pwned)', '`touch pwned`', 'acme; touch pwned', 'acme\n', 'acme%2f..', '~', ''];
/** Those that every command is given; the rest reads its name with the same code. */
const WORST = ['../acme', 'kube-system', 'аcme', '$(touch pwned)'];
const COMMANDS: Record<string, string[]> = { status: ['--once'], logs: [], open: ['wordpress'], credentials: [], update: ['--yes'], delete: ['--yes'], create: ['--yes'] };

let operator: Operator;
let cluster: Cluster;
/** The program without one rule each, which the tests have to notice. */
let careless: string;
beforeAll(async () => {
  operator = await newOperator();
  for (const name of NAMES) succeeded(await operator.run(['create', name, '--yes', '--sandbox', '--json']));
  cluster = (await operator.cluster()) as Cluster;
  careless = await changedPackage([
    { file: 'src/tenant/name.ts', from: 'const malformed = (why', to: 'if (text !== \'\') return undefined;\n  const malformed = (why' },
    { file: 'src/operations/tenant-logs.ts', from: 'const namespace = namespaceOf(input.tenant);', to: 'const namespace = (await cluster.core.listNamespace()).items.map(({ metadata }) => metadata?.name ?? \'\').filter((each) => each.startsWith(namespaceOf(input.tenant))).sort().at(-1) ?? \'\';' },
    { file: 'src/operations/tenant-secrets.ts', from: 'const { [tenant]: _gone, ...data } = present.data;', to: 'const data = Object.fromEntries(Object.entries(present.data).filter(([each]) => !each.startsWith(tenant)));' },
  ]);
});
afterAll(async () => {
  await operator.close();
  await rm(careless, { recursive: true, force: true });
});

const run = (args: string[], main?: string): Promise<CliResult> => operator.run([...args, '--sandbox', '--json'], main === undefined ? {} : { main: join(main, 'dist/main.js') });
const command = (name: string, tenant: string, main?: string): Promise<CliResult> => run([name, tenant, ...(COMMANDS[name] ?? [])], main);
/** Everything but what ticks by itself. */
const world = async (): Promise<unknown> => [await snapshotOf(cluster, (_namespace, kind) => kind !== 'Lease'), await cloudOf(operator)];
const ownedBy = (name: string) => (namespace: string, _kind: string, object: string): boolean => namespace === `tenant-${name}` || object === `tenant-${name}` || object.startsWith(`ionos-tenants-${name}-`) && !others(name).some((other) => other.length > name.length && object.startsWith(`ionos-tenants-${other}-`));
const valuesOf = async (name: string): Promise<string[]> => (await Promise.all(['wordpress', 'openwebui'].map((secret) => cluster.core.readNamespacedSecret({ name: secret, namespace: `tenant-${name}` })))).flatMap(({ data }) => Object.values(data ?? {}));
const modelKeys = async (): Promise<Record<string, string>> => (await cluster.core.readNamespacedSecret({ name: 'model-gateway-keys', namespace: 'ionos-tenants-models' })).data ?? {};
const volumesOf = async (name: string): Promise<string[]> => (await cluster.core.listPersistentVolume()).items.filter(({ spec }) => spec?.claimRef?.namespace === `tenant-${name}`).map(({ metadata }) => metadata?.name ?? '').sort();
const podsOf = async (name: string): Promise<string[]> => (await cluster.core.listNamespacedPod({ namespace: `tenant-${name}` })).items.map(({ metadata }) => metadata?.name ?? '').filter((pod) => pod.startsWith('wordpress-'));
/** WordPress' pods whose lines a command has printed: their names are nobody else's. */
const podsIn = ({ events }: CliResult): string[] => [...new Set(events.flatMap((event) => (event.type === 'log' ? [event.source?.split('/')[0] ?? ''] : [])))].filter((pod) => pod.startsWith('wordpress-')).sort();

describe('P31 a name that means something else', () => {
  it.each(Object.keys(COMMANDS))('is refused by %s, which changes nothing', async (name) => {
    const before = await world();
    for (const tenant of name === 'delete' ? AWKWARD : WORST) {
      const { exitCode, code } = refused(await command(name, tenant));
      expect([tenant, exitCode, code]).toEqual([tenant, 2, expect.stringMatching(/^(name-|tenant-missing$|argument-|option-|usage)/) as string]);
    }
    expect(await world()).toEqual(before);
    expect(await readdir(operator.home)).not.toContain('pwned');
  });

  it.each(['acme-', 'acme-3', 'acme2', 'cme'])('is not taken for one that it resembles: %s', async (tenant) => {
    for (const name of ['logs', 'credentials', 'delete']) expect(refused(await command(name, tenant))).toMatchObject({ exitCode: 2, code: tenant === 'acme-' ? 'name-malformed' : 'tenant-missing' });
  });

  it('red with its control removed: without the rule, a reserved name is taken', async () => {
    expect(refused(await run(['create', 'all', '--dry-run'])).code).toBe('name-reserved');
    expect(succeeded(await run(['create', 'all', '--dry-run'], careless))).toMatchObject({ ok: true });
  });
});

describe('P31 one of three names that begin alike', () => {
  it.each(NAMES)('is the only one that commands select, which answer for it (positive control): %s', async (name) => {
    const record = await readTenant(cluster, name);
    expect(succeeded(await command('open', name))).toMatchObject({ data: { tenant: name, url: record?.endpoints?.wordpress } });
    expect(JSON.stringify(succeeded(await command('status', name)))).toContain(`"${name}"`);
    const secrets = (await valuesOf(name)).map((value) => Buffer.from(value, 'base64').toString());
    const { stdout } = await operator.run(['credentials', name, '--sandbox']);
    expect(secrets.filter((value) => stdout.includes(value))).toHaveLength(2);
    for (const other of others(name)) for (const value of await valuesOf(other)) expect(stdout).not.toContain(Buffer.from(value, 'base64').toString());
    const plan = (await run(['delete', name, '--dry-run'])).events.find((event) => event.type === 'plan');
    expect(plan).toMatchObject({ removal: { tenant: name, namespaces: [`tenant-${name}`], ip: record?.ip } });
    expect(plan?.type === 'plan' ? plan.removal?.volumes.map(({ volume }) => volume).sort() : []).toEqual(await volumesOf(name));
  });
});

describe('P29 logs', () => {
  it.each(NAMES)('of %s come from its own pods, and from all of them (positive control)', async (name) => {
    const printed = podsIn(await command('logs', name));
    expect(printed).toEqual((await podsOf(name)).sort());
    for (const other of others(name)) for (const pod of await podsOf(other)) expect(printed).not.toContain(pod);
  });

  it('of a tenant do not hold those of a pod elsewhere that bears its labels', async () => {
    const [pod] = (await cluster.core.listNamespacedPod({ namespace: 'tenant-acme-2' })).items.filter(({ metadata }) => metadata?.name?.startsWith('wordpress-'));
    const labels = { ...pod?.metadata?.labels, 'ionos-tenants.io/tenant': 'acme', 'app.kubernetes.io/instance': 'acme' };
    const label = async (as: Record<string, string> | undefined): Promise<void> => {
      const where = { name: pod?.metadata?.name ?? '', namespace: 'tenant-acme-2' };
      const present = await cluster.core.readNamespacedPod(where);
      await cluster.core.replaceNamespacedPod({ ...where, body: { ...present, metadata: { ...present.metadata, labels: as ?? {} } } });
    };
    await label(labels);
    expect(podsIn(await command('logs', 'acme'))).toEqual((await podsOf('acme')).sort());
    await label(pod?.metadata?.labels);
  });

  it('red with its control removed: by the beginning of its name, one tenant gets the logs of another', async () => {
    expect(podsIn(await command('logs', 'acme', careless))).toEqual((await podsOf('acme-2')).sort());
  });
});

describe('P32 a tenant that is removed beside others, and made anew', () => {
  it('leaves the others as they were, while the same look sees its own things go (positive control)', async () => {
    const look = async (name: string): Promise<Record<string, string>> => snapshotOf(cluster, ownedBy(name));
    const [own, before, keys, volumes] = [await look('acme'), await Promise.all(others('acme').map(look)), await modelKeys(), await Promise.all(others('acme').map(volumesOf))];
    expect(succeeded(await command('delete', 'acme'))).toMatchObject({ data: { left: [] } });
    expect(await Promise.all(others('acme').map(look))).toEqual(before);
    expect(await Promise.all(others('acme').map(volumesOf))).toEqual(volumes);
    const { acme: gone, ...kept } = keys;
    expect(gone).toBeDefined();
    expect(await modelKeys()).toEqual(kept);
    for (const name of others('acme')) for (const url of Object.values((await readTenant(cluster, name))?.endpoints ?? {})) expect((await fetch(url)).status).toBe(200);
    expect(Object.keys(own).length).toBeGreaterThan(30);
    expect(Object.keys(await look('acme')).sort()).toEqual(['ConfigMap ionos-tenants-system/tenant-acme', 'Lease ionos-tenants-system/tenant-acme']);
  });

  it('begins with nothing of the one before: no secret, no volume, no address, no model key', async () => {
    const blocks = async (): Promise<string[]> => JSON.stringify((await cloudOf(operator) as unknown[])[1]).match(/"id":"[^"]+"/g) ?? [];
    const present = async () => ({ secrets: await valuesOf('acme'), volumes: await volumesOf('acme'), key: (await modelKeys())['acme'] ?? '', blocks: (await blocks()).filter((id) => !neighbours.includes(id)) });
    const neighbours = await blocks();
    succeeded(await command('create', 'acme'));
    const first = await present();
    expect([first.secrets.length > 10, first.volumes.length, first.key !== '', first.blocks.length > 0]).toEqual([true, 3, true, true]);
    succeeded(await command('delete', 'acme'));
    succeeded(await command('create', 'acme'));
    const second = await present();
    for (const what of ['secrets', 'volumes', 'blocks'] as const) expect(second[what].filter((each) => first[what].includes(each))).toEqual([]);
    expect(second.key).not.toBe(first.key);
  });

  it('red with its control removed: by the beginning of its name, a removal takes the model keys of the others with it', async () => {
    expect(Object.keys(await modelKeys()).sort()).toEqual([...NAMES].sort());
    succeeded(await command('delete', 'acm', careless));
    expect(await modelKeys()).toEqual({});
  });
});
