import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connect, type Cluster } from '../../src/cluster/client.js';
import { readTenant } from '../../src/cluster/registry.js';
import type { EngineEvent } from '../../src/engine/events.js';
import { bareCluster } from '../support/bare-cluster.js';
import { cloudOf, clusterOf, newOperator, snapshotOf, type CliResult, type Operator } from '../support/cli.js';
import { succeeded } from '../support/outcome.js';
import { objectsNaming } from '../support/traces.js';

const FLAGS = ['--yes', '--sandbox', '--json'];

/** These run the command a dozen times. */
const SEVERAL_RUNS_MS = 300_000;

/** Everything that is another tenant's own. The model gateway is everybody's. */
const others = (namespace: string, _kind: string, name: string): boolean => namespace === 'tenant-globex' || name.includes('globex');

describe('delete, beside another tenant', () => {
  let operator: Operator;
  let cluster: Cluster;
  let before: Record<string, string>;
  let endpoints: Record<string, string>;
  let removed: CliResult;

  beforeAll(async () => {
    operator = await newOperator();
    endpoints = succeeded(await operator.run(['create', 'globex', ...FLAGS])).tenant?.endpoints ?? {};
    succeeded(await operator.run(['create', 'acme', '--display-name', 'Acme GmbH', ...FLAGS]));
    cluster = await clusterOf(operator);
    before = await snapshotOf(cluster, others);
  });
  afterAll(() => operator.close());

  it('of a name that is no tenant, or that somebody else uses, changes nothing', async () => {
    await cluster.core.createNamespace({ body: { metadata: { name: 'tenant-hooli', labels: { owner: 'somebody' } } } });
    const [everything, cloud] = [await snapshotOf(cluster), await cloudOf(operator)];
    for (const [args, code] of [
      [['delete', 'nobody', ...FLAGS], 'tenant-missing'],
      [['delete', 'acm', ...FLAGS], 'tenant-missing'],
      [['delete', 'acme', '--platform', 'elsewhere', ...FLAGS], 'tenant-missing'],
      [['delete', 'hooli', ...FLAGS], 'namespace-foreign'],
      [['delete', 'Acme!', ...FLAGS], 'name-malformed'],
    ] as const) {
      const run = await operator.run(args);
      expect(run.exitCode).toBe(2);
      expect(run.result).toMatchObject({ ok: false, error: { code } });
    }
    expect(await snapshotOf(cluster)).toEqual(everything);
    expect(await cloudOf(operator)).toEqual(cloud);
  });

  it('without a terminal shows what would be removed, names the flag, and changes nothing; --dry-run is only the look', async () => {
    const [everything, cloud] = [await snapshotOf(cluster), await cloudOf(operator)];
    const refused = await operator.run(['delete', 'acme', '--sandbox', '--json']);
    expect(refused.exitCode).toBe(2);
    expect(refused.result).toMatchObject({ ok: false, error: { code: 'not-approved', next: [expect.stringContaining('--yes') as string] } });
    const dry = await operator.run(['delete', 'acme', '--dry-run', '--sandbox', '--json']);
    expect(succeeded(dry)).toMatchObject({ changed: false, data: { tenant: 'acme', dryRun: true } });
    for (const run of [refused, dry]) {
      expect(run.events.find((event) => event.type === 'plan')).toMatchObject({
        changes: [{ address: 'module.address.ionoscloud_ipblock.this', action: 'delete' }],
        removal: {
          tenant: 'acme',
          displayName: 'Acme GmbH',
          namespaces: ['tenant-acme'],
          releases: ['ionos-tenants-system/tenant-acme', 'tenant-acme/gateway', 'tenant-acme/openwebui', 'tenant-acme/wordpress'],
          volumes: ['mariadb-data', 'openwebui-data', 'wordpress-content'].map((claim) => ({ claim, bytes: expect.any(Number) as number, volume: expect.stringMatching(/^pvc-/) as string })),
          modelKey: true,
          ip: expect.stringMatching(/^203\.0\.113\./) as string,
          costEur30d: { low: expect.any(Number) as number },
        },
      });
    }
    expect(await snapshotOf(cluster)).toEqual(everything);
    expect(await cloudOf(operator)).toEqual(cloud);
  });

  it('says in plain words what goes, and that nothing is kept', async () => {
    const { stdout } = await operator.run(['delete', 'acme', '--dry-run', '--sandbox', '--plain']);
    for (const words of ['This would remove acme for good.', 'tenant-acme', 'mariadb-data 8 GiB', 'no backup and no export', 'Nothing was changed']) expect(stdout).toContain(words);
  });

  it('removes everything of the tenant, and counts it', async () => {
    removed = await operator.run(['delete', 'acme', ...FLAGS]);
    expect(succeeded(removed)).toMatchObject({ changed: true, data: { tenant: 'acme', platform: 'main', removed: { namespaces: 1, releases: 4, volumes: 3, cloud: 1 }, left: [] } });
    // Looked for without the product's own list of places: by name, in every kind, in the cloud, and on this machine.
    expect(await objectsNaming(cluster, 'acme')).toEqual(['ConfigMap ionos-tenants-system/tenant-acme', 'Lease ionos-tenants-system/tenant-acme']);
    expect((await cluster.core.listPersistentVolume()).items.filter(({ spec }) => spec?.claimRef?.namespace === 'tenant-acme')).toEqual([]);
    expect(JSON.stringify(await cloudOf(operator))).not.toContain('acme');
    expect(existsSync(join(operator.home, 'state/sandbox/operator/tenants/main/globex'))).toBe(true);
    expect(existsSync(join(operator.home, 'state/sandbox/operator/tenants/main/acme'))).toBe(false);
    expect(Object.keys((await cluster.core.readNamespacedSecret({ name: 'model-gateway-keys', namespace: 'ionos-tenants-models' })).data ?? {})).toEqual(['globex']);
  });

  it('goes from the door in to the state, step by step, and ends each of them', () => {
    const roots = removed.events.flatMap((event) => (event.type === 'task' && event.state === 'started' && event.task.split('/').length === 2 ? [event.task.replace('offboard/', '')] : []));
    expect(roots).toEqual(['preflight', 'plan', 'gateway', 'address', 'applications', 'volumes', 'namespace', 'guard-rails', 'model-key', 'infrastructure', 'state', 'proof']);
    const last = new Map(removed.events.flatMap((event) => (event.type === 'task' ? [[event.task, event.state] as const] : [])));
    expect([...new Set(last.values())]).toEqual(['done']);
    expect(removed.events.some((event) => event.type === 'task' && event.task === 'offboard/infrastructure/ionoscloud_ipblock.this' && event.state === 'done')).toBe(true);
    expect(removed.stderr).toBe('');
  });

  it("leaves the other tenant's objects byte for byte as they were, and its applications answering", async () => {
    expect(await snapshotOf(cluster, others)).toEqual(before);
    expect(Object.keys(before).length).toBeGreaterThan(30);
    for (const url of Object.values(endpoints)) expect((await fetch(url)).status).toBe(200);
  });

  it('keeps who removed what and when, without names of people or addresses of the tenant', async () => {
    const record = await readTenant(cluster, 'acme');
    expect(record).toMatchObject({ phase: 'deleted', removal: { doneAt: expect.any(String) as string, by: expect.stringContaining('@') as string, releases: expect.arrayContaining(['tenant-acme/wordpress']) as string[], cloud: [{ type: 'ionoscloud_ipblock' }] } });
    expect(record?.history.map(({ operation, outcome }) => `${operation} ${outcome}`)).toEqual(['create started', 'create done', 'delete started', 'delete done']);
    expect(JSON.stringify({ ...record, history: [], removal: undefined })).not.toMatch(/@|GmbH|203\.0\.113/);
    expect((await cluster.coordination.readNamespacedLease({ name: 'tenant-acme', namespace: 'ionos-tenants-system' })).spec?.holderIdentity ?? '').toBe('');
    const listed = succeeded(await operator.run(['list', '--sandbox', '--json'])).data as { tenants: { name: string }[] };
    expect(listed.tenants.map(({ name }) => name)).toEqual(['globex']);
  });

  it('of a tenant that is gone changes nothing, and says since when', async () => {
    const [everything, cloud] = [await snapshotOf(cluster), await cloudOf(operator)];
    const again = await operator.run(['delete', 'acme', ...FLAGS]);
    expect(succeeded(again)).toMatchObject({ changed: false, data: { deletedAt: (await readTenant(cluster, 'acme'))?.removal?.doneAt, left: [] } });
    expect(await snapshotOf(cluster)).toEqual(everything);
    expect(await cloudOf(operator)).toEqual(cloud);
  });

  it('frees the name: a new tenant has the old history, and secrets of its own', async () => {
    const secretsOf = async (): Promise<string[]> => {
      const secrets = await Promise.all(['wordpress', 'openwebui'].map((name) => cluster.core.readNamespacedSecret({ name, namespace: 'tenant-acme' })));
      return secrets.flatMap(({ data }) => Object.values(data ?? {}));
    };
    succeeded(await operator.run(['create', 'acme', ...FLAGS]));
    const first = await secretsOf();
    const born = (await readTenant(cluster, 'acme'))?.createdAt ?? '';
    succeeded(await operator.run(['delete', 'acme', ...FLAGS]));
    expect(succeeded(await operator.run(['create', 'acme', ...FLAGS]))).toMatchObject({ changed: true, tenant: { http: { wordpress: 200, openwebui: 200 } } });
    const second = await secretsOf();
    expect(first.length).toBeGreaterThan(10);
    expect(second.filter((value) => first.includes(value))).toEqual([]);
    const record = await readTenant(cluster, 'acme');
    expect(record).toMatchObject({ phase: 'ready', spec: { displayName: 'acme' } });
    expect(record?.removal).toBeUndefined();
    expect(Date.parse(record?.createdAt ?? '')).toBeGreaterThan(Date.parse(born));
    expect(record?.history.filter(({ operation, outcome }) => operation === 'delete' && outcome === 'done')).toHaveLength(2);
  });

  it('of nodes of its own removes them too, and gives all their addresses back', async () => {
    const cloud = JSON.stringify(await cloudOf(operator));
    succeeded(await operator.run(['create', 'initech', '--isolation', 'node-pool', '--models', 'none', ...FLAGS]));
    const nodes = JSON.stringify(await cloudOf(operator));
    // A block for these nodes and the block of a tenant of a similar name are never taken for each other.
    expect(nodes).toContain('"ionos-tenants-main-initech.1"');
    succeeded(await operator.run(['create', 'initech-1', '--models', 'none', ...FLAGS]));
    expect(succeeded(await operator.run(['delete', 'initech-1', ...FLAGS]))).toMatchObject({ data: { removed: { cloud: 1 }, left: [] } });
    expect(JSON.stringify(await cloudOf(operator))).toBe(nodes);
    const run = await operator.run(['delete', 'initech', ...FLAGS]);
    expect(succeeded(run)).toMatchObject({ data: { removed: { cloud: 4 }, left: [] } });
    expect(JSON.stringify(await cloudOf(operator))).toBe(cloud);
    expect((await cluster.core.listNode()).items.filter(({ metadata }) => metadata?.labels?.['ionos-tenants.io/tenant'] === 'initech')).toEqual([]);
  });
});

