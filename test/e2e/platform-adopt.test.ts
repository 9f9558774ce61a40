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

  it('takes a tenant with nodes of its own', async () => {
    const { tenant } = succeeded(await operator.run(['create', 'gamma', '--platform', 'bought', '--isolation', 'node-pool', '--sandbox', '--yes', '--json']));
    expect(tenant).toMatchObject({ isolation: 'node-pool', http: { wordpress: 200, openwebui: 200 } });
  });
});
