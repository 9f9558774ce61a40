import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { vi } from 'vitest';
import { makeAuthority } from './certificates.js';
import { addAddress } from './network.js';
import { startDaemon, toolPaths } from './processes.js';
import { askSecurely } from './web.js';

export interface PublicAuthority {
  /** Its name. */
  host: string;
  /** What the chart's values want to know of it. */
  values: { authority: string; authorityRoot: string };
  /** Its name and address, for the pod's DNS. */
  hosts: Record<string, string>;
  /** The root that its certificates lead to, as browsers would have it. */
  root: string;
  /** How many certificates it has issued. */
  issued(): number;
  log(): string;
  stop(): Promise<void>;
}

/**
 * Pebble: an ACME certificate authority that checks as Let's Encrypt does, on port 80 of the name that it is asked for. The other way
 * to prove a name (TLS-ALPN, on port 443) is closed, so that what succeeds is HTTP-01. Its certificates last 90 days.
 */
export const startAuthority = async (folder: string, address: string, dns: string): Promise<PublicAuthority> => {
  await addAddress(address);
  // A name of its own: what the gateway has stored, it has stored under the authority's name.
  const host = `ca-${address.replaceAll('.', '-')}.authority.example`;
  const own = await makeAuthority(folder, `directory-${address}`);
  const { files } = await own.issue(host);
  const configuration = join(folder, `pebble-${address}.json`);
  const settings = {
    listenAddress: `${address}:14000`,
    managementListenAddress: `${address}:15000`,
    certificate: files.cert,
    privateKey: files.key,
    httpPort: 80,
    tlsPort: 1,
    ocspResponderURL: '',
    externalAccountBindingRequired: false,
    retryAfter: { authz: 1, order: 1 },
    profiles: { default: { description: 'the only one', validityPeriod: 90 * 86_400 } },
  };
  await writeFile(configuration, JSON.stringify({ pebble: settings }));
  const server = startDaemon(toolPaths().pebble, ['-config', configuration, '-dnsserver', `${dns}:53`], {
    logFile: join(folder, `pebble-${address}.log`),
    env: { PATH: process.env['PATH'], PEBBLE_VA_NOSLEEP: '1' },
  });
  const root = await vi.waitFor(() => askSecurely(address, host, own.root, { port: 15000, path: '/roots/0' }), { timeout: 20_000, interval: 100 });
  return {
    host,
    values: { authority: `https://${host}:14000/dir`, authorityRoot: own.root },
    hosts: { [host]: address },
    root: root.text,
    issued: () => server.log().match(/Issued certificate serial/g)?.length ?? 0,
    log: () => server.log(),
    stop: () => server.stop(),
  };
};
