import type { V1Service } from '@kubernetes/client-node';
import type { Cluster } from '../../../src/cluster/client.js';
import { addressOf } from '../../../src/cluster/endpoint.js';
import { MERGE_PATCH, type Call } from '../../real/support/api.js';
import { oneByOne, type Controller } from './controller.js';
import { ADDRESSES } from './settings.js';

/**
 * Gives each Service of type LoadBalancer the address that it asks for, or a free one; nobody gets another's. The node answers on all
 * of this network, and kube-proxy sends on what arrives.
 */
export const startAddresses = (cluster: Cluster, call: Call): Controller => {
  const [network] = ADDRESSES.tenants.split(/\d+\/\d+$/);
  let spare = 100;
  return oneByOne<V1Service>(cluster, { path: '/api/v1/services', list: () => cluster.core.listServiceForAllNamespaces() }, async (service) => {
    if (service.spec?.type !== 'LoadBalancer' || service.metadata?.deletionTimestamp || addressOf(service) !== undefined) return;
    const ip = service.spec.loadBalancerIP ?? `${network}${spare++}`;
    const all = (await cluster.core.listServiceForAllNamespaces()).items;
    if (all.some((other) => other.metadata?.uid !== service.metadata?.uid && addressOf(other) === ip)) return;
    const path = `/api/v1/namespaces/${service.metadata?.namespace}/services/${service.metadata?.name}/status`;
    const { status, body } = await call('PATCH', path, { status: { loadBalancer: { ingress: [{ ip, ipMode: 'VIP' }] } } }, MERGE_PATCH);
    if (status >= 400 && status !== 404) throw new Error(`no address for ${path}: ${body.message}`);
  });
};
