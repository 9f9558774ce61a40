import type { Resources } from './preset.js';
import { MIB, parseBytes } from './quantities.js';

/** MiB that MariaDB takes without being told. */
const BY_DEFAULT = 128;

/**
 * MariaDB's buffer pool as its configuration writes it (`512M`, in MiB): half of the memory that is reserved for the database, and its own
 * default where that is more. Never above half of the limit: the rest is for the server itself and its connections.
 */
export const bufferPoolOf = ({ requests, limits }: Resources): string => {
  const half = (memory: string): number => Math.floor(parseBytes(memory) / 2 / MIB);
  return `${Math.max(half(requests.memory), Math.min(BY_DEFAULT, half(limits.memory)))}M`;
};
