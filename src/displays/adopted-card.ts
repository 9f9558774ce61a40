import { addressNote, type AddressSource } from '../tenant/address-source.js';
import { counted } from '../tenant/text.js';

/** What the result of `platform adopt` says. */
export interface AdoptedData {
  platform: {
    name: string;
    server: string;
    kubernetes: string;
    nodes: number;
    addresses: AddressSource;
    location: string | null;
  };
}

/** The end of an adoption as plain text. */
export const adoptedLines = ({ name, server, kubernetes, nodes, addresses, location }: AdoptedData['platform'], changed: boolean): string[] => [
  '',
  `✔ ${name} is a platform${changed ? '' : ': nothing had to change'}`,
  '',
  `  Cluster      ${server}`,
  `               Kubernetes ${kubernetes}, ${counted(nodes, 'node')}`,
  `  Addresses    ${location === null ? addressNote(addresses) : `reserved IP blocks in ${location}`}`,
];
