import { createHash } from 'node:crypto';
import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

import { passClusterFaults } from '../faults/cluster.js';
import { ApiError, pathNotFound } from './api-error.js';
import type { SandboxCluster } from './cluster.js';
import { apiGroup, discoveryRoot, resourceList, versionInfo } from './discovery.js';
import { openApiDocument, openApiIndex } from './openapi.js';
import { parseTarget, sendError, sendJson } from './requests.js';
import { serveResource } from './resource-routes.js';

export interface KubernetesDoor {
  /** `http://127.0.0.1:<port>`, without a slash at the end. */
  url: string;
  port: number;
  close(): Promise<void>;
}

const sendCached = (request: IncomingMessage, response: ServerResponse, body: unknown, type?: string): void => {
  const etag = `"${createHash('sha256').update(JSON.stringify(body)).digest('hex').toUpperCase()}"`;
  if (request.headers['if-none-match'] === etag) {
    response.writeHead(304, { ETag: etag }).end();
    return;
  }
  sendJson(response, 200, body, type, { ETag: etag, Vary: 'Accept' });
};

const serveMeta = (cluster: SandboxCluster, path: string, request: IncomingMessage, response: ServerResponse): boolean => {
  const parts = path.split('/').filter((part) => part !== '');
  const [root, first, second] = parts;
  if (path === '/version') sendJson(response, 200, versionInfo(cluster.version));
  else if (root !== undefined && ['livez', 'readyz', 'healthz'].includes(root)) response.writeHead(200, { 'Content-Type': 'text/plain' }).end('ok');
  else if ((root === 'api' || root === 'apis') && parts.length === 1) {
    const { body, type } = discoveryRoot(root, request.headers.accept ?? '', request.headers.host ?? '');
    sendCached(request, response, body, type);
  } else if (root === 'openapi' && first === 'v3') {
    const document = parts.length === 2 ? openApiIndex() : openApiDocument(parts.slice(2).join('/'));
    if (!document) return false;
    sendCached(request, response, document);
  } else {
    const found =
      root === 'api' && parts.length === 2 ? resourceList('', first ?? '')
      : root === 'apis' && parts.length === 2 ? apiGroup(first ?? '')
      : root === 'apis' && parts.length === 3 ? resourceList(first ?? '', second ?? '')
      : undefined;
    if (!found) return false;
    sendCached(request, response, found);
  }
  return true;
};

/**
 * The door asks nobody who they are, and Secrets are behind it: a page in a browser on this machine must not get through,
 * neither by a name of its own that resolves to 127.0.0.1 nor with a script.
 */
const isFromBrowser = ({ headers }: IncomingMessage): boolean =>
  headers.origin !== undefined || !/^(127\.0\.0\.1|localhost|\[::1\])(:\d+)?$/.test(headers.host ?? '');

/**
 * Serves the cluster's API as plain HTTP on 127.0.0.1, on `port` or on any free one.
 * Closing ends running watches and log streams; the cluster itself goes on. @throws Error when the port is taken
 */
export const startKubernetesDoor = async (cluster: SandboxCluster, options: { port?: number } = {}): Promise<KubernetesDoor> => {
  const closing = new AbortController();
  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    if (isFromBrowser(request)) throw new ApiError(403, 'Forbidden', 'the sandbox answers tools on this machine only');
    const url = new URL(request.url ?? '/', 'http://localhost');
    if (await passClusterFaults(cluster.faultBook, request, url.searchParams, response)) return;
    if (request.method === 'GET' && serveMeta(cluster, url.pathname, request, response)) return;
    const target = /^\/apis?\//.test(url.pathname) ? parseTarget(url.pathname) : undefined;
    if (!target) throw pathNotFound();
    await serveResource({ cluster, target, query: url.searchParams, request, response, signal: closing.signal });
  };
  const server = createServer((request, response) => {
    handle(request, response).catch((error: unknown) => sendError(response, error));
  });
  // Clients keep connections for minutes between two calls; Node's 5 s would close them under their hands.
  server.keepAliveTimeout = 120_000;
  const listen = (wanted: number): Promise<void> =>
    new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(wanted, '127.0.0.1', () => {
        server.off('error', reject);
        resolve();
      });
    });
  await listen(options.port ?? 0);
  const { port } = server.address() as AddressInfo;
  /** `api-away`: nobody listens, and what was connected is cut off. */
  const follow = (): void => {
    const away = cluster.faultBook.find('api-away') !== undefined;
    if (away === !server.listening || closing.signal.aborted) return;
    if (!away) return void listen(port).catch(() => setTimeout(follow, 100).unref());
    server.close();
    server.closeAllConnections();
  };
  follow();
  const unfollow = cluster.faultBook.onChange(follow);
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    close: () =>
      new Promise((resolve) => {
        closing.abort();
        unfollow();
        if (!server.listening) return resolve();
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
};
