import { describe, expect, it } from 'vitest';
import { listableKinds, objectsOfTenant, objectWords } from '../../src/cluster/tenant-objects.js';
import { makeNamespace, openClient } from '../support/kubernetes.js';

const labels = { 'ionos-tenants.io/tenant': 'acme' };

describe("a tenant's objects", () => {
  it('are looked for in every kind that the server has, cluster-wide ones and other groups included', async () => {
    const kinds = await listableKinds((await openClient()).client);
    const names = kinds.map(({ apiVersion, kind }) => `${apiVersion} ${kind}`);
    for (const name of ['v1 PersistentVolume', 'v1 Secret', 'apps/v1 StatefulSet', 'admissionregistration.k8s.io/v1 ValidatingAdmissionPolicyBinding', 'rbac.authorization.k8s.io/v1 ClusterRole', 'discovery.k8s.io/v1 EndpointSlice']) expect(names).toContain(name);
    expect(names.filter((name) => /Review|\//.test(name.replace(/^\S+ /, '')))).toEqual([]);
  });

  it('are found by label wherever they are, and by namespace without a label; nobody else\'s are', async () => {
    const bed = await openClient();
    for (const name of ['tenant-acme', 'tenant-acme-2', 'elsewhere']) await makeNamespace(bed, name);
    const map = (namespace: string, name: string, own = false): Promise<unknown> => bed.client.core.createNamespacedConfigMap({ namespace, body: { metadata: { name, ...(own ? { labels } : {}) } } });
    await map('tenant-acme', 'unlabelled');
    await map('elsewhere', 'labelled', true);
    await map('elsewhere', 'acme');
    await map('tenant-acme-2', 'other');
    await bed.client.objects.create({ apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'ClusterRole', metadata: { name: 'wide', labels } });
    const found = (await objectsOfTenant(bed.client, 'acme', 'tenant-acme')).map(objectWords);
    expect(found).toEqual(expect.arrayContaining(['clusterrole/wide', 'configmap/labelled in elsewhere', 'configmap/unlabelled in tenant-acme']));
    expect(found.filter((each) => each.includes('acme-2') || each.includes('configmap/acme'))).toEqual([]);
  });
});
