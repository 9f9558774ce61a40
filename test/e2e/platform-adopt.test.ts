import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connect, type Cluster } from '../../src/cluster/client.js';
import type { AdoptedPlatform } from '../../src/operations/adopt-platform.js';
import { bareCluster, type BareCluster } from '../support/bare-cluster.js';
import { cloudOf, filesBelow, newOperator, snapshotOf, type CliResult, type Operator } from '../support/cli.js';
import { refused, succeeded } from '../support/outcome.js';

const adopted = (run: CliResult): AdoptedPlatform => (succeeded(run).data as { platform: AdoptedPlatform }).platform;
const TENANT = ['--yes', '--json', '--wordpress-admin-email', 'web@beta.example', '--models', 'none'];

describe('an existing cluster, by an operator without an account', () => {
  /** Owns the sandbox in which the cluster is. */
  let cloud: Operator;
  let operator: Operator;
  let bare: BareCluster;
  let cluster: Cluster;
  beforeAll(async () => {
    [cloud, operator] = await Promise.all([newOperator(), newOperator()]);
    bare = await bareCluster(cloud);
    cluster = connect(await readFile(bare.kubeconfig, 'utf8'));
  });
  afterAll(() => Promise.all([cloud.close(), operator.close()]));

  const adopt = (...more: string[]): Promise<CliResult> => operator.run(['platform', 'adopt', '--kubeconfig', bare.kubeconfig, '--platform', 'trial', '--json', ...more]);

  it('is left as it was by a kubeconfig, a context, an address source or a location that is wrong', async () => {
    const before = await snapshotOf(cluster);
    expect(refused(await operator.run(['platform', 'adopt', '--kubeconfig', '/nowhere', '--json']))).toMatchObject({ exitCode: 2, code: 'kubeconfig' });
    expect(refused(await adopt('--context', 'other'))).toMatchObject({ exitCode: 2, code: 'kubeconfig', text: expect.stringContaining('ionos-tenants-sandbox') as string });
    expect(refused(await adopt('--address', 'magic'))).toMatchObject({ exitCode: 2, code: 'address-unknown', text: expect.stringContaining('node-port') as string });
    expect(refused(await adopt('--address', 'ip-block', '--location', 'berlin'))).toMatchObject({ exitCode: 2, code: 'location-malformed' });
    expect(refused(await adopt('--address', 'ip-block', '--location', 'de/txl'))).toMatchObject({ exitCode: 4, code: 'credentials' });
    const gone = join(operator.home, 'gone.kubeconfig');
    await writeFile(gone, (await readFile(bare.kubeconfig, 'utf8')).replace(/127\.0\.0\.1:\d+/, '127.0.0.1:9'));
    expect(refused(await operator.run(['platform', 'adopt', '--kubeconfig', gone, '--json']))).toMatchObject({ exitCode: 1, code: 'cluster-unreachable' });
    expect(await snapshotOf(cluster)).toEqual(before);
  });

  it('becomes a platform for a trial, says where its addresses come from and why, and only once', async () => {
    const first = await adopt('--address', 'load-balancer');
    expect(adopted(first)).toMatchObject({ name: 'trial', nodes: 2, addresses: 'load-balancer', location: null, clusterId: null, storageClass: 'ionos-enterprise-ssd' });
    expect(succeeded(first).changed).toBe(true);
    const after = await snapshotOf(cluster);
    const second = await adopt();
    expect(succeeded(second).changed).toBe(false);
    expect(adopted(second).addresses).toBe('load-balancer');
    expect(await snapshotOf(cluster)).toEqual(after);
  });

  it('cannot become another platform, or have tenants with addresses of another kind', async () => {
    expect(refused(await operator.run(['platform', 'adopt', '--kubeconfig', bare.kubeconfig, '--platform', 'other', '--json']))).toMatchObject({ exitCode: 2, code: 'platform-other-name', text: expect.stringContaining('--platform trial') as string });
    expect(refused(await adopt('--address', 'node-port'))).toMatchObject({ exitCode: 2, code: 'addresses-recorded' });
    const elsewhere = await bareCluster(cloud, 'a-second-one');
    expect(refused(await operator.run(['platform', 'adopt', '--kubeconfig', elsewhere.kubeconfig, '--platform', 'trial', '--json']))).toMatchObject({ exitCode: 2, code: 'platform-taken' });
  });

  it('takes a tenant without anything in the cloud, at the address that its own load balancer gives', async () => {
    const { tenant } = succeeded(await operator.run(['create', 'beta', '--platform', 'trial', ...TENANT]));
    expect(tenant).toMatchObject({ name: 'beta', addressSource: 'load-balancer', http: { wordpress: 200, openwebui: 200 } });
    const service = await cluster.core.readNamespacedService({ name: 'gateway', namespace: 'tenant-beta' });
    expect(service.spec?.loadBalancerIP).toBeUndefined();
    expect(service.status?.loadBalancer?.ingress?.[0]?.ip).toBe(tenant?.ip);
    const secrets = await cluster.core.listNamespacedSecret({ namespace: 'ionos-tenants-system' });
    expect(secrets.items.filter((secret) => secret.metadata?.name?.startsWith('tfstate')).length).toBe(0);
    // What the cluster's own load balancer reserves has another name, and goes with the Service.
    expect(JSON.stringify(await cloudOf(cloud))).not.toContain('ionos-tenants-trial-beta');
  });

  it('is read, and repeated, without an account either', async () => {
    const list = succeeded(await operator.run(['list', '--platform', 'trial', '--json']));
    expect(list.data).toMatchObject({ tenants: [{ name: 'beta', phase: 'ready' }] });
    const status = await operator.run(['status', '--platform', 'trial', '--once', '--json']);
    expect(status.exitCode).toBe(0);
    expect(succeeded(await operator.run(['create', 'beta', '--platform', 'trial', ...TENANT])).changed).toBe(false);
  });

  it('refuses what only IONOS Cloud can give, and changes nothing', async () => {
    const before = await snapshotOf(cluster);
    for (const isolation of ['node-pool', 'cluster']) {
      expect(refused(await operator.run(['create', 'gamma', '--platform', 'trial', '--isolation', isolation, ...TENANT]))).toMatchObject({ exitCode: 2, code: 'trial-platform', text: expect.stringContaining('Take --isolation namespace') as string });
    }
    expect(await snapshotOf(cluster)).toEqual(before);
  });

  it('is adopted by a second operator, and what the first one recorded stays', async () => {
    const record = async (): Promise<string | undefined> => (await cluster.core.readNamespacedConfigMap({ name: 'platform', namespace: 'ionos-tenants-system' })).data?.['record.json'];
    const before = await record();
    const second = await newOperator();
    try {
      expect(refused(await second.run(['list', '--platform', 'trial', '--json'])).exitCode).toBe(4);
      expect(adopted(await second.run(['platform', 'adopt', '--kubeconfig', bare.kubeconfig, '--platform', 'trial', '--json'])).addresses).toBe('load-balancer');
      expect(succeeded(await second.run(['list', '--platform', 'trial', '--json'])).data).toMatchObject({ tenants: [{ name: 'beta' }] });
      expect(await record()).toBe(before);
    } finally {
      await second.close();
    }
  });

  it('leaves no kubeconfig of a run behind', async () => {
    const files = await filesBelow(join(operator.home, 'state'));
    expect(Object.keys(files).filter((file) => file.includes('/runs/'))).toEqual([]);
    expect(Object.values(files).filter((text) => text.includes('current-context'))).toEqual([]);
  });
});

