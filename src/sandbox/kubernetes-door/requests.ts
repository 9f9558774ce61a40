import type { IncomingMessage, ServerResponse } from 'node:http';

import { parse } from 'yaml';

import { ApiError, badRequest, unsupportedMediaType } from './api-error.js';
import { findKind } from './kinds.js';
import type { KindInfo } from './kinds.js';
import { decodeProtobuf, PROTOBUF } from './protobuf.js';

/** What a path under /api or /apis addresses. */
export interface Target {
  info: KindInfo;
  namespace?: string;
  name?: string;
  subresource?: string;
}

/**
 * Reads `/api/v1/…` and `/apis/<group>/<version>/…`; undefined if no kind is served there.
 * `/api/v1/namespaces/x` is a Namespace, `/api/v1/namespaces/x/pods` are pods, `/api/v1/namespaces/x/status` is a part of the Namespace.
 */
export const parseTarget = (path: string): Target | undefined => {
  const parts = path.split('/').filter((part) => part !== '').map(decodeURIComponent);
  const [group = '', version = '', ...rest] = parts[0] === 'api' ? ['', ...parts.slice(1)] : parts.slice(1);
  const inNamespace = rest[0] === 'namespaces' && rest.length >= 3 && findKind(group, version, rest[2] ?? '') !== undefined;
  const [namespace, [plural = '', name, subresource, ...more]] = inNamespace ? [rest[1], rest.slice(2)] : [undefined, rest];
  const info = findKind(group, version, plural);
  if (!info || more.length > 0) return undefined;
  if (name !== undefined && info.namespaced && namespace === undefined) return undefined;
  return {
    info,
    ...(namespace === undefined || !info.namespaced ? {} : { namespace }),
    ...(name === undefined ? {} : { name }),
    ...(subresource === undefined ? {} : { subresource }),
  };
};

/** The real API's limit, in bytes. */
const MAX_BODY = 3 * 1024 * 1024;

const readBytes = async (request: IncomingMessage): Promise<Buffer> => {
  const chunks: Buffer[] = [];
  let size = 0;
  // What is too much is still read to its end: a client that is cut off would not hear the answer.
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size <= MAX_BODY) chunks.push(chunk);
  }
  if (size > MAX_BODY) throw new ApiError(413, 'RequestEntityTooLarge', `Request entity too large: limit is ${MAX_BODY}`);
  return Buffer.concat(chunks);
};

export const mediaType = (request: IncomingMessage): string => (request.headers['content-type'] ?? '').split(';')[0]?.trim() ?? '';

/** The body as an object; undefined if there is none. @throws ApiError 400, 413, 415 (of protobuf only some kinds are understood) */
export const readObject = async (request: IncomingMessage): Promise<unknown> => {
  const body = await readBytes(request);
  const type = mediaType(request);
  if (body.length === 0) return undefined;
  if (type === PROTOBUF) return decodeProtobuf(body);
  if (type !== '' && !type.endsWith('json') && !type.endsWith('yaml')) throw unsupportedMediaType(['application/json', 'application/yaml']);
  const text = body.toString('utf8');
  try {
    return type.endsWith('yaml') && !text.trimStart().startsWith('{') ? (parse(text) as unknown) : (JSON.parse(text) as unknown);
  } catch (error) {
    throw badRequest(`the object provided is unrecognized: ${error instanceof Error ? error.message : String(error)}`);
  }
};

export const sendJson = (response: ServerResponse, code: number, body: unknown, type = 'application/json', headers: Record<string, string> = {}): void => {
  const text = Buffer.from(JSON.stringify(body));
  response.writeHead(code, { 'Content-Type': type, 'Content-Length': text.length, 'Cache-Control': 'no-cache, private', ...headers });
  response.end(text);
};

export const sendError = (response: ServerResponse, error: unknown): void => {
  const refusal =
    error instanceof ApiError ? error
    : new ApiError(500, 'InternalError', `Internal error occurred: ${error instanceof Error ? error.message : String(error)}`);
  if (response.headersSent) response.end();
  else sendJson(response, refusal.code, refusal.body);
};
