import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { CloudError } from '../cloud/cloud-error.js';
import type { SandboxCloud } from '../cloud/sandbox-cloud.js';
import { apis, jsonRefusal } from './apis.js';
import type { Api } from './apis.js';
import type { Call, Reply } from './router.js';
import { throughFaults } from '../faults/api-gate.js';

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

const readBody = async (request: IncomingMessage): Promise<string> => {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > LARGEST_BODY) throw new CloudError(413, '200', 'The request body is too large');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
};

const send = (response: ServerResponse, { status, body, contentType, headers }: Reply): void => {
  const text = typeof body === 'string' ? body : body === undefined ? '' : JSON.stringify(body, undefined, 2);
  response.writeHead(status, {
    ...(text === '' ? {} : { 'content-type': contentType ?? 'application/json' }),
    ...(status === 204 ? {} : { 'content-length': Buffer.byteLength(text) }),
    ...headers,
  });
  response.end(text);
};

const asCloudError = (error: unknown): CloudError => {
  if (error instanceof CloudError) return error;
  if (error instanceof URIError) return new CloudError(400, '200', 'The path is not valid');
  return new CloudError(500, '500', error instanceof Error ? error.message : String(error));
};

/** What went wrong, in the words of the API that was called. */
const refusal = (error: unknown, refuse: Api['refuse']): Reply => {
  const known = asCloudError(error);
  const headers = known.retryAfter === undefined ? {} : { headers: { 'retry-after': String(known.retryAfter) } };
  return { ...refuse(known), ...headers };
};

const answer = (api: Api, path: string, call: Call): Reply => {
  try {
    api.admit(call);
    const found = api.router.find(call.method, path);
    if ('allowed' in found) throw api.unknown(call, found.allowed);
    return found.route({ ...call, path, params: found.params });
  } catch (error) {
    return refusal(error, api.refuse);
  }
};

/**
 * Opens the Cloud API of a sandbox cloud over HTTP on the loopback interface, and beside it, as the tools expect them there, the object
 * storage and the model hub. What changes here is seen through the terraform door, and the other way round: both call the same cloud.
 */
export const startApiDoor = async (cloud: SandboxCloud, options: ApiDoorOptions): Promise<ApiDoor> => {
  let url = '';
  const served = apis({ cloud, url: () => url, kubeconfig: options.kubeconfig });

  const handle = async (request: IncomingMessage): Promise<Reply> => {
    const target = new URL(request.url ?? '/', url);
    const call: Call = {
      method: request.method ?? 'GET',
      path: target.pathname,
      query: target.searchParams,
      headers: request.headers,
      params: {},
      text: await readBody(request),
    };
    for (const api of served) {
      const path = api.within(call);
      if (path !== undefined) return answer(api, path, call);
    }
    throw new CloudError(404, '309', 'Resource does not exist');
  };

  const server = createServer((request, response) => {
    throughFaults(cloud.faults, request, () => handle(request))
      .catch((error: unknown) => refusal(error, jsonRefusal))
      .then(
        (reply) => (reply === undefined ? response.destroy() : send(response, reply)),
        () => response.destroy(),
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
