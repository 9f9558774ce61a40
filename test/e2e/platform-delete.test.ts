import { existsSync } from 'node:fs';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { V1MicroTime } from '@kubernetes/client-node';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connect, type Cluster } from '../../src/cluster/client.js';
import type { EngineEvent } from '../../src/engine/events.js';
import { bareCluster } from '../support/bare-cluster.js';
import { cloudOf, clusterOf, eventually, newOperator, snapshotOf, untilGone, type CliResult, type Operator } from '../support/cli.js';
import { toolAtWork } from '../support/interruption.js';
import { refused, succeeded } from '../support/outcome.js';

const FLAGS = ['--yes', '--sandbox', '--json'];
const TENANT = ['--models', 'none', ...FLAGS];

/** Data centres, IP blocks and clusters in the sandbox's cloud. */
const countCloud = async (operator: Operator): Promise<number[]> => ((await cloudOf(operator)) as { items: unknown[] }[]).slice(0, 3).map(({ items }) => items.length);
const folderOf = (operator: Operator, platform = 'main'): string => join(operator.home, 'state/sandbox/operator/platforms', platform);
const remove = (operator: Operator, ...more: string[]): Promise<CliResult> => operator.run(['platform', 'delete', ...more, ...FLAGS]);

describe('platform delete', () => {
  let operator: Operator;
  let cluster: Cluster;
  beforeAll(async () => {
    operator = await newOperator();
    succeeded(await operator.run(['create', 'acme', ...FLAGS]));
    cluster = await clusterOf(operator);
  });
  afterAll(() => operator.close());

  /** What a refusal must leave as it was. Leases and Pods have clocks of their own. */
  const everything = async (): Promise<unknown> => [await snapshotOf(cluster, (_namespace, kind) => kind !== 'Lease' && kind !== 'Pod'), await cloudOf(operator)];

  it('refuses while a tenant is registered, or a namespace of one is there, and names it', async () => {
    const before = await everything();
    expect(refused(await remove(operator))).toMatchObject({ exitCode: 2, code: 'platform-has-tenants', text: expect.stringMatching(/acme \(ready\)[\s\S]*delete <name>/) as string });
    expect(refused(await remove(operator, '--platform', 'elsewhere'))).toMatchObject({ exitCode: 2, code: 'platform-missing' });
    expect(await everything()).toEqual(before);
    succeeded(await operator.run(['delete', 'acme', ...FLAGS]));
    const where = { name: 'tenant-acme', namespace: 'ionos-tenants-system' };
    const hold = async (holderIdentity: string): Promise<void> => {
      const lease = await cluster.coordination.readNamespacedLease(where);
      await cluster.coordination.replaceNamespacedLease({ ...where, body: { ...lease, spec: { ...lease.spec, holderIdentity, renewTime: new V1MicroTime() } } });
    };
    await hold('anna@elsewhere pid 7 create');
    expect(refused(await remove(operator))).toMatchObject({ exitCode: 2, code: 'platform-has-tenants', text: expect.stringContaining('acme, on which anna@elsewhere pid 7 create works') as string });
    await hold('');
    await cluster.core.createNamespace({ body: { metadata: { name: 'tenant-unknown' } } });
    expect(refused(await remove(operator))).toMatchObject({ exitCode: 2, code: 'platform-has-tenants', text: expect.stringContaining('namespace tenant-unknown') as string });
    await cluster.core.deleteNamespace({ name: 'tenant-unknown' });
  });

  it("refuses while somebody else's volume or load balancer would be lost with it, or left in the cloud", async () => {
    await cluster.core.createNamespacedService({ namespace: 'default', body: { metadata: { name: 'others' }, spec: { type: 'LoadBalancer', ports: [{ port: 80 }] } } });
    expect(refused(await remove(operator))).toMatchObject({ exitCode: 2, code: 'platform-in-use', text: expect.stringContaining('service/others of type LoadBalancer in default') as string });
    await cluster.core.deleteNamespacedService({ name: 'others', namespace: 'default' });
  });

  it('shows what would go, asks for --yes without a terminal, and changes nothing', async () => {
    while ((await cluster.core.listNamespacedService({ namespace: 'default' })).items.some(({ metadata }) => metadata?.name === 'others')) await new Promise((resolve) => setTimeout(resolve, 20));
    const before = await everything();
    const run = await operator.run(['platform', 'delete', '--sandbox', '--json']);
    expect(refused(run)).toMatchObject({ exitCode: 2, code: 'not-approved', text: expect.stringContaining('--yes') as string });
    const dry = await operator.run(['platform', 'delete', '--dry-run', '--sandbox', '--json']);
    expect(succeeded(dry)).toMatchObject({ changed: false, data: { platform: 'main', adopted: false, dryRun: true } });
    for (const { events } of [run, dry]) {
      const plan = events.find((event) => event.type === 'plan');
      if (plan?.type !== 'plan') throw new Error('no plan');
      expect(plan.changes.map(({ action }) => action)).toEqual(plan.changes.map(() => 'delete'));
      expect(plan.changes.map(({ address }) => address)).toEqual(expect.arrayContaining(['module.network.ionoscloud_datacenter.this', 'module.kubernetes.ionoscloud_k8s_cluster.this']));
      expect(plan.releases).toEqual(['ionos-tenants-models/model-gateway']);
    }
    expect(await everything()).toEqual(before);
    // It does not look half made to the next command either.
    expect(existsSync(join(folderOf(operator), 'being-made.json'))).toBe(false);
  });

  it('removes it, proves that the cloud is empty, and forgets it on this machine', async () => {
    const run = await remove(operator);
    expect(succeeded(run)).toMatchObject({ changed: true, data: { platform: 'main', adopted: false, removed: { releases: 1, namespaces: 2, cloud: expect.any(Number) as number }, left: [] } });
    expect(await countCloud(operator)).toEqual([0, 0, 0]);
    expect(existsSync(folderOf(operator))).toBe(false);
    expect(refused(await remove(operator))).toMatchObject({ exitCode: 2, code: 'platform-missing' });
  });

  it('is followed by a new platform of the same name', async () => {
    expect(succeeded(await operator.run(['create', 'acme', ...TENANT])).tenant?.http).toEqual({ wordpress: 200, openwebui: 200 });
  });

  it("works from another machine, with the cluster's copy of the state", async () => {
    succeeded(await operator.run(['delete', 'acme', ...FLAGS]));
    await operator.halt();
    const second = await newOperator({ from: operator });
    try {
      await rm(folderOf(second), { recursive: true });
      expect(succeeded(await remove(second))).toMatchObject({ data: { left: [] } });
      expect(await countCloud(second)).toEqual([0, 0, 0]);
    } finally {
      await second.close();
    }
  });
});

