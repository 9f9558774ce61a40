import { freeAddresses } from './address-space.js';
import { DURATIONS, LOCATIONS } from './catalog.js';
import { badField, refused } from './cloud-error.js';
import type { ContractBook } from './contract.js';
import type { Ledger } from './ledger.js';
import type { IpBlock } from './types.js';

export interface IpBlockInput {
  location: string;
  size: number;
  name?: string | null;
}

/** Reserved public addresses. */
export class IpBlocks {
  readonly #ledger: Ledger;
  readonly #contract: ContractBook;

  constructor(ledger: Ledger, contract: ContractBook) {
    this.#ledger = ledger;
    this.#contract = contract;
  }

  list(): IpBlock[] {
    return this.#ledger.list('ipBlocks');
  }

  get(id: string): IpBlock {
    return this.#ledger.get('ipBlocks', id);
  }

  /** The block that an address belongs to. */
  holding(ip: string): IpBlock | undefined {
    return this.list().find(({ properties }) => properties.ips.includes(ip));
  }

  create(input: IpBlockInput): IpBlock {
    const ending = this.#ledger.faults.permit('ipBlocks', 'create');
    if (!LOCATIONS.some(({ id }) => id === input.location)) throw badField('location', `'${input.location}' is not a known location`);
    if (!Number.isInteger(input.size) || input.size < 1) throw badField('size', 'must be at least 1');
    this.#contract.require({ ips: input.size });
    const id = this.#ledger.newId();
    this.#ledger.insert('ipBlocks', id, {
      id,
      type: 'ipblock',
      metadata: this.#ledger.metadata('BUSY'),
      properties: {
        name: input.name ?? null,
        location: input.location,
        size: input.size,
        ips: freeAddresses(this.#ledger.state, input.size),
        ipConsumers: [],
      },
      services: {},
    });
    this.#ledger.begin('ipBlocks', id, { ms: DURATIONS.ipBlock, then: ending });
    return this.get(id);
  }

  update(id: string, patch: Partial<IpBlockInput>): IpBlock {
    this.#ledger.faults.permit('ipBlocks', 'update');
    const block = this.#ledger.open('ipBlocks', id);
    const { properties } = block;
    if (patch.location !== undefined && patch.location !== properties.location) throw badField('location', 'is immutable');
    if (patch.size !== undefined && patch.size !== properties.size) throw badField('size', 'is immutable');
    if (patch.name !== undefined) properties.name = patch.name;
    block.metadata.state = 'BUSY';
    this.#ledger.begin('ipBlocks', id, { ms: DURATIONS.update, then: 'ready' });
    return block;
  }

  delete(id: string): void {
    this.#ledger.faults.permit('ipBlocks', 'delete');
    const block = this.get(id);
    const consumed = block.properties.ipConsumers.map(({ ip }) => ip);
    if (consumed.length > 0)
      throw refused(`IP block ${id} cannot be released: ${consumed.map((ip) => `'${ip}'`).join(', ')} in use by other resource`);
    block.metadata.state = 'BUSY';
    this.#ledger.begin('ipBlocks', id, { ms: DURATIONS.remove, then: 'gone' });
  }
}
