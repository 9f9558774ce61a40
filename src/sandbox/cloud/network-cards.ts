import { createHash } from 'node:crypto';
import type { Ledger } from './ledger.js';
import type { NodeState } from './types.js';

/** A node's network card in a LAN, as `GET …/lans/{id}/nics` shows it. */
export interface NetworkCard {
  id: string;
  serverId: string;
  metadata: { etag: string; createdDate: string; lastModifiedDate: string; state: 'AVAILABLE' | 'BUSY' };
  properties: { name: string; mac: string; lan: number; dhcp: boolean; ips: string[]; firewallActive: boolean };
}

/** The same card has the same id and address for ever. */
const digestOf = (serverId: string, lan: number): string => createHash('sha256').update(`${serverId}/${lan}`).digest('hex');

const asUuid = (digest: string): string => digest.replace(/^(.{8})(.{4}).(.{3}).(.{3})(.{12}).*$/, '$1-$2-4$3-8$4-$5');

const asMac = (digest: string): string => `02:01:${(digest.slice(0, 8).match(/../g) ?? []).join(':')}`;

const cardState = (node: NodeState): 'AVAILABLE' | 'BUSY' => (node === 'READY' ? 'AVAILABLE' : 'BUSY');

/** The cards that the nodes of all pools have in a LAN, until the nodes are gone. */
export const networkCards = (ledger: Ledger, datacenterId: string, lan: number): NetworkCard[] =>
  ledger
    .list('nodePools')
    .filter(({ properties }) => properties.datacenterId === datacenterId)
    .flatMap((pool) => {
      const attached = pool.properties.lans.find(({ id }) => id === lan);
      if (attached === undefined) return [];
      return pool.nodes.map(({ id, metadata, properties }) => {
        const digest = digestOf(id, lan);
        const { etag, createdDate, lastModifiedDate } = metadata;
        return {
          id: asUuid(digest),
          serverId: id,
          metadata: { etag, createdDate, lastModifiedDate, state: cardState(metadata.state) },
          properties: { name: properties.name, mac: asMac(digest), lan, dhcp: attached.dhcp, ips: [], firewallActive: false },
        };
      });
    });