describe('delete on an adopted cluster for a trial', () => {
  it('needs no account, and leaves only what was there before', async () => {
    const [cloud, operator] = await Promise.all([newOperator(), newOperator()]);
    try {
      const { kubeconfig } = await bareCluster(cloud);
      succeeded(await operator.run(['platform', 'adopt', '--kubeconfig', kubeconfig, '--platform', 'trial', '--address', 'load-balancer', '--json']));
      const cluster = connect(await readFile(kubeconfig, 'utf8'));
      const blocks = JSON.stringify((await cloudOf(cloud) as unknown[])[1]);
      succeeded(await operator.run(['create', 'beta', '--platform', 'trial', '--wordpress-admin-email', 'web@beta.example', '--models', 'none', '--yes', '--json']));
      const run = await operator.run(['delete', 'beta', '--platform', 'trial', '--yes', '--json']);
      expect(succeeded(run)).toMatchObject({ changed: true, data: { platform: 'trial', removed: { namespaces: 1, releases: 4, volumes: 3, cloud: 0 }, left: [] } });
      expect(await objectsNaming(cluster, 'beta')).toEqual(['ConfigMap ionos-tenants-system/tenant-beta', 'Lease ionos-tenants-system/tenant-beta']);
      expect(JSON.stringify((await cloudOf(cloud) as unknown[])[1])).toBe(blocks);
    } finally {
      await Promise.all([cloud.close(), operator.close()]);
    }
  });
});

