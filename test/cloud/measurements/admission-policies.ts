import { reasonOf } from '../../../src/cluster/client.js';
import { namespaceOf } from '../../../src/tenant/resource-names.js';
import type { Measurement } from '../suite.js';

/**
 * Are ValidatingAdmissionPolicies enforced by the managed control plane? Assumed: yes (they are stable since Kubernetes 1.30). They pin a
 * tenant's address, its nodes and its volumes; without them a tenant's administrator could take those of others. Two dry runs, and a control.
 */
export const admissionPolicies: Measurement = {
  id: 'admission-policies',
  question: 'ValidatingAdmissionPolicies are enforced',
  assumed: 'yes',
  needsReality: true,
  async measure({ cluster }) {
    const namespace = namespaceOf('acme');
    const attempt = (what: string, create: Promise<unknown>): Promise<string> => create.then(() => `${what} allowed`, (error: unknown) => `${what} refused (${reasonOf(error).slice(0, 120)})`);
    const service = (type: string): Promise<unknown> => cluster.core.createNamespacedService({ namespace, dryRun: 'All', body: { metadata: { name: 'cloud-test' }, spec: { type, externalName: type === 'ExternalName' ? 'example.com' : undefined, ports: [{ port: 80 }] } as object } });
    return [await attempt('ExternalName', service('ExternalName')), await attempt('ClusterIP (control)', service('ClusterIP'))].join('; ');
  },
};
