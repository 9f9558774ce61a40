import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Cluster } from '../../src/cluster/client.js';
import { cloudOf, clusterOf, newOperator, snapshotOf, type CliResult, type Operator } from '../support/cli.js';
import { refused, succeeded } from '../support/outcome.js';

const FLAGS = ['--yes', '--sandbox', '--json'];

/** Cores of each of the nodes that acme has for itself. */
const coresOf = async (cluster: Cluster): Promise<(string | undefined)[]> =>
  (await cluster.core.listNode({ labelSelector: 'ionos-tenants.io/pool=acme' })).items.map(({ status }) => status?.capacity?.['cpu']);

/** Phases of acme's pods. */
const phasesOf = async (cluster: Cluster): Promise<(string | undefined)[]> => [...new Set((await cluster.core.listNamespacedPod({ namespace: 'tenant-acme' })).items.map(({ status }) => status?.phase))];

const claimsOf = async (cluster: Cluster): Promise<unknown> => (await cluster.core.listNamespacedPersistentVolumeClaim({ namespace: 'tenant-acme' })).items.map(({ metadata, spec }) => [metadata?.name, metadata?.uid, spec?.volumeName]);

/** acme's file, with the overrides that an error has named. */
const fileWith = async (operator: Operator, overrides: string, preset = 'large'): Promise<string> => {
  const path = join(operator.home, 'acme.yaml');
  await writeFile(path, `apiVersion: ionos-tenants/v1\nkind: Tenant\nname: acme\npreset: ${preset}\n${overrides}\n`);
  return path;
};

const overridesIn = (text: string): string => {
  const found = /overrides: \{.*\}/.exec(text)?.[0];
  if (found === undefined) throw new Error(`no overrides are named in:\n${text}`);
  return found;
};