/** Looks until it is so. */
const until = async (isSo: () => Promise<boolean>): Promise<void> => {
  while (!(await isSo())) await new Promise((resolve) => setTimeout(resolve, 50));
};

interface Place {
  kind: string;
  namespace?: string;
  name: string;
}
/** Changes what holds an object: a finalizer whose controller is away keeps it for ever. */
const finalize = async (cluster: Cluster, { kind, namespace, name }: Place, finalizers: (present: string[]) => string[]): Promise<void> => {
  const apiVersion = 'v1';
  const header = { apiVersion, kind, metadata: { name, ...(namespace === undefined ? {} : { namespace }) } };
  const object = await cluster.objects.read(header);
  await cluster.objects.replace({ ...object, apiVersion, kind, metadata: { ...object.metadata, finalizers: finalizers(object.metadata?.finalizers ?? []) } });
};
const HELD = 'example.org/held';

describe('delete, when something does not go', () => {
  let operator: Operator;
  let cluster: Cluster;
  beforeAll(async () => {
    operator = await newOperator();
    succeeded(await operator.run(['create', 'globex', ...FLAGS]));
    cluster = await clusterOf(operator);
  });
  afterAll(() => operator.close());

  const stuck = async (name: string): Promise<{ what: string; why: string; next: string[] }> => {
    const run = await operator.run(['delete', name, '--timeout', '1', ...FLAGS]);
    expect(run.exitCode).toBe(1);
    expect(run.result).toMatchObject({ ok: false, error: { code: 'still-there' } });
    const { result } = run;
    if (result.ok) throw new Error('it went');
    return { why: '', ...result.error };
  };

  it('stops at that step, names it and what holds it, touches nothing of the later steps, and goes on where it stopped', async () => {
    succeeded(await operator.run(['create', 'acme', ...FLAGS]));
    const namespace = 'tenant-acme';
    const volume = (await cluster.core.readNamespacedPersistentVolumeClaim({ name: 'mariadb-data', namespace })).spec?.volumeName ?? '';
    const has = async (what: string): Promise<boolean> => (await objectsNaming(cluster, 'acme')).some((object) => object.includes(what));
    const blocked = [
      { of: { kind: 'Service', namespace, name: 'gateway' }, named: 'service/gateway', still: 'Deployment tenant-acme/wordpress' },
      { of: { kind: 'Pod', namespace, name: 'mariadb-0' }, named: 'pod/mariadb-0', still: 'PersistentVolumeClaim tenant-acme/mariadb-data' },
      { of: { kind: 'PersistentVolumeClaim', namespace, name: 'mariadb-data' }, named: 'persistentvolumeclaim/mariadb-data', still: 'Secret tenant-acme/wordpress' },
      { of: { kind: 'PersistentVolume', name: volume }, named: `persistentvolume/${volume}`, still: 'Secret tenant-acme/wordpress' },
      { of: { kind: 'Secret', namespace, name: 'wordpress' }, named: 'namespace/tenant-acme', still: 'ValidatingAdmissionPolicy /ionos-tenants-acme-pods' },
    ];
    for (const { of } of blocked) await finalize(cluster, of, (present) => [...present, HELD]);
    for (const { of, named, still } of blocked) {
      const error = await stuck('acme');
      expect(error.what).toBe(`${named} does not go`);
      expect(error.why).toContain(HELD);
      expect(error.next.join('\n')).toMatch(/kubectl .*(describe|get)[\s\S]*same command again/);
      expect(await has(still)).toBe(true);
      await finalize(cluster, of, (present) => present.filter((each) => each !== HELD));
    }
    const during = await operator.run(['create', 'acme', ...FLAGS]);
    expect(during.exitCode).toBe(2);
    expect(during.result).toMatchObject({ ok: false, error: { code: 'tenant-offboarding', next: [expect.stringContaining('delete acme') as string] } });
    expect((await readTenant(cluster, 'acme'))?.history.slice(-2).map(({ operation, outcome }) => `${operation} ${outcome}`)).toEqual(['delete started', 'delete failed']);
    // What the first look had found is counted, not what was left for the last one.
    expect(succeeded(await operator.run(['delete', 'acme', ...FLAGS]))).toMatchObject({ changed: true, data: { removed: { namespaces: 1, releases: 4, volumes: 3, cloud: 1 }, left: [] } });
    expect(await objectsNaming(cluster, 'acme')).toEqual(['ConfigMap ionos-tenants-system/tenant-acme', 'Lease ionos-tenants-system/tenant-acme']);
  }, SEVERAL_RUNS_MS);

  it('names a volume that its reclaim policy keeps, and what to type', async () => {
    succeeded(await operator.run(['create', 'kept', ...FLAGS]));
    const volume = (await cluster.core.readNamespacedPersistentVolumeClaim({ name: 'mariadb-data', namespace: 'tenant-kept' })).spec?.volumeName ?? '';
    const policy = async (persistentVolumeReclaimPolicy: string): Promise<void> => {
      const present = await cluster.core.readPersistentVolume({ name: volume });
      await cluster.core.replacePersistentVolume({ name: volume, body: { ...present, spec: { ...present.spec, persistentVolumeReclaimPolicy } } });
    };
    await policy('Retain');
    const run = await operator.run(['delete', 'kept', ...FLAGS]);
    expect(run.exitCode).toBe(1);
    expect(run.result).toMatchObject({ ok: false, error: { code: 'left-behind', why: expect.stringContaining(volume) as string, next: [expect.stringContaining(`kubectl patch pv ${volume}`) as string, expect.stringContaining('same command') as string] } });
    expect((await readTenant(cluster, 'kept'))?.phase).toBe('offboarding');
    await policy('Delete');
    expect(succeeded(await operator.run(['delete', 'kept', ...FLAGS]))).toMatchObject({ changed: true, data: { removed: { volumes: 3 }, left: [] } });
  });

  it("names a pod elsewhere that carries the tenant's label, touches it not, and says what to do about it", async () => {
    succeeded(await operator.run(['create', 'labelled', ...FLAGS]));
    const where = { name: 'batch', namespace: 'default' };
    await cluster.core.createNamespacedPod({ namespace: where.namespace, body: { metadata: { name: where.name, labels: { 'ionos-tenants.io/tenant': 'labelled' } }, spec: { containers: [{ name: 'main', image: 'busybox' }] } } });
    const run = await operator.run(['delete', 'labelled', ...FLAGS]);
    expect(run.exitCode).toBe(1);
    const advice = expect.stringMatching(/kubectl -n default label pod\/batch ionos-tenants\.io\/tenant- .*kubectl -n default delete pod\/batch$/) as string;
    expect(run.result).toMatchObject({ error: { code: 'left-behind', why: 'left: pod/batch in default', next: [advice, expect.stringContaining('same command') as string] } });
    // As the words say.
    const pod = await cluster.core.readNamespacedPod(where);
    delete pod.metadata?.labels?.['ionos-tenants.io/tenant'];
    await cluster.core.replaceNamespacedPod({ ...where, body: pod });
    expect(succeeded(await operator.run(['delete', 'labelled', ...FLAGS]))).toMatchObject({ data: { left: [] } });
    expect((await cluster.core.readNamespacedPod(where)).metadata?.deletionTimestamp).toBeUndefined();
    await cluster.core.deleteNamespacedPod(where);
  });

  it('takes over an address that a killed terraform had made without noting it', async () => {
    succeeded(await operator.run(['create', 'unnoted', ...FLAGS]));
    const where = { name: 'tfstate-default-unnoted-state', namespace: 'ionos-tenants-system' };
    const secret = await cluster.core.readNamespacedSecret(where);
    const state = JSON.parse(gunzipSync(Buffer.from(secret.data?.tfstate ?? '', 'base64')).toString()) as { serial: number };
    const tfstate = gzipSync(JSON.stringify({ ...state, serial: state.serial + 1, outputs: {}, resources: [] })).toString('base64');
    await cluster.core.replaceNamespacedSecret({ ...where, body: { ...secret, data: { ...secret.data, tfstate } } });
    // Such a tenant has no door yet.
    await cluster.core.deleteNamespacedService({ name: 'gateway', namespace: 'tenant-unnoted' });
    await until(async () => (await objectsNaming(cluster, 'unnoted')).every((object) => object !== 'Service tenant-unnoted/gateway'));
    expect(JSON.stringify(await cloudOf(operator))).toContain('ionos-tenants-main-unnoted');
    expect(succeeded(await operator.run(['delete', 'unnoted', ...FLAGS]))).toMatchObject({ data: { removed: { cloud: 1 }, left: [] } });
    expect(JSON.stringify(await cloudOf(operator))).not.toContain('unnoted');
  });

  it('finds an address that no state knows, because it costs', async () => {
    const call = async (method: string, path: string, body?: unknown): Promise<{ id: string }> => {
      const response = await fetch(`${await operator.apiUrl()}/cloudapi/v6${path}`, { method, headers: { authorization: 'Bearer sandbox-token', 'content-type': 'application/json' }, ...(body === undefined ? {} : { body: JSON.stringify(body) }) });
      return (await response.json().catch(() => ({}))) as { id: string };
    };
    succeeded(await operator.run(['create', 'orphan', ...FLAGS]));
    // Its address, and one for a node of its own.
    const ids = await Promise.all(['orphan', 'orphan.0'].map(async (name) => (await call('POST', '/ipblocks', { properties: { name: `ionos-tenants-main-${name}`, location: 'de/fra', size: 1 } })).id));
    const run = await operator.run(['delete', 'orphan', '--timeout', '1', ...FLAGS]);
    for (const id of ids) expect(run.result).toMatchObject({ ok: false, error: { code: 'left-behind', why: expect.stringContaining(`ionoscloud_ipblock ${id}`) as string } });
    for (const id of ids) await call('DELETE', `/ipblocks/${id}`);
    expect(succeeded(await operator.run(['delete', 'orphan', ...FLAGS])).changed).toBe(true);
  });

  it("leaves alone a claim that names somebody else's volume, and everything else with it", async () => {
    succeeded(await operator.run(['create', 'wrong', ...FLAGS]));
    const volumeName = (await cluster.core.readNamespacedPersistentVolumeClaim({ name: 'mariadb-data', namespace: 'tenant-globex' })).spec?.volumeName ?? '';
    await cluster.core.createNamespacedPersistentVolumeClaim({
      namespace: 'tenant-wrong',
      body: { metadata: { name: 'borrowed' }, spec: { accessModes: ['ReadWriteOnce'], volumeName, resources: { requests: { storage: '8Gi' } } } },
    });
    const before = await snapshotOf(cluster, (_namespace, kind) => kind !== 'Lease');
    const run = await operator.run(['delete', 'wrong', ...FLAGS]);
    expect(run.exitCode).toBe(2);
    expect(run.result).toMatchObject({ error: { code: 'volume-foreign', why: expect.stringContaining('tenant-globex/mariadb-data') as string } });
    expect(await snapshotOf(cluster, (_namespace, kind) => kind !== 'Lease')).toEqual(before);
  });
});

