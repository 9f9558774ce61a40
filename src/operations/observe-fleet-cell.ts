import type { KubernetesObject, V1PersistentVolumeClaim, V1Pod, V1ResourceQuota, V1Service } from '@kubernetes/client-node';
import { isLeftOver } from '../cluster/pods.js';
import type { ClaimView } from '../engine/fleet-view.js';
import { claimView, podFacts, quotaFacts, serviceFacts, type PodFacts, type QuotaFacts, type ServiceFacts } from './observe-fleet-objects.js';
import { FleetTable, owningTenant } from './observe-fleet-table.js';

/** What runs in one cluster: the platform's, with what is shared, or one of a tenant's own. Each list is of one cluster only. */
export class CellTables {
  readonly pods: FleetTable<V1Pod, PodFacts>;
  readonly services: FleetTable<V1Service, ServiceFacts>;
  readonly quotas: FleetTable<V1ResourceQuota, QuotaFacts>;
  readonly claims: FleetTable<V1PersistentVolumeClaim, ClaimView>;

  /** `limited` leaves out the tenants that are not looked for. */
  constructor(limited: (tenant: string | undefined) => string | undefined, touched: (tenant: string) => void) {
    const tenantOf = (object: KubernetesObject): string | undefined => limited(owningTenant(object));
    this.pods = new FleetTable({ tenantOf, read: (pod) => (isLeftOver(pod) ? undefined : podFacts(pod)), touched });
    this.services = new FleetTable({ tenantOf: (service) => (service.metadata?.name === 'gateway' ? tenantOf(service) : undefined), read: serviceFacts, touched });
    this.quotas = new FleetTable({ tenantOf, read: quotaFacts, touched });
    this.claims = new FleetTable({ tenantOf, read: claimView, touched });
  }

  /** True once everything has been listed. */
  get filled(): boolean {
    return [this.pods, this.services, this.quotas, this.claims].every((table) => table.filled);
  }
}
