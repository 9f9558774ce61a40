import { DURATIONS } from './catalog.js';
import { CloudError } from './cloud-error.js';
import type { Ledger } from './ledger.js';
import { networkCards } from './network-cards.js';
import type { NetworkCard } from './network-cards.js';
import type { Lan } from './types.js';

export interface LanInput {
  name?: string | null;
  public?: boolean;
  pcc?: string | null;
  ipv6CidrBlock?: string | null;
}

/** Nothing means no IPv6; AUTO lets the cloud choose, here a documentation address (RFC 3849). */
const ipv6Block = (id: string, wanted: string | null | undefined): string | null =>
  wanted === 'AUTO' ? `2001:db8:0:${Number(id).toString(16)}::/64` : wanted || null;

/** Networks of a data centre. A LAN's id is a small number as a string, unique only inside its data centre. */
export class Lans {
  readonly #ledger: Ledger;

  constructor(ledger: Ledger) {
    this.#ledger = ledger;
  }

  static key(datacenterId: string, id: string): string {
    return `${datacenterId}/${id}`;
  }

  list(datacenterId: string): Lan[] {
    return this.#ledger.list('lans').filter((lan) => lan.datacenterId === datacenterId);
  }

  get(datacenterId: string, id: string): Lan {
    return this.#ledger.get('lans', Lans.key(datacenterId, id));
  }

  /** What is plugged into it. A LAN cannot go before that is empty. */
  cards(datacenterId: string, id: string): NetworkCard[] {
    this.get(datacenterId, id);
    return networkCards(this.#ledger, datacenterId, Number(id));
  }

  create(datacenterId: string, input: LanInput): Lan {
    const ending = this.#ledger.faults.permit('lans', 'create');
    this.#ledger.open('datacenters', datacenterId);
    const taken = this.list(datacenterId).map((lan) => Number(lan.id));
    const id = String(Math.max(0, ...taken) + 1);
    const key = Lans.key(datacenterId, id);
    this.#ledger.insert('lans', key, {
      id,
      type: 'lan',
      datacenterId,
      metadata: this.#ledger.metadata('BUSY'),
      properties: {
        name: input.name ?? null,
        public: input.public ?? false,
        pcc: input.pcc ?? null,
        ipFailover: [],
        // Outside the ranges that managed Kubernetes keeps for itself, by its documentation.
        ipv4CidrBlock: `10.7.${Number(id) % 256}.0/24`,
        ipv6CidrBlock: ipv6Block(id, input.ipv6CidrBlock),
      },
    });
    this.#ledger.begin('lans', key, { ms: DURATIONS.lan, then: ending });
    return this.get(datacenterId, id);
  }

  update(datacenterId: string, id: string, patch: LanInput): Lan {
    this.#ledger.faults.permit('lans', 'update');
    const lan = this.#ledger.open('lans', Lans.key(datacenterId, id));
    if (patch.name !== undefined) lan.properties.name = patch.name;
    if (patch.public !== undefined) lan.properties.public = patch.public;
    if (patch.pcc !== undefined) lan.properties.pcc = patch.pcc;
    if (patch.ipv6CidrBlock !== undefined) lan.properties.ipv6CidrBlock = ipv6Block(id, patch.ipv6CidrBlock);
    lan.metadata.state = 'BUSY';
    this.#ledger.begin('lans', Lans.key(datacenterId, id), { ms: DURATIONS.update, then: 'ready' });
    return lan;
  }

  delete(datacenterId: string, id: string): void {
    this.#ledger.faults.permit('lans', 'delete');
    const lan = this.get(datacenterId, id);
    const holder = this.#ledger
      .list('nodePools')
      .find(({ properties }) => properties.datacenterId === datacenterId && properties.lans.some((attached) => String(attached.id) === id));
    if (holder !== undefined) {
      throw new CloudError(
        403,
        '451',
        `Operation denied: lan ${id} is delete-protected by node pool ${holder.id} (${holder.properties.name})`,
      );
    }
    lan.metadata.state = 'BUSY';
    this.#ledger.begin('lans', Lans.key(datacenterId, id), { ms: DURATIONS.remove, then: 'gone' });
  }
}
