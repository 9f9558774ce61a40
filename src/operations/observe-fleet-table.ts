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

/** What is kept of an object. Without facts there is nothing to be known of it; without a tenant it is nobody's. */
export interface FleetRow<F> {
  tenant: string | undefined;
  name: string;
  facts: F | undefined;
}

/** Facts about one kind of object, by tenant and name, kept current by list and watch. */
export class FleetTable<O extends KubernetesObject, F> {
  readonly #rows = new Map<string, Map<string, F>>();
  readonly #tenantOf: (object: O) => string | undefined;
  readonly #facts: (object: O) => F | undefined;
  readonly #touched: (tenant: string) => void;
  /** True once everything has been listed. */
  filled = false;

  constructor(options: { tenantOf: (object: O) => string | undefined; read: (object: O) => F | undefined; touched: (tenant: string) => void }) {
    this.#tenantOf = options.tenantOf;
    this.#facts = options.read;
    this.#touched = options.touched;
  }

  /** The object's row: all that has to be kept of it. */
  readonly read = (object: O): FleetRow<F> => {
    const tenant = this.#tenantOf(object);
    return { tenant, name: object.metadata?.name ?? '', facts: tenant === undefined ? undefined : this.#facts(object) };
  };

  readonly apply = (change: Change<FleetRow<F>>): void => {
    if (change.type === 'gone') return this.#remove(change.object);
    if (change.type === 'set') return this.#set(change.object);
    for (const tenant of this.#rows.keys()) this.#touched(tenant);
    this.#rows.clear();
    for (const row of change.objects) this.#set(row);
    this.filled = true;
  };

  /** Forgets everything, until it is listed again. */
  clear(): void {
    this.#rows.clear();
    this.filled = false;
  }

  /** Facts of one tenant. */
  of(tenant: string): F[] {
    return [...(this.#rows.get(tenant)?.values() ?? [])];
  }

  tenants(): string[] {
    return [...this.#rows.keys()];
  }

  #set(row: FleetRow<F>): void {
    const { tenant, name, facts } = row;
    if (tenant === undefined) return;
    if (facts === undefined) return this.#remove(row);
    const rows = this.#rows.get(tenant) ?? new Map<string, F>();
    rows.set(name, facts);
    this.#rows.set(tenant, rows);
    this.#touched(tenant);
  }

  #remove({ tenant, name }: FleetRow<F>): void {
    if (tenant === undefined) return;
    const rows = this.#rows.get(tenant);
    if (!rows?.delete(name)) return;
    if (rows.size === 0) this.#rows.delete(tenant);
    this.#touched(tenant);
  }
}
