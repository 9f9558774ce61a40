import type { IncomingMessage, ServerResponse } from 'node:http';

import { badRequest, methodNotAllowed, notFound, pathNotFound } from './api-error.js';
import { deleteCollection, deleteObject, deleteOptions } from './deletion.js';
import { apiVersionOf } from './kinds.js';
import { listObjects, matcherOf } from './lists.js';
import { isRecord } from './objects.js';
import type { KubeObject, Loose } from './objects.js';
import { mergePatch } from './patches.js';
import { serveLog } from './pod-logs.js';
import { mediaType, readObject, sendJson } from './requests.js';
import type { Target } from './requests.js';
import type { ResourceApi, WriteOptions } from './resource-api.js';
import { answerReview } from './reviews.js';
import { replicasOf, scaleOf } from './scale.js';
import type { SandboxCluster } from './cluster.js';
import { asTable, wantsTable } from './tables.js';
import { serveWatch } from './watch.js';

interface Call {
  cluster: SandboxCluster;
  target: Target;
  query: URLSearchParams;
  request: IncomingMessage;
  response: ServerResponse;
  /** Aborted when the door closes. */
  signal: AbortSignal;
}

const writeOptions = (query: URLSearchParams, request: IncomingMessage): WriteOptions => ({
  dryRun: query.getAll('dryRun').includes('All'),
  // Without a field manager the real API takes the client's name.
  fieldManager: query.get('fieldManager') ?? (mediaType(request).includes('apply-patch') ? '' : (request.headers['user-agent'] ?? 'unknown').split('/')[0] ?? 'unknown'),
  force: query.get('force') === 'true',
});

const readOne = (call: Call, name: string): void => {
  const { info, namespace } = call.target;
  const object = call.cluster.store.get(info.kind, namespace, name);
  sendJson(call.response, 200, wantsTable(call.request) ? asTable(info, [object]) : object);
};

const readMany = (call: Call): void => {
  const list = listObjects(call.cluster.store, call.target.info, call.target.namespace, call.query);
  sendJson(call.response, 200, wantsTable(call.request) ? asTable(call.target.info, list.items, list.metadata) : list);
};

const watch = (call: Call): void => {
  const { info, namespace, name } = call.target;
  serveWatch(call.cluster.store, info, { namespace, name }, call.query, call.response, call.signal);
};

const onCollection = async (call: Call): Promise<void> => {
  const { cluster, target, query, request, response } = call;
  const { info, namespace } = target;
  if (info.review) {
    if (request.method !== 'POST') throw methodNotAllowed();
    return sendJson(response, 201, answerReview(info, await readObject(request)));
  }
  switch (request.method) {
    case 'GET':
      return query.get('watch') === 'true' || query.get('watch') === '1' ? watch(call) : readMany(call);
    case 'POST': {
      if (info.namespaced && namespace === undefined) throw methodNotAllowed();
      const body = await readObject(request);
      return sendJson(response, 201, cluster.api.create(info.kind, namespace, body, writeOptions(query, request)));
    }
    case 'DELETE': {
      const options = deleteOptions(await readObject(request), query);
      const items = deleteCollection(cluster.store, info.kind, namespace, matcherOf(info, query), options);
      return sendJson(response, 200, { kind: `${info.kind}List`, apiVersion: apiVersionOf(info), metadata: { resourceVersion: String(cluster.store.revision) }, items });
    }
    default:
      throw methodNotAllowed();
  }
};

const onObject = async (call: Call, name: string): Promise<void> => {
  const { cluster, target, query, request, response } = call;
  const { info, namespace } = target;
  const options = writeOptions(query, request);
  switch (request.method) {
    case 'GET':
      return query.get('watch') === 'true' ? watch(call) : readOne(call, name);
    case 'PUT':
      return sendJson(response, 200, cluster.api.update(info.kind, namespace, name, await readObject(request), options));
    case 'PATCH': {
      const body = await readObject(request);
      const existed = cluster.store.find(info.kind, namespace, name) !== undefined;
      return sendJson(response, existed ? 200 : 201, cluster.api.patch(info.kind, namespace, name, mediaType(request), body, options));
    }
    case 'DELETE': {
      const wanted = deleteOptions(await readObject(request), query);
      return sendJson(response, 200, deleteObject(cluster.store, info.kind, namespace, name, wanted));
    }
    default:
      throw methodNotAllowed();
  }
};

const onStatus = async (call: Call, name: string, part: 'status' | 'finalize'): Promise<void> => {
  const { cluster, target, query, request, response } = call;
  const { info, namespace } = target;
  const options = writeOptions(query, request);
  if (request.method === 'GET') return readOne(call, name);
  const body = await readObject(request);
  if (request.method === 'PUT') return sendJson(response, 200, cluster.api.update(info.kind, namespace, name, body, options, part));
  if (request.method === 'PATCH') return sendJson(response, 200, cluster.api.patch(info.kind, namespace, name, mediaType(request), body, options, part));
  throw methodNotAllowed();
};

const setReplicas = (api: ResourceApi, live: KubeObject, replicas: number, options: WriteOptions): KubeObject =>
  api.update(live.kind, live.metadata.namespace, live.metadata.name, { ...live, spec: { ...(live.spec as Loose), replicas } }, options);

const onScale = async (call: Call, name: string): Promise<void> => {
  const { cluster, target, query, request, response } = call;
  const live = cluster.store.get(target.info.kind, target.namespace, name);
  if (request.method === 'GET') return sendJson(response, 200, scaleOf(live));
  if (request.method !== 'PUT' && request.method !== 'PATCH') throw methodNotAllowed();
  const body = await readObject(request);
  // Every kind of patch that clients send to a Scale is a plain object: {"spec":{"replicas":3}}.
  const wanted = request.method === 'PUT' ? body : mergePatch(scaleOf(live), body);
  const given: unknown = isRecord(wanted) && isRecord(wanted['metadata']) ? wanted['metadata']['resourceVersion'] : undefined;
  const locked = request.method === 'PUT' && typeof given === 'string' && given !== '' ? { ...live, metadata: { ...live.metadata, resourceVersion: given } } : live;
  sendJson(response, 200, scaleOf(setReplicas(cluster.api, locked, replicasOf(wanted), writeOptions(query, request))));
};

const onEviction = async (call: Call, name: string): Promise<void> => {
  const { cluster, target, request, response, query } = call;
  if (request.method !== 'POST') throw methodNotAllowed();
  const body = await readObject(request);
  deleteObject(cluster.store, 'Pod', target.namespace, name, deleteOptions(isRecord(body) ? body['deleteOptions'] : undefined, query));
  sendJson(response, 201, { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', code: 201 });
};

/** Answers a request for objects. @throws ApiError */
export const serveResource = async (call: Call): Promise<void> => {
  const { info, name, subresource } = call.target;
  if (name === undefined) return onCollection(call);
  if (info.review) throw notFound(info, name);
  if (subresource === undefined) return onObject(call, name);
  if (!info.subresources.some((part) => part === subresource)) throw pathNotFound();
  switch (subresource) {
    case 'status':
    case 'finalize':
      return onStatus(call, name, subresource);
    case 'scale':
      return onScale(call, name);
    case 'eviction':
      return onEviction(call, name);
    case 'log':
      return serveLog(call.cluster, call.target.namespace ?? '', name, call.query, call.response, call.signal);
    default:
      throw badRequest(`the sandbox does not serve ${subresource}`);
  }
};
