import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { CloudError } from '../cloud/cloud-error.js';
import type { SandboxCloud } from '../cloud/sandbox-cloud.js';
import { assertToken } from '../cloud/tokens.js';
import { CLOUD_API, cloudRoutes } from './cloud-routes.js';
import { modelRoutes } from './model-routes.js';
import { bearerOf, Router } from './router.js';
import type { Call, Reply } from './router.js';

export interface ApiDoorOptions {
  /** The kubeconfig of a cluster, as YAML. */
  kubeconfig: (clusterId: string) => string;
  /** Any free one when it is not given. */
  port?: number;
}

export interface ApiDoor {
  /** `http://127.0.0.1:<port>`: what IONOS_API_URL and the model hub's base URL are set to. */
  url: string;
  close(): Promise<void>;
}

/** Requests of the API are small; a larger body is a mistake. */
const LARGEST_BODY = 1024 * 1024;

const readBody = async (request: IncomingMessage): Promise<unknown> => {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > LARGEST_BODY) throw new CloudError(413, '200', 'The request body is too large');
    chunks.push(chunk);
  }
  if (size === 0) return undefined;
  try {
    return JSON.parse(Buffer.concat(chunks).toString('utf8'));
  } catch {
    throw new CloudError(400, '200', 'The request body is not valid JSON');
  }
};

const send = (response: ServerResponse, reply: Reply, headers: Record<string, string> = {}): void => {
  const text = typeof reply.body === 'string' ? reply.body : JSON.stringify(reply.body, undefined, 2);
  response.writeHead(reply.status, {
    'content-type': reply.contentType ?? 'application/json',
    'content-length': Buffer.byteLength(text),
    ...headers,
  });
  response.end(text);
};

const asCloudError = (error: unknown): CloudError => {
  if (error instanceof CloudError) return error;
  if (error instanceof URIError) return new CloudError(400, '200', 'The path is not valid');
  return new CloudError(500, '500', error instanceof Error ? error.message : String(error));
};

const sendError = (response: ServerResponse, error: unknown): void => {
  const known = asCloudError(error);
  const headers = known.retryAfter === undefined ? {} : { 'retry-after': String(known.retryAfter) };
  send(response, { status: known.httpStatus, body: known.toBody() }, headers);
};

/**
 * Opens the Cloud API of a sandbox cloud over HTTP on the loopback interface, and the model hub's API beside it. Reads only: changes go
 * through the terraform door.
 */
export const startApiDoor = async (cloud: SandboxCloud, options: ApiDoorOptions): Promise<ApiDoor> => {
  let url = '';
  const cloudApi = new Router(cloudRoutes({ cloud, url: () => url, kubeconfig: options.kubeconfig }));
  const models = new Router(modelRoutes());

  const handle = async (request: IncomingMessage): Promise<Reply> => {
    const target = new URL(request.url ?? '/', url);
    const inCloud = target.pathname === CLOUD_API || target.pathname.startsWith(`${CLOUD_API}/`);
    const path = inCloud ? target.pathname.slice(CLOUD_API.length).replace(/\/$/, '') || '/' : target.pathname;
    if (inCloud) assertToken(bearerOf(request.headers));
    const method = request.method ?? 'GET';
    const found = (inCloud ? cloudApi : models).find(method, path);
    if ('allowed' in found) {
      if (found.allowed.length === 0) throw new CloudError(404, '309', 'Resource does not exist');
      throw new CloudError(405, '200', `${method} is not served here by the sandbox, only ${found.allowed.join(', ')}`);
    }
    const call: Call = {
      method,
      path,
      query: target.searchParams,
      headers: request.headers,
      params: found.params,
      body: await readBody(request),
    };
    return found.route(call);
  };

  const server = createServer((request, response) => {
    handle(request).then(
      (reply) => send(response, reply),
      (error: unknown) => sendError(response, error),
    );
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port ?? 0, '127.0.0.1', resolve);
  });
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  return {
    url,
    async close() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeAllConnections();
      await closed;
    },
  };
};
