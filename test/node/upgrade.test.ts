import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { V1PersistentVolumeClaim, V1Secret } from '@kubernetes/client-node';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { MODELS_NAMESPACE, SYSTEM_NAMESPACE } from '../../src/tenant/resource-names.js';
import { helmFor, type Helm } from '../support/helm.js';
import { succeeded } from '../support/outcome.js';
import { asTold } from './support/as-told.js';
import { expectHelmTests } from './support/helm-tests.js';
import { previousProduct } from './support/previous.js';
import { expectAllThere, plant, type Sentinels } from './support/sentinels.js';
import { openTwoTenants, type TenantName, type TwoTenants } from './support/two-tenants.js';
import { visiting } from './support/visits.js';

/**
 * After the other files only globex is of the earlier state, its name having become free again, and with it what both share: acme has
 * been created by this one. Run alone, this file begins with a platform that has nothing but the earlier state's.
 */
describe('a platform that an earlier state of the product has worked on', () => {
  let both: TwoTenants;
  let folder = '';
  let helm: Helm;
  let version = '';
  let kept: Record<TenantName, Sentinels>;
  /** Releases whose chart is not of this state of the product yet. */
  const earlier = async (): Promise<string[]> =>
    (JSON.parse((await helm('list', '--all-namespaces', '--output', 'json')).stdout) as { name: string; namespace: string; chart: string }[])
      .filter(({ chart }) => chart.endsWith(`-${version}`)).map(({ namespace, name }) => `${namespace}/${name}`).sort();
  const releasesOf = (tenant: TenantName): string[] => [`${SYSTEM_NAMESPACE}/tenant-${tenant}`, ...['gateway', 'openwebui', 'wordpress'].map((name) => `tenant-${tenant}/${name}`)];
  const platform = [`${MODELS_NAMESPACE}/model-gateway`];
  const claims = async (tenant: TenantName): Promise<unknown> =>
    ((await both.node.call('GET', `/api/v1/namespaces/tenant-${tenant}/persistentvolumeclaims`)).body as { items: V1PersistentVolumeClaim[] }).items.map(({ metadata, spec }) => [metadata?.name, metadata?.uid, spec?.volumeName]);
  const secret = async (tenant: TenantName, name: string): Promise<Record<string, string>> => ((await both.node.call('GET', `/api/v1/namespaces/tenant-${tenant}/secrets/${name}`)).body as V1Secret).data ?? {};

  /** Updates this tenant, and finds its volumes, passwords, address and what was written as they were. */
  const update = async (tenant: TenantName): Promise<void> => {
    const [volumes, wordpress, openwebui] = [await claims(tenant), await secret(tenant, 'wordpress'), await secret(tenant, 'openwebui')];
    const updated = succeeded(await both.run('update', tenant, '--yes'));
    expect(updated.changed).toBe(true);
    expect(await claims(tenant)).toEqual(volumes);
    expect(await secret(tenant, 'wordpress')).toMatchObject(wordpress);
    expect(await secret(tenant, 'openwebui')).toMatchObject(openwebui);
    expect(updated.tenant?.endpoints).toEqual(both.created[tenant].tenant.endpoints);
    await expectAllThere(both, kept[tenant]);
  };

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'upgrade-'));
    const previous = previousProduct(join(folder, 'previous'));
    version = previous.version;
    both = await openTwoTenants(asTold, previous.main);
    helm = helmFor('4.3.1', both.node.kubeconfigPath, folder);
    kept = { acme: await plant(both, 'acme'), globex: await plant(both, 'globex') };
  });
  afterAll(async () => {
    await both.close();
    await rm(folder, { recursive: true, force: true });
  });

  it('is brought to this state, with what all share, by the update of one tenant; the other one stays as it is and answers all the time', async () => {
    expect(await earlier()).toEqual(expect.arrayContaining([...platform, ...releasesOf('globex')]));
    const { wordpress, openwebui } = both.endpoints.globex;
    const { answers } = await visiting([wordpress, new URL('ready', openwebui).href], () => update('acme'));
    expect(await earlier()).toEqual(releasesOf('globex').sort());
    expect(answers.length).toBeGreaterThan(10);
    expect(answers.filter((status) => status !== 200)).toEqual([]);
    // Its chat as well, whose way to the models is of this state now.
    await expectAllThere(both, kept.globex);
  });

  it('has nothing left of the earlier state when the other one is updated, which loses nothing either: what was written, volumes, passwords, address', async () => {
    await update('globex');
    expect(await earlier()).toEqual([]);
    // What they share is not changed back and forth.
    expect(succeeded(await both.run('update', 'acme', '--yes')).changed).toBe(false);
  });

  it('passes helm test then', () => expectHelmTests(helm, 'globex'));
});
