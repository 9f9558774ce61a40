import { randomBytes } from 'node:crypto';
import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

import { podRows, renderPage, STATE_PATH, stateLine } from './page.js';
import type { TenantView } from './tenant-view.js';

const HEALTH_PATHS = new Set(['/health', '/healthz', '/livez', '/readyz', '/ready', '/ping']);

const answer = (view: TenantView | undefined, request: IncomingMessage, response: ServerResponse): void => {
  const { pathname } = new URL(request.url ?? '/', 'http://localhost');
  const common = { 'Cache-Control': 'no-store', 'X-Content-Type-Options': 'nosniff', 'Referrer-Policy': 'no-referrer' };
  const finish = (code: number, type: string, body: string, headers: Record<string, string> = {}): void => {
    response.writeHead(code, { ...common, 'Content-Type': `${type}; charset=utf-8`, 'Content-Length': Buffer.byteLength(body), ...headers });
    response.end(request.method === 'HEAD' ? undefined : body);
  };
  if (!view) return finish(503, 'text/plain', 'This tenant is gone.\n', { 'Retry-After': '5' });
  const code = view.up ? 200 : 503;
  const later: Record<string, string> = view.up ? {} : { 'Retry-After': '2' };
  if (pathname === STATE_PATH) return finish(200, 'application/json', JSON.stringify({ up: view.up, line: stateLine(view), rows: podRows(view), pods: view.pods }));
  if (HEALTH_PATHS.has(pathname)) return finish(code, 'text/plain', view.up ? 'ok\n' : 'starting\n', later);
  const nonce = randomBytes(16).toString('base64');
  finish(code, 'text/html', renderPage(view, nonce), {
    ...later,
    'Content-Security-Policy': `default-src 'none'; style-src 'nonce-${nonce}'; script-src 'nonce-${nonce}'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
  });
};

export interface Listener {
  port: number;
  close(): Promise<void>;
}

/** Opens a page's port on 127.0.0.1. Resolves to undefined if the port is taken. */
export const listen = async (port: number, view: () => TenantView | undefined): Promise<Listener | undefined> => {
  const server: Server = createServer((request, response) => answer(view(), request, response));
  const opened = await new Promise<boolean>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => (error.code === 'EADDRINUSE' || error.code === 'EACCES' ? resolve(false) : reject(error)));
    server.listen(port, '127.0.0.1', () => resolve(true));
  });
  if (!opened) return undefined;
  return {
    port: (server.address() as AddressInfo).port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
};
