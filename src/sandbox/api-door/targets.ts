import type { RequestedKind, Resource } from '../cloud/types.js';

/** How the API calls what requests change, and where that lies below its root. */
const TARGETS: { [K in RequestedKind]: { type: Resource<K>['type']; path: (key: string) => string } } = {
  datacenters: { type: 'datacenter', path: (key) => `/datacenters/${key}` },
  lans: { type: 'lan', path: (key) => `/datacenters/${key.replace('/', '/lans/')}` },
  ipBlocks: { type: 'ipblock', path: (key) => `/ipblocks/${key}` },
  groups: { type: 'group', path: (key) => `/um/groups/${key}` },
  shares: { type: 'resource', path: (key) => `/um/groups/${key.replace('/', '/shares/')}` },
};

export const typeOf = (kind: RequestedKind): string => TARGETS[kind].type;

/** `key` is the thing's key in `CloudState[kind]`. */
export const pathOf = (kind: RequestedKind, key: string): string => TARGETS[kind].path(key);
