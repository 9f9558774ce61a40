import type { KubernetesObject } from '@kubernetes/client-node';
import { TENANT_LABEL } from '../cluster/client.js';
import type { Change } from '../cluster/watch.js';
import { namespaceOf } from '../tenant/resource-names.js';

/** The tenant that an object in the system namespace is about. */
export const labelledTenant = (object: KubernetesObject): string | undefined => object.metadata?.labels?.[TENANT_LABEL];

/** The tenant that an object in its own namespace belongs to. A label alone proves nothing: anybody can write one elsewhere. */
export const owningTenant = (object: KubernetesObject): string | undefined => {
  const tenant = labelledTenant(object);
  return tenant !== undefined && object.metadata?.namespace === namespaceOf(tenant) ? tenant : undefined;
};

/** Facts about one kind of object, by tenant and name, kept current by list and watch. */
export class FleetTable<O extends KubernetesObject, F> {
  readonly #rows = new Map<string, Map<string, F>>();
  readonly #tenantOf: (object: O) => string | undefined;
  readonly #read: (object: O) => F | undefined;
  readonly #touched: (tenant: string) => void;
  /** True once everything has been listed. */
  filled = false;

  constructor(options: { tenantOf: (object: O) => string | undefined; read: (object: O) => F | undefined; touched: (tenant: string) => void }) {
    this.#tenantOf = options.tenantOf;
    this.#read = options.read;
    this.#touched = options.touched;
  }

  apply(change: Change<O>): void {
    if (change.type === 'gone') return this.#remove(change.object);
    if (change.type === 'set') return this.#set(change.object);
    for (const tenant of this.#rows.keys()) this.#touched(tenant);
    this.#rows.clear();
    for (const object of change.objects) this.#set(object);
    this.filled = true;
  }

  /** Facts of one tenant. */
  of(tenant: string): F[] {
    return [...(this.#rows.get(tenant)?.values() ?? [])];
  }

  tenants(): string[] {
    return [...this.#rows.keys()];
  }

  #set(object: O): void {
    const tenant = this.#tenantOf(object);
    if (tenant === undefined) return;
    const facts = this.#read(object);
    if (facts === undefined) return this.#remove(object);
    const rows = this.#rows.get(tenant) ?? new Map<string, F>();
    rows.set(object.metadata?.name ?? '', facts);
    this.#rows.set(tenant, rows);
    this.#touched(tenant);
  }

  #remove(object: O): void {
    const tenant = this.#tenantOf(object);
    if (tenant === undefined) return;
    const rows = this.#rows.get(tenant);
    if (!rows?.delete(object.metadata?.name ?? '')) return;
    if (rows.size === 0) this.#rows.delete(tenant);
    this.#touched(tenant);
  }
}
