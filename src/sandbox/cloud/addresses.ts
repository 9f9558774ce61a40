import type { IpBlocks } from './ip-blocks.js';
import type { Ledger } from './ledger.js';
import { consumerOf, ingressNode } from './nodes.js';
import type { IpBlock } from './types.js';

/** A load balancer Service of a cluster. */
export interface AddressConsumer {
  namespace: string;
  service: string;
  clusterId: string;
}

const nameOf = ({ clusterId, namespace, service }: AddressConsumer): string => `${clusterId}/${namespace}/${service}`;

/** The part of the cloud that a cluster's load balancer controller talks to: which Service holds which reserved address. */
export class Addresses {
  readonly #ledger: Ledger;
  readonly #blocks: IpBlocks;

  constructor(ledger: Ledger, blocks: IpBlocks) {
    this.#ledger = ledger;
    this.#blocks = blocks;
  }

  /**
   * Puts a reserved address on a node of the cluster for a Service. Claiming again for the same Service changes nothing.
   * Throws with the reason when the address is not reserved, is reserved elsewhere, is in use, or there is no node to hold it.
   */
  claim(ip: string, consumer: AddressConsumer): void {
    const block = this.#blockOf(ip);
    if (block === undefined) throw new Error(`${ip} is not in a reserved IP block of this contract`);
    const held = block.services[ip];
    if (held === nameOf(consumer)) return;
    if (held !== undefined) throw new Error(`${ip} is in use by Service ${held.split('/').slice(1).join('/')}`);
    const entry = block.properties.ipConsumers.find((used) => used.ip === ip);
    if (entry !== undefined) throw new Error(`${ip} is in use by server ${entry.serverName}`);
    const keeper = this.#ledger.list('nodePools').find(({ properties }) => properties.publicIps.includes(ip));
    if (keeper !== undefined) throw new Error(`${ip} is kept by node pool ${keeper.properties.name} for its nodes`);
    const place = ingressNode(this.#ledger, consumer.clusterId);
    if (place === undefined) throw new Error(`cluster ${consumer.clusterId} has no ready node that could hold ${ip}`);
    const location = this.#ledger.find('datacenters', place.pool.properties.datacenterId)?.properties.location;
    if (location !== block.properties.location) {
      throw new Error(`${ip} is reserved in ${block.properties.location}, the cluster's nodes are in ${location ?? 'no known location'}`);
    }
    block.services[ip] = nameOf(consumer);
    block.properties.ipConsumers.push(consumerOf(this.#ledger, ip, place.pool, place.node));
    this.#ledger.touch('ipBlocks', block.id);
  }

  /**
   * Reserves an address for a Service that names none, as the cloud's controller does: in a block of its own, which counts against the
   * contract and is released with the Service. Throws with the reason when there is no node or no room.
   */
  allocate(consumer: AddressConsumer): string {
    const held = this.#ledger
      .list('ipBlocks')
      .find((block) => block.dynamic === true && Object.values(block.services).includes(nameOf(consumer)));
    if (held !== undefined) return held.properties.ips[0] ?? '';
    const place = ingressNode(this.#ledger, consumer.clusterId);
    if (place === undefined) throw new Error(`cluster ${consumer.clusterId} has no ready node that could hold an address`);
    const { location } = this.#ledger.get('datacenters', place.pool.properties.datacenterId).properties;
    const block = this.#blocks.create({ location, size: 1, name: `k8s-${consumer.namespace}-${consumer.service}` });
    block.dynamic = true;
    const [ip = ''] = block.properties.ips;
    this.claim(ip, consumer);
    return ip;
  }

  /** Takes the address off its node again. Does nothing when this Service does not hold it. */
  release(ip: string, consumer: AddressConsumer): void {
    const block = this.#blockOf(ip);
    if (block === undefined || block.services[ip] !== nameOf(consumer)) return;
    delete block.services[ip];
    block.properties.ipConsumers = block.properties.ipConsumers.filter((entry) => entry.ip !== ip);
    this.#ledger.touch('ipBlocks', block.id);
    if (block.dynamic === true) this.#blocks.delete(block.id);
  }

  #blockOf(ip: string): IpBlock | undefined {
    return this.#ledger.list('ipBlocks').find(({ properties }) => properties.ips.includes(ip));
  }
}