describe('platform delete, interrupted', () => {
  /** A path that ends in a slash is any resource below it. A terraform that is at work then works on. */
  const started = (path: string) => (event: EngineEvent): boolean => event.type === 'task' && event.state === 'started' && (path.endsWith('/') ? event.task.startsWith(`platform-delete/${path}`) : event.task === `platform-delete/${path}`);

  it('by a kill in each of its steps, one after the other, is finished by the same command', async () => {
    const operator = await newOperator({ speed: 8 });
    try {
      const platformWithoutTenants = async (): Promise<void> => {
        succeeded(await operator.run(['create', 'acme', ...TENANT]));
        succeeded(await operator.run(['delete', 'acme', ...FLAGS]));
      };
      await platformWithoutTenants();
      for (const step of ['plan', 'models', 'infrastructure/', 'proof', 'records']) {
        for (let tries = 1; ; tries += 1) {
          const run = await operator.start(['platform', 'delete', ...FLAGS]);
          const reached = await run.until((event) => started(step)(event) || event.type === 'result');
          run.child.kill('SIGKILL');
          const ended = await run.finished;
          if (reached.type === 'result') throw new Error(`it ended before ${step}: ${JSON.stringify(reached)}`);
          if (ended.exitCode === null) break;
          succeeded(ended);
          if (tries === 5) throw new Error(`it ended before it could be killed at ${step}`);
          await platformWithoutTenants();
        }
      }
      const last = await remove(operator);
      if (last.result.ok) expect(succeeded(last)).toMatchObject({ data: { left: [] } });
      else expect(refused(last).code).toBe('platform-missing');
      expect(await countCloud(operator)).toEqual([0, 0, 0]);
      expect(existsSync(folderOf(operator))).toBe(false);
    } finally {
      await operator.close();
    }
  }, 300_000);

  it('also finishes what a killed create has half made', async () => {
    const operator = await newOperator({ speed: 8 });
    try {
      const run = await operator.start(['create', 'acme', ...TENANT]);
      await run.until((event) => event.type === 'task' && event.state === 'started' && event.task.startsWith('onboard/platform/') && event.task.includes('k8s_cluster'));
      run.child.kill('SIGKILL');
      await run.finished;
      expect(succeeded(await remove(operator))).toMatchObject({ data: { left: [] } });
      expect(await countCloud(operator)).toEqual([0, 0, 0]);
    } finally {
      await operator.close();
    }
  });
});

