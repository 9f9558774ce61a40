import { join } from 'node:path';
import { vi } from 'vitest';
import { startDaemon, toolPaths } from './processes.js';

export interface Names {
  /** From now on this name has this address. */
  set(host: string, address: string): Promise<void>;
  /** How often somebody has asked for this name. */
  asked(host: string): Promise<number>;
  stop(): Promise<void>;
}

/** The DNS server that comes with Pebble, on port 53 of this address; it knows no name that it is not told. */
export const startNames = async (folder: string, address: string): Promise<Names> => {
  const management = `http://${address}:8055`;
  const off = ['http01', 'https01', 'tlsalpn01', 'doh', 'defaultIPv4', 'defaultIPv6'].flatMap((name) => [`-${name}`, '']);
  const server = startDaemon(toolPaths()['pebble-challtestsrv'], [...off, '-dnsserver', `${address}:53`, '-management', `${address}:8055`], { logFile: join(folder, 'names.log') });
  const tell = async (path: string, body: unknown): Promise<Response> => {
    const answer = await fetch(`${management}/${path}`, { method: 'POST', body: JSON.stringify(body) });
    if (!answer.ok) throw new Error(`${path}: ${answer.status}`);
    return answer;
  };
  await vi.waitFor(() => fetch(management).catch(() => Promise.reject(new Error(`no DNS: ${server.log()}`))), { timeout: 20_000, interval: 50 });
  return {
    async set(host, to) {
      await tell('clear-a', { host }).catch(() => undefined);
      await tell('add-a', { host, addresses: [to] });
    },
    asked: async (host) => ((await (await tell('dns-request-history', { host })).json()) as unknown[]).length,
    stop: () => server.stop(),
  };
};
