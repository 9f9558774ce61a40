import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Cluster } from '../../src/cluster/client.js';
import type { EngineEvent } from '../../src/engine/events.js';
import { parseTenantFile } from '../../src/tenant/tenant-file.js';
import { cloudOf, filesBelow, newOperator, snapshotOf, type CliResult, type Operator, type ResultEvent } from '../support/cli.js';

type Success = Extract<ResultEvent, { ok: true }>;

const succeeded = (run: CliResult): Success => {
  const { result } = run;
  if (!result.ok) throw new Error(`it failed: ${JSON.stringify(result.error)}`);
  expect(run.exitCode).toBe(0);
  return result;
};

const ready = async (operator: Operator): Promise<Cluster> => {
  const cluster = await operator.cluster();
  if (!cluster) throw new Error('there is no cluster');
  return cluster;
};

const taskPaths = (run: CliResult): string[] => [...new Set(run.events.flatMap((event) => (event.type === 'task' ? [event.task] : [])))];

/** The tenant's namespaces, and what the registry says of it: all that must not change without a reason. */
const ofTenant = (name: string) => (namespace: string, kind: string, object: string): boolean =>
  namespace === `tenant-${name}` || (kind === 'Namespace' && object === `tenant-${name}`) || namespace === 'ionos-tenants-models' || (namespace === 'ionos-tenants-system' && object.includes(`tenant-${name}`) && kind !== 'Lease');

