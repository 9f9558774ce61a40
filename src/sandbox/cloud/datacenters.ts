import { DURATIONS, LOCATIONS } from './catalog.js';
import { badField, CloudError } from './cloud-error.js';
import type { Ledger } from './ledger.js';
import type { Datacenter } from './types.js';

export interface DatacenterInput {
  name: string;
  location: string;
  description?: string | null;
  secAuthProtection?: boolean;
}

/** Virtual data centres. */
export class Datacenters {
  readonly #ledger: Ledger;

  constructor(ledger: Ledger) {
    this.#ledger = ledger;
  }

  list(): Datacenter[] {
    return this.#ledger.list('datacenters');
  }

  get(id: string): Datacenter {
    return this.#ledger.get('datacenters', id);
  }

  create(input: DatacenterInput): Datacenter {
    const ending = this.#ledger.faults.permit('datacenters', 'create');
    const location = LOCATIONS.find(({ id }) => id === input.location);
    if (location === undefined) throw badField('location', `'${input.location}' is not a known location`);
    if (input.name.trim() === '') throw badField('name', 'must not be empty');
    const id = this.#ledger.newId();
    this.#ledger.insert('datacenters', id, {
      id,
      type: 'datacenter',
      metadata: this.#ledger.metadata('BUSY'),
      properties: {
        name: input.name,
        description: input.description ?? '',
        location: location.id,
        version: 1,
        features: [...location.features],
        secAuthProtection: input.secAuthProtection ?? false,
        cpuArchitecture: structuredClone(location.cpuArchitecture),
        ipv6CidrBlock: '2001:db8::/56',
      },
    });
    this.#ledger.begin('datacenters', id, { ms: DURATIONS.datacenter, then: ending });
    return this.get(id);
  }

  update(id: string, patch: Partial<DatacenterInput>): Datacenter {
    this.#ledger.faults.permit('datacenters', 'update');
    const datacenter = this.#ledger.open('datacenters', id);
    const { properties } = datacenter;
    if (patch.location !== undefined && patch.location !== properties.location) throw badField('location', 'is immutable');
    if (patch.name !== undefined) properties.name = patch.name;
    if (patch.description !== undefined) properties.description = patch.description;
    if (patch.secAuthProtection !== undefined) properties.secAuthProtection = patch.secAuthProtection;
    properties.version += 1;
    datacenter.metadata.state = 'BUSY';
    this.#ledger.begin('datacenters', id, { ms: DURATIONS.update, then: 'ready' });
    return datacenter;
  }

  /** A data centre takes its networks with it, but not the nodes that Kubernetes manages. */
  delete(id: string): void {
    this.#ledger.faults.permit('datacenters', 'delete');
    const datacenter = this.get(id);
    if (this.#ledger.list('nodePools').some(({ properties }) => properties.datacenterId === id)) {
      throw new CloudError(403, '452', `Operation denied: resource ${id} contains servers managed by k8s`);
    }
    for (const lan of this.#ledger.list('lans')) if (lan.datacenterId === id) this.#ledger.drop('lans', `${id}/${lan.id}`);
    datacenter.metadata.state = 'BUSY';
    this.#ledger.begin('datacenters', id, { ms: DURATIONS.remove, then: 'gone' });
  }
}
