import { expect } from 'vitest';
import { startApiDoor } from '../../src/sandbox/api-door/index.js';
import type { SandboxCloud } from '../../src/sandbox/cloud/index.js';
import { SANDBOX_TOKEN } from '../../src/sandbox/cloud/index.js';

/** What any client of the object storage sends; the sandbox takes every signature. */
export const SIGNATURE = 'AWS4-HMAC-SHA256 Credential=any/20261125/eu-central-3/s3/aws4_request, SignedHeaders=host, Signature=00';

export interface ApiClient {
  url: string;
  /** Calls the Cloud API and expects it to accept. Answers the body, parsed where there is one. */
  call<T = Record<string, unknown>>(method: string, path: string, body?: unknown): Promise<T>;
  /** The status that the Cloud API answers a GET with. */
  status(path: string): Promise<number>;
  /** Calls the object storage; answers status and text. */
  bucket(method: string, path: string, body?: string): Promise<[number, string]>;
  close(): Promise<void>;
}

/** The Cloud API's door of a cloud, with somebody who calls it. */
export const openApi = async (cloud: SandboxCloud): Promise<ApiClient> => {
  const door = await startApiDoor(cloud, { kubeconfig: () => 'kind: Config' });
  const send = (method: string, path: string, body?: unknown): Promise<Response> =>
    fetch(`${door.url}/cloudapi/v6${path}`, {
      method,
      headers: { authorization: `Bearer ${SANDBOX_TOKEN}`, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  return {
    url: door.url,
    async call<T>(method: string, path: string, body?: unknown): Promise<T> {
      const response = await send(method, path, body);
      const text = await response.text();
      expect(response.ok, `${method} ${path}: ${response.status} ${text}`).toBe(true);
      return (text === '' ? undefined : JSON.parse(text)) as T;
    },
    async status(path) {
      const response = await send('GET', path);
      await response.text();
      return response.status;
    },
    async bucket(method, path, body) {
      const response = await fetch(`${door.url}${path}`, { method, headers: { authorization: SIGNATURE }, ...(body === undefined ? {} : { body }) });
      return [response.status, await response.text()];
    },
    close: () => door.close(),
  };
};
