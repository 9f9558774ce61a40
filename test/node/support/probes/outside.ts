import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { runTool } from '../../../support/tool.js';

/** Addresses of the world outside the cluster, which is this test's own: nothing of it leaves the machine. */
export const WORLD = {
  /** Public, and to applications too: the address that example.com once had. */
  internet: '93.184.215.14',
  metadata: '169.254.169.254',
  alibaba: '100.100.100.200',
  privates: ['10.99.0.1', '172.20.0.1', '192.168.77.1', '100.64.9.9'],
} as const;

/** A public page that sends whoever follows it to this address. */
export const redirectTo = (url: string): string => `http://${WORLD.internet}/redirect?to=${encodeURIComponent(url)}`;

export interface Outside {
  /** What was asked for, as `169.254.169.254 /path`, without what follows a question mark. */
  asked: string[];
  close(): Promise<void>;
}

const listen = async (server: Server, address: string, port: number): Promise<void> => void (await once(server.listen(port, address), 'listening'));

/** What the server at this address answers. */
export const pageOf = (address: string): string => `A page of ${address} with words in it.`;

/** Web servers at all these addresses, on the ports of the web. They also redirect. */
export const startOutside = async (): Promise<Outside> => {
  const addresses = [WORLD.internet, WORLD.metadata, WORLD.alibaba, ...WORLD.privates];
  const asked: string[] = [];
  const servers: Server[] = [];
  for (const address of addresses) {
    const { exitCode, stderr } = await runTool('ip', ['address', 'replace', `${address}/32`, 'dev', 'lo']);
    if (exitCode !== 0) throw new Error(`no address ${address}: ${stderr}`);
    for (const port of [80, 443]) {
      const server = createServer((request, response) => {
        const { pathname, searchParams } = new URL(request.url ?? '/', `http://${address}`);
        asked.push(`${address} ${pathname}`);
        if (pathname === '/redirect') response.writeHead(302, { location: searchParams.get('to') ?? '/' }).end();
        else response.writeHead(200, { 'content-type': 'text/html' }).end(`<html><body><p>${pageOf(address)}</p></body></html>`);
      });
      servers.push(server);
      await listen(server, address, port);
    }
  }
  return {
    asked,
    async close() {
      for (const server of servers) {
        server.closeAllConnections();
        await once(server.close(), 'close');
      }
      for (const address of addresses) await runTool('ip', ['address', 'del', `${address}/32`, 'dev', 'lo']);
    },
  };
};