describe('create, on a machine on which nothing is yet', () => {
  let operator: Operator;
  let first: CliResult;
  beforeAll(async () => {
    operator = await newOperator();
    first = await operator.run(['create', 'acme', '--preset', 'small', '--yes', '--sandbox', '--json']);
  });
  afterAll(() => operator.close());

  it('ends at two answering URLs, whose pages name the tenant', async () => {
    const { tenant, changed } = succeeded(first);
    expect(changed).toBe(true);
    expect(tenant).toMatchObject({ name: 'acme', namespace: 'tenant-acme', preset: 'small', ipIsDocumentation: true, http: { wordpress: 200, openwebui: 200 }, encrypted: false });
    for (const url of Object.values(tenant?.endpoints ?? {})) {
      const response = await fetch(url);
      expect(response.status).toBe(200);
      expect(await response.text()).toContain('acme');
    }
  });

  it('prints one JSON object a line, each with type and time, and the result last', () => {
    const { events } = first;
    for (const event of events) {
      expect(event.type).toMatch(/^[a-z]+$/);
      expect(new Date(event.at).toISOString()).toBe(event.at);
    }
    expect(events.map(({ at }) => at)).toEqual(events.map(({ at }) => at).sort());
    expect(events.filter(({ type }) => type === 'result')).toHaveLength(1);
    expect(events[0]?.type).toBe('run');
    expect(first.stderr).toBe('');
  });

  it('names the tools that did it, with version and path', () => {
    const tools = first.events.find((event) => event.type === 'tools');
    for (const tool of ['terraform', 'helm'] as const) expect(tools?.[tool]).toEqual({ version: expect.stringMatching(/^\d+\.\d+/) as string, path: expect.stringMatching(/^\//) as string });
    expect(tools?.recorded).toBeUndefined();
  });

  it('has stable task paths, each of which comes to an end', () => {
    expect(taskPaths(first)).toEqual(
      expect.arrayContaining(['onboard/preflight/credentials', 'onboard/plan', 'onboard/platform/ionoscloud_k8s_cluster.this', 'onboard/infrastructure/ionoscloud_ipblock.this', 'onboard/guard-rails', 'onboard/secrets', 'onboard/applications/wordpress', 'onboard/applications/openwebui', 'onboard/applications/gateway', 'onboard/applications/models', 'onboard/connect', 'onboard/verify']),
    );
    const last = new Map(first.events.flatMap((event) => (event.type === 'task' ? [[event.task, event.state] as const] : [])));
    expect([...new Set(last.values())].sort()).toEqual(['done', 'skipped']);
  });

  it('changes nothing when it is run again, and says so', async () => {
    const cluster = await ready(operator);
    const [before, cloud] = [await snapshotOf(cluster, ofTenant('acme')), await cloudOf(operator)];
    const second = await operator.run(['create', 'acme', '--preset', 'small', '--yes', '--sandbox', '--json']);
    expect(succeeded(second)).toMatchObject({ changed: false, tenant: { endpoints: succeeded(first).tenant?.endpoints } });
    expect(await snapshotOf(cluster, ofTenant('acme'))).toEqual(before);
    expect(await cloudOf(operator)).toEqual(cloud);
    expect(Object.keys(before).filter((key) => key.includes('sh.helm.release')).every((key) => key.endsWith('.v1'))).toBe(true);
  });

  it('leaves no kubeconfig and no plan behind', async () => {
    const files = Object.keys(await filesBelow(join(operator.home, 'state')));
    expect(files.filter((file) => /kubeconfig|tfplan|tfvars|values\.yaml$/.test(file) && !file.includes('/source/'))).toEqual([]);
  });

  it('with --dry-run changes nothing, and writes a tenant file that create takes', async () => {
    const cluster = await ready(operator);
    const [before, cloud] = [await snapshotOf(cluster), await cloudOf(operator)];
    const dry = await operator.run(['create', 'initech', '--display-name', 'Initech Ltd', '--dry-run', '--sandbox', '--json']);
    expect(succeeded(dry).changed).toBe(false);
    expect(await snapshotOf(cluster)).toEqual(before);
    expect(await cloudOf(operator)).toEqual(cloud);
    const plan = dry.events.find((event) => event.type === 'plan' && event.stack === 'tenant') as Extract<EngineEvent, { type: 'plan' }>;
    expect(plan.changes).toEqual([{ address: 'module.address.ionoscloud_ipblock.this', action: 'create' }]);
    expect(plan.costEur30d?.low).toBeGreaterThan(0);

    const file = dry.events.find((event) => event.type === 'file');
    expect(parseTenantFile(file?.content ?? '', 'initech.yaml')).toMatchObject({ name: 'initech', displayName: 'Initech Ltd', preset: 'small' });
    await writeFile(join(operator.home, 'initech.yaml'), file?.content ?? '');
    const made = await operator.run(['create', '-f', 'initech.yaml', '--yes', '--sandbox', '--json']);
    expect(succeeded(made)).toMatchObject({ changed: true, tenant: { name: 'initech' } });
  });

  it('of another tenant leaves the first as it is; every process sees both', async () => {
    const cluster = await ready(operator);
    const own = (namespace: string, kind: string, name: string): boolean => ofTenant('acme')(namespace, kind, name) && namespace !== 'ionos-tenants-models';
    const before = await snapshotOf(cluster, own);
    const other = await operator.run(['create', 'globex', '--yes', '--sandbox', '--json']);
    expect(succeeded(other).tenant?.ip).not.toBe(succeeded(first).tenant?.ip);
    expect(await snapshotOf(cluster, own)).toEqual(before);
    const listed = succeeded(await operator.run(['list', '--sandbox', '--json'])).data as { tenants: { name: string; phase: string }[] };
    expect(listed.tenants).toEqual(expect.arrayContaining([expect.objectContaining({ name: 'acme', phase: 'ready' }), expect.objectContaining({ name: 'globex', phase: 'ready' })]));
  });

  it('refuses other settings for a tenant that is there, and changes nothing', async () => {
    const cluster = await ready(operator);
    const before = await snapshotOf(cluster, ofTenant('acme'));
    const refused = await operator.run(['create', 'acme', '--preset', 'large', '--yes', '--sandbox', '--json']);
    expect(refused.exitCode).toBe(2);
    expect(refused.result).toMatchObject({ ok: false, error: { code: 'tenant-exists', why: expect.stringContaining('preset') as string } });
    expect(await snapshotOf(cluster, ofTenant('acme'))).toEqual(before);
  });

  it('never makes a lost Secret anew while there is data under the old one', async () => {
    const cluster = await ready(operator);
    for (const name of ['wordpress', 'openwebui']) {
      const namespace = 'tenant-globex';
      const kept = await cluster.core.readNamespacedSecret({ name, namespace });
      await cluster.core.deleteNamespacedSecret({ name, namespace });
      const refused = await operator.run(['create', 'globex', '--yes', '--sandbox', '--json']);
      expect(refused.result).toMatchObject({ ok: false, exitCode: 1, error: { code: 'secret-lost', what: expect.stringContaining(name) as string } });
      await expect(cluster.core.readNamespacedSecret({ name, namespace })).rejects.toMatchObject({ code: 404 });
      delete kept.metadata?.resourceVersion;
      await cluster.core.createNamespacedSecret({ namespace, body: kept });
    }
    succeeded(await operator.run(['create', 'globex', '--yes', '--sandbox', '--json']));
  });

  it("never takes over a namespace that is not the product's own", async () => {
    const cluster = await ready(operator);
    await cluster.core.createNamespace({ body: { metadata: { name: 'tenant-hooli', labels: { owner: 'somebody' } } } });
    const before = await snapshotOf(cluster);
    const refused = await operator.run(['create', 'hooli', '--yes', '--sandbox', '--json']);
    expect(refused.exitCode).toBe(2);
    expect(refused.result).toMatchObject({ error: { code: 'name-taken' } });
    expect(await snapshotOf(cluster)).toEqual(before);
  });
});