describe('platform delete, where the machine that made the platform is lost', () => {
  /** Ends the interface and its terraform when the cloud has begun with this object, and with them what the machine had noted. */
  const lost = async (operator: Operator, list: number, name: string): Promise<void> => {
    const run = await operator.start(['create', 'acme', ...TENANT]);
    const { pid } = await eventually(() => toolAtWork(operator, 'apply'));
    await eventually(async () => expect(JSON.stringify(((await cloudOf(operator)) as unknown[])[list])).toContain(`"name":"${name}"`));
    run.child.kill('SIGKILL');
    process.kill(pid, 'SIGKILL');
    expect((await run.finished).exitCode).toBeNull();
    await untilGone(pid);
    await rm(join(operator.home, 'state/sandbox/operator'), { recursive: true });
  };
  const notices = (run: CliResult): string => run.events.flatMap((event) => (event.type === 'notice' ? [event.message] : [])).join('\n');

  it('while its nodes came up: another one uses it, and can remove it', async () => {
    const operator = await newOperator({ speed: 8 });
    try {
      await lost(operator, 2, 'ionos-tenants-main-shared');
      // Its cloud goes on by itself.
      await eventually(async () => expect(JSON.stringify(((await cloudOf(operator)) as unknown[])[2])).not.toContain('DEPLOYING'));
      expect(succeeded(await operator.run(['create', 'acme', ...TENANT])).tenant?.http).toEqual({ wordpress: 200, openwebui: 200 });
      succeeded(await operator.run(['delete', 'acme', ...FLAGS]));
      const before = await cloudOf(operator);
      const dry = await operator.run(['platform', 'delete', '--dry-run', ...FLAGS]);
      succeeded(dry);
      const plan = dry.events.find((event) => event.type === 'plan');
      expect(plan?.type === 'plan' && plan.changes.map(({ address, action }) => `${action} ${address}`)).toEqual(expect.arrayContaining(['delete module.kubernetes.ionoscloud_k8s_cluster.this', 'delete module.node_pool["shared"].ionoscloud_k8s_node_pool.this[0]']));
      expect(notices(dry)).not.toContain('repaired');
      expect(existsSync(join(folderOf(operator), 'terraform.tfstate'))).toBe(false);
      expect(await cloudOf(operator)).toEqual(before);
      const run = await remove(operator);
      expect(succeeded(run)).toMatchObject({ data: { left: [] } });
      expect(notices(run)).toMatch(/ionoscloud_k8s_cluster\.this had been made by an interrupted run.*taken over/);
      expect(await countCloud(operator)).toEqual([0, 0, 0]);
    } finally {
      await operator.close();
    }
  });

  it('before it had nodes: another one is told what to do, and that works', async () => {
    const operator = await newOperator({ speed: 8 });
    try {
      await lost(operator, 2, 'ionos-tenants-main');
      expect(refused(await operator.run(['create', 'acme', ...TENANT]))).toMatchObject({ exitCode: 1, code: 'platform-unfinished', text: expect.stringMatching(/platform delete --platform main/) as string });
      expect(succeeded(await remove(operator))).toMatchObject({ data: { left: [] } });
      expect(await countCloud(operator)).toEqual([0, 0, 0]);
    } finally {
      await operator.close();
    }
  });
});

describe('platform delete of an adopted cluster', () => {
  it('needs no account, removes what is ours and the link, says that the cluster stays, and leaves the rest as it was', async () => {
    const [cloud, operator] = await Promise.all([newOperator(), newOperator()]);
    try {
      const { kubeconfig } = await bareCluster(cloud);
      const cluster = connect(await readFile(kubeconfig, 'utf8'));
      await cluster.core.createNamespacedService({ namespace: 'default', body: { metadata: { name: 'others' }, spec: { ports: [{ port: 80 }] } } });
      const before = await snapshotOf(cluster, (_namespace, kind) => kind !== 'Pod');
      const counted = await countCloud(cloud);
      succeeded(await operator.run(['platform', 'adopt', '--kubeconfig', kubeconfig, '--platform', 'trial', '--address', 'load-balancer', '--json']));
      const text = await operator.run(['platform', 'delete', '--platform', 'trial', '--yes', '--plain']);
      expect(text.exitCode).toBe(0);
      expect(text.stdout).toContain('the cluster itself stays');
      expect(await snapshotOf(cluster, (_namespace, kind) => kind !== 'Pod')).toEqual(before);
      expect(await countCloud(cloud)).toEqual(counted);
      expect(existsSync(join(operator.home, 'state/platforms/trial'))).toBe(false);
    } finally {
      await Promise.all([cloud.close(), operator.close()]);
    }
  });
});
