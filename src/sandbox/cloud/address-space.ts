import { CloudError } from './cloud-error.js';
import type { CloudState } from './types.js';

/** The address ranges that are reserved for documentation (RFC 5737): nobody can mistake them for real ones, nobody can reach them. */
const RANGES = ['203.0.113', '198.51.100', '192.0.2'];

/** Whether an address is one that only exists in documentation, as all addresses of the sandbox do. */
export const isDocumentationAddress = (ip: string): boolean => RANGES.some((range) => ip.startsWith(`${range}.`));

const taken = (state: CloudState): Set<string> => {
  const used = new Set<string>();
  for (const block of Object.values(state.ipBlocks)) for (const ip of block.properties.ips) used.add(ip);
  for (const pool of Object.values(state.nodePools)) for (const node of pool.nodes) used.add(node.properties.publicIP);
  return used;
};

/** The next `count` addresses that nobody has. Throws a 422 when the ranges are used up. */
export const freeAddresses = (state: CloudState, count: number): string[] => {
  const used = taken(state);
  const free: string[] = [];
  for (const range of RANGES) {
    for (let host = 1; host < 255 && free.length < count; host += 1) {
      const ip = `${range}.${host}`;
      if (!used.has(ip)) free.push(ip);
    }
  }
  if (free.length < count) throw new CloudError(422, '200', `Insufficient IP addresses: ${count} wanted, ${free.length} free`);
  return free;
};