describe('a managed cluster of the contract', () => {
  let operator: Operator;
  let bare: BareCluster;
  beforeAll(async () => {
    operator = await newOperator();
    bare = await bareCluster(operator);
  });
  afterAll(() => operator.close());

  it('is recognised by its server, and its tenants get reserved addresses where its nodes are', async () => {
    const run = await operator.run(['platform', 'adopt', '--kubeconfig', bare.kubeconfig, '--platform', 'bought', '--sandbox', '--json']);
    expect(adopted(run)).toMatchObject({ addresses: 'ip-block', location: 'de/txl', clusterId: bare.id });
    const { tenant } = succeeded(await operator.run(['create', 'beta', '--platform', 'bought', '--sandbox', '--yes', '--json']));
    expect(tenant).toMatchObject({ addressSource: 'ip-block', http: { wordpress: 200, openwebui: 200 } });
    const cloud = JSON.stringify(await cloudOf(operator));
    expect(cloud).toContain('ionos-tenants-bought-beta');
    expect(cloud).toContain(tenant?.ip);
  });

  const LABEL = 'ionos-tenants.io/pool';
  const run = (...args: string[]): Promise<CliResult> => operator.run([...args, '--platform', 'bought', '--sandbox', '--json']);
  const gamma = ['create', 'gamma', '--isolation', 'node-pool', '--yes'];
  /** Marks the nodes of the cluster itself as shared, as `kubectl label node` does, or takes that back. */
  const mark = async (cluster: Cluster, value: string | undefined): Promise<void> => {
    for (const node of (await cluster.core.listNode()).items) {
      const { [LABEL]: present, ...labels } = node.metadata?.labels ?? {};
      if (present !== undefined && present !== 'shared') continue;
      await cluster.core.replaceNode({ name: node.metadata?.name ?? '', body: { ...node, metadata: { ...node.metadata, labels: { ...labels, ...(value === undefined ? {} : { [LABEL]: value }) } } } });
    }
  };
  /** Labels of the nodes on which a tenant's pods run. */
  const placesOf = async (cluster: Cluster, tenant: string): Promise<(string | undefined)[]> => {
    const nodes = new Map((await cluster.core.listNode()).items.map(({ metadata }) => [metadata?.name, metadata?.labels?.[LABEL]]));
    return [...new Set((await cluster.core.listNamespacedPod({ namespace: `tenant-${tenant}` })).items.filter(({ status }) => status?.phase === 'Running').map(({ spec }) => nodes.get(spec?.nodeName)))];
  };
  const ownNodes = (found: CliResult): unknown => found.events.find((event) => event.type === 'check' && event.check === 'own-nodes');

  it('gives a tenant nodes of its own only once the others are kept away from them, and says how', async () => {
    const cluster = connect(await readFile(bare.kubeconfig, 'utf8'));
    const world = async (): Promise<unknown> => [await snapshotOf(cluster, (_namespace, kind) => kind !== 'Lease'), await cloudOf(operator)];
    const names = (await cluster.core.listNode()).items.map(({ metadata }) => metadata?.name).join(' ');
    const adoptedAgain = await operator.run(['platform', 'adopt', '--kubeconfig', bare.kubeconfig, '--platform', 'bought', '--sandbox', '--json']);
    expect(adoptedAgain.events.filter((event) => event.type === 'notice').map((event) => event.message)).toContainEqual(expect.stringContaining(`kubectl label node ${names} ${LABEL}=shared`));

    const was = await world();
    const unmarked = refused(await run(...gamma));
    expect(unmarked).toMatchObject({ exitCode: 2, code: 'nodes-not-marked' });
    expect(unmarked.text).toMatch(new RegExp(`no node carries the label ${LABEL}=shared[\\s\\S]*ionosctl k8s nodepool update --cluster-id ${bare.id} --nodepool-id \\S+ --labels ${LABEL}=shared\\n[\\s\\S]*kubectl label node ${names} ${LABEL}=shared\\n[\\s\\S]*update beta [\\s\\S]*Nothing was changed`));
    expect(await world()).toEqual(was);

    await mark(cluster, 'shared');
    expect(refused(await run(...gamma))).toMatchObject({ code: 'nodes-not-marked', text: expect.stringMatching(/pods of beta select no nodes\n.*update beta .*\n.*Nothing was changed/) as string });
    succeeded(await run('update', 'beta', '--yes'));
    expect(succeeded(await run(...gamma)).tenant).toMatchObject({ isolation: 'node-pool', http: { wordpress: 200, openwebui: 200 } });
    expect([await placesOf(cluster, 'beta'), await placesOf(cluster, 'gamma')]).toEqual([['shared'], ['gamma']]);
    expect(ownNodes(await run('doctor'))).toMatchObject({ state: 'ok' });
  });

  it('says that the mark is gone, as with nodes that IONOS has made anew, and lets nobody land on own nodes for that', async () => {
    const cluster = connect(await readFile(bare.kubeconfig, 'utf8'));
    await mark(cluster, undefined);
    expect(ownNodes(await run('doctor'))).toMatchObject({ state: 'warning', detail: expect.stringContaining('nodes of gamma') as string, fix: expect.arrayContaining([expect.stringContaining('kubectl label node') as string]) as string[] });
    for (const args of [['update', 'beta', '--yes'], ['create', 'delta', '--yes']]) expect(refused(await run(...args))).toMatchObject({ code: 'nodes-not-marked', text: expect.stringContaining('nodes that gamma has for itself') as string });
    // An update of its owner would let the model gateway go where it likes, with the contract's token.
    expect(refused(await run('update', 'gamma', '--yes'))).toMatchObject({ code: 'nodes-not-marked', text: expect.stringContaining('kubectl label node') as string });
    await mark(cluster, 'shared');
    expect(succeeded(await run('update', 'gamma', '--yes')).changed).toBe(false);
  });

  it('tells the owner of own nodes whose pods may still come there', async () => {
    const cluster = connect(await readFile(bare.kubeconfig, 'utf8'));
    // As those of a tenant from the time before the nodes were marked.
    await cluster.core.createNamespacedPod({ namespace: 'tenant-beta', body: { metadata: { name: 'earlier', labels: { 'ionos-tenants.io/tenant': 'beta' } }, spec: { containers: [{ name: 'one', image: 'one' }] } } });
    const told = await run('update', 'gamma', '--yes');
    expect(succeeded(told).changed).toBe(false);
    expect(told.events.filter((event) => event.type === 'notice').map((event) => event.message)).toContainEqual(expect.stringMatching(/nodes of gamma are not its own alone: pods of beta select no nodes\. Keep beta to them: .*update beta/));
  });
});