describe('the size of nodes of its own', () => {
  let operator: Operator;
  let cluster: Cluster;
  const run = (...args: string[]): Promise<CliResult> => operator.run([...args, ...FLAGS]);
  const world = async (): Promise<unknown> => [await snapshotOf(cluster, (_namespace, kind) => kind !== 'Lease'), await cloudOf(operator)];
  beforeAll(async () => {
    operator = await newOperator();
    succeeded(await run('create', 'globex'));
    cluster = await clusterOf(operator, 'ionos-tenants-main');
  });
  afterAll(() => operator.close());

  it('has to be enough for what runs there, before anything of the tenant is made', async () => {
    const was = await world();
    const file = await fileWith(operator, 'overrides: { openwebui.resources.requests.memory: 4Gi, openwebui.resources.limits.memory: 4Gi }', 'small');
    const refusal = refused(await run('create', '--file', file, '--isolation', 'node-pool'));
    expect(refusal).toMatchObject({ exitCode: 2, code: 'own-nodes-small' });
    expect(refusal.text).toMatch(/1 node of 2 cores, 4 GiB of memory[\s\S]*ownNodes\.memory[\s\S]*Nothing was changed/);
    expect(await world()).toEqual(was);
  });

  it('grows with the preset where more nodes of the same size do, and the contract has them', async () => {
    succeeded(await run('create', 'acme', '--isolation', 'node-pool'));
    expect(await coresOf(cluster)).toEqual(['2']);
    const was = await world();
    expect(refused(await run('update', 'acme', '--preset', 'medium', '--fault', 'quota:of=cores'))).toMatchObject({ exitCode: 2, code: 'contract-limits', text: expect.stringMatching(/2 cores are needed, the contract has 0 left/) as string });
    expect((await operator.run(['sandbox', 'fault', '--clear', '--json'])).exitCode).toBe(0);
    expect(await world()).toEqual(was);
    expect(succeeded(await run('update', 'acme', '--preset', 'medium')).changed).toBe(true);
    expect(await coresOf(cluster)).toEqual(['2', '2']);
    expect(await phasesOf(cluster)).toEqual(['Running']);
  });

  it('is refused where the nodes would have to be others, before anything is changed, with what to do', async () => {
    const was = await world();
    for (const args of [[], ['--dry-run']]) {
      const refusal = refused(await run('update', 'acme', '--preset', 'large', ...args));
      expect(refusal).toMatchObject({ exitCode: 2, code: 'own-nodes-fixed' });
      expect(refusal.text).toMatch(/2 cores, 4 GiB of memory[\s\S]*4 cores, 8 GiB of memory[\s\S]*update acme --isolation namespace --sandbox\n[\s\S]*update acme --isolation node-pool --preset large --sandbox\n[\s\S]*3 of them[\s\S]*Nothing was changed/);
    }
    expect(await world()).toEqual(was);
  });

  it('is refused for another type of server too: every node would be rebuilt', async () => {
    const was = await world();
    const refusal = refused(await run('update', 'acme', '--file', await fileWith(operator, 'overrides: { ownNodes.serverType: DedicatedCore }', 'medium')));
    expect(refusal).toMatchObject({ exitCode: 2, code: 'own-nodes-fixed' });
    expect(refusal.text).toMatch(/\(VCPU\)[\s\S]*\(DedicatedCore\) are asked for[\s\S]*ownNodes\.serverType: VCPU[\s\S]*Nothing was changed/);
    expect(await world()).toEqual(was);
  });

  it('stays, on what the refusal names, and everything that was asked for runs there', async () => {
    const kept = await claimsOf(cluster);
    const overrides = overridesIn(refused(await run('update', 'acme', '--preset', 'large')).text);
    expect(succeeded(await run('update', 'acme', '--file', await fileWith(operator, overrides)))).toMatchObject({ changed: true, tenant: { preset: 'large', http: { wordpress: 200, openwebui: 200 } } });
    expect(await coresOf(cluster)).toEqual(['2', '2', '2']);
    expect(await phasesOf(cluster)).toEqual(['Running']);
    expect(await claimsOf(cluster)).toEqual(kept);
  });

  it('changes by the way that the refusal names: over the shared nodes to new ones', async () => {
    const kept = await claimsOf(cluster);
    const file = await fileWith(operator, 'overrides: {}');
    const refusal = refused(await run('update', 'acme', '--file', file));
    expect(refusal.text).toMatch(/update acme --isolation node-pool --file <file> --sandbox\n/);
    succeeded(await run('update', 'acme', '--isolation', 'namespace'));
    expect(await coresOf(cluster)).toEqual([]);
    expect(succeeded(await run('update', 'acme', '--file', file, '--isolation', 'node-pool'))).toMatchObject({ changed: true, tenant: { preset: 'large', isolation: 'node-pool', http: { wordpress: 200, openwebui: 200 } } });
    expect(await coresOf(cluster)).toEqual(['4', '4']);
    expect(await phasesOf(cluster)).toEqual(['Running']);
    expect(await claimsOf(cluster)).toEqual(kept);
    expect(succeeded(await run('create', 'acme')).changed).toBe(false);
  });
});

describe('the size of the nodes in a cluster of its own', () => {
  it('is refused too, and what was asked for runs on more of the same', async () => {
    const operator = await newOperator();
    try {
      succeeded(await operator.run(['create', 'acme', '--isolation', 'cluster', ...FLAGS]));
      const own = await clusterOf(operator, 'ionos-tenants-main.acme');
      const was = [await snapshotOf(own, (_namespace, kind) => kind !== 'Lease'), await cloudOf(operator)];
      const refusal = refused(await operator.run(['update', 'acme', '--preset', 'large', ...FLAGS]));
      expect(refusal).toMatchObject({ exitCode: 2, code: 'own-nodes-fixed' });
      expect(refusal.text).toMatch(/create <name> --isolation cluster --preset large --sandbox\n[\s\S]*Nothing was changed/);
      expect([await snapshotOf(own, (_namespace, kind) => kind !== 'Lease'), await cloudOf(operator)]).toEqual(was);

      expect(succeeded(await operator.run(['update', 'acme', '--file', await fileWith(operator, overridesIn(refusal.text)), ...FLAGS])).changed).toBe(true);
      expect(await coresOf(own)).toEqual(['2', '2', '2']);
      expect(await phasesOf(own)).toEqual(['Running']);
    } finally {
      await operator.close();
    }
  });
});
