import { DURATIONS } from './catalog.js';
import { CloudError } from './cloud-error.js';
import type { Ledger } from './ledger.js';
import type { Lan } from './types.js';

export interface LanInput {
  name?: string | null;
  public?: boolean;
  pcc?: string | null;
  ipv6CidrBlock?: string | null;
}

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

  create(datacenterId: string, input: LanInput): Lan {
    this.#ledger.faults.permit('lans', 'create');
    this.#ledger.get('datacenters', datacenterId);
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
        // Outside the ranges that managed Kubernetes keeps for itself (ionos-cloud.md, section 1).
        ipv4CidrBlock: `10.7.${Number(id) % 256}.0/24`,
        ipv6CidrBlock: input.ipv6CidrBlock ?? null,
      },
    });
    this.#ledger.begin('lans', key, { ms: DURATIONS.lan, then: 'ready' });
    return this.get(datacenterId, id);
  }

  update(datacenterId: string, id: string, patch: LanInput): Lan {
    this.#ledger.faults.permit('lans', 'update');
    const lan = this.get(datacenterId, id);
    if (patch.name !== undefined) lan.properties.name = patch.name;
    if (patch.public !== undefined) lan.properties.public = patch.public;
    if (patch.pcc !== undefined) lan.properties.pcc = patch.pcc;
    if (patch.ipv6CidrBlock !== undefined) lan.properties.ipv6CidrBlock = patch.ipv6CidrBlock;
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