const started = (path: string) => (event: EngineEvent): boolean => event.type === 'task' && event.state === 'started' && event.task === path;

describe('delete, interrupted', () => {
  let operator: Operator;
  let cluster: Cluster;
  let before: Record<string, string>;
  beforeAll(async () => {
    operator = await newOperator({ speed: 8 });
    succeeded(await operator.run(['create', 'globex', ...FLAGS]));
    cluster = await clusterOf(operator);
    before = await snapshotOf(cluster, others);
  });
  afterAll(() => operator.close());

  /** Kills a run at this moment. One that had ended before it was killed is undone, and started again. */
  const killAt = async ([command, name]: ['create' | 'delete', string], moment: (event: EngineEvent) => boolean): Promise<void> => {
    for (let tries = 1; ; tries += 1) {
      const run = await operator.start([command, name, ...FLAGS]);
      await run.until(moment);
      run.child.kill('SIGKILL');
      const ended = await run.finished;
      if (ended.exitCode === null) return;
      succeeded(ended);
      if (tries === 5) throw new Error(`${command} ${name} ended before it could be killed`);
      succeeded(await operator.run([command === 'create' ? 'delete' : 'create', name, ...FLAGS]));
    }
  };

  const finishes = async (name: string): Promise<CliResult> => {
    const run = await operator.run(['delete', name, ...FLAGS]);
    expect(succeeded(run)).toMatchObject({ changed: true, data: { left: [] } });
    expect((await objectsNaming(cluster, name)).filter((object) => !/^(ConfigMap|Lease) ionos-tenants-system\/tenant-/.test(object))).toEqual([]);
    expect(JSON.stringify(await cloudOf(operator))).not.toContain(`-${name}`);
    expect(await snapshotOf(cluster, others)).toEqual(before);
    return run;
  };

  it('by a kill in each of its steps, one after the other, is finished by the same command', async () => {
    succeeded(await operator.run(['create', 'acme', ...FLAGS]));
    for (const step of ['plan', 'gateway', 'address', 'applications', 'volumes', 'namespace', 'guard-rails', 'model-key', 'infrastructure/ionoscloud_ipblock.this', 'infrastructure', 'state', 'proof']) {
      // The address before the step that it is a part of: a killed run's terraform goes on, and what it has removed does not come again.
      await killAt(['delete', 'acme'], started(`offboard/${step}`));
    }
    expect(succeeded(await finishes('acme'))).toMatchObject({ data: { removed: { namespaces: 1, releases: 4, volumes: 3, cloud: 1 } } });
  }, SEVERAL_RUNS_MS);

  it('by Ctrl-C ends with 130 and says how to go on; the next one takes over and finishes', async () => {
    succeeded(await operator.run(['create', 'pressed', ...FLAGS]));
    const run = await operator.start(['delete', 'pressed', ...FLAGS]);
    await run.until(started('offboard/applications'));
    run.child.kill('SIGINT');
    const ended = await run.finished;
    expect(ended.exitCode).toBe(130);
    expect(ended.result).toMatchObject({ ok: false, error: { code: 'cancelled', next: [expect.stringContaining('same command again') as string] } });
    expect((await readTenant(cluster, 'pressed'))?.history.at(-1)).toMatchObject({ operation: 'delete', outcome: 'interrupted' });
    await finishes('pressed');
  });

  it.each([
    ['planned', (event: EngineEvent): boolean => event.type === 'plan'],
    ['addressed', started('onboard/infrastructure/ionoscloud_ipblock.this')],
    ['railed', started('onboard/guard-rails')],
    ['installed', started('onboard/applications/gateway')],
    ['starting', (event: EngineEvent): boolean => event.type === 'pod' && event.pod.app === 'openwebui'],
  ])('of a tenant whose create was killed (%s) leaves nothing', async (name, moment) => {
    await killAt(['create', name], moment);
    await finishes(name);
  });
});
