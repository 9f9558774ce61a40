import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { V1PersistentVolumeClaim, V1Secret } from '@kubernetes/client-node';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { helmFor, type Helm } from '../support/helm.js';
import { succeeded } from '../support/outcome.js';
import { asTold } from './support/as-told.js';
import { expectHelmTests } from './support/helm-tests.js';
import { previousProduct } from './support/previous.js';
import { expectAllThere, plant, type Sentinels } from './support/sentinels.js';
import { openTwoTenants, type TwoTenants } from './support/two-tenants.js';

const NAMESPACE = 'tenant-globex';

/** The tenant whose name was free again when the other one of it had been deleted. */
describe('a tenant that an earlier state of the product has created', () => {
  let both: TwoTenants;
  let folder = '';
  let helm: Helm;
  let version = '';
  let kept: Sentinels;
  const charts = async (): Promise<string[]> => (JSON.parse((await helm('list', '--namespace', NAMESPACE, '--output', 'json')).stdout) as { chart: string }[]).map(({ chart }) => chart).sort();
  const claims = async (): Promise<unknown> =>
    ((await both.node.call('GET', `/api/v1/namespaces/${NAMESPACE}/persistentvolumeclaims`)).body as { items: V1PersistentVolumeClaim[] }).items.map(({ metadata, spec }) => [metadata?.name, metadata?.uid, spec?.volumeName]);
  const secret = async (name: string): Promise<Record<string, string>> => ((await both.node.call('GET', `/api/v1/namespaces/${NAMESPACE}/secrets/${name}`)).body as V1Secret).data ?? {};

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'upgrade-'));
    const previous = previousProduct(join(folder, 'previous'));
    version = previous.version;
    both = await openTwoTenants(asTold, previous.main);
    helm = helmFor('4.3.1', both.node.kubeconfigPath, folder);
    kept = await plant(both, 'globex');
  });
  afterAll(async () => {
    await both.close();
    await rm(folder, { recursive: true, force: true });
  });

  it('loses nothing by an update: what was written, its volumes, its passwords and its address', async () => {
    expect(await charts()).toEqual([`gateway-${version}`, `openwebui-${version}`, `wordpress-${version}`]);
    await expectAllThere(both, kept);
    const [volumes, wordpress, openwebui] = [await claims(), await secret('wordpress'), await secret('openwebui')];
    const updated = succeeded(await both.run('update', 'globex', '--yes'));
    expect(updated.changed).toBe(true);
    expect((await charts()).filter((chart) => chart.endsWith(`-${version}`))).toEqual([]);
    expect(await charts()).toHaveLength(3);
    expect(await claims()).toEqual(volumes);
    expect(await secret('wordpress')).toMatchObject(wordpress);
    expect(await secret('openwebui')).toMatchObject(openwebui);
    expect(updated.tenant?.endpoints).toEqual(both.created.globex.tenant.endpoints);
    await expectAllThere(both, kept);
  });

  it('passes helm test then', () => expectHelmTests(helm, 'globex'));
});
