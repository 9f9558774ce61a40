import type { ServerResponse } from 'node:http';

import { badRequest, expired } from './api-error.js';
import { matcherOf } from './lists.js';
import { apiVersionOf } from './kinds.js';
import type { KindInfo } from './kinds.js';
import type { KubeObject } from './objects.js';
import type { Change, ObjectStore } from './store.js';

/** How often an idle watch that asked for bookmarks is told the current revision. */
const BOOKMARK_MS = 30_000;
/** A watch without a wish ends after this long, as the real API's does (there between 30 and 60 minutes). */
const DEFAULT_TIMEOUT_SECONDS = 1800;

/** What a watcher with a selector sees of a change: an object may enter or leave its view without being created or deleted. */
const seenAs = (change: Change, fits: (object: KubeObject) => boolean): 'ADDED' | 'MODIFIED' | 'DELETED' | undefined => {
  const now = change.type !== 'DELETED' && fits(change.object);
  const before = change.type !== 'ADDED' && change.previous !== undefined && fits(change.previous);
  if (now) return before ? 'MODIFIED' : 'ADDED';
  return before ? 'DELETED' : undefined;
};

/**
 * Streams changes of a kind until the client leaves, the asked time is over or the door closes (`signal`).
 * Knows starting at a revision, starting with the current objects, WatchList (`sendInitialEvents`) and bookmarks.
 * @throws ApiError 400, 410 before anything is sent
 */
export const serveWatch = (
  store: ObjectStore,
  info: KindInfo,
  place: { namespace?: string | undefined; name?: string | undefined },
  query: URLSearchParams,
  response: ServerResponse,
  signal: AbortSignal,
): void => {
  const matches = matcherOf(info, query);
  const fits = (object: KubeObject): boolean =>
    (place.namespace === undefined || object.metadata.namespace === place.namespace) &&
    (place.name === undefined || object.metadata.name === place.name) &&
    matches(object);
  const asked = query.get('resourceVersion') ?? '';
  const sendInitial = query.get('sendInitialEvents') === 'true';
  const bookmarks = query.get('allowWatchBookmarks') === 'true';
  if (sendInitial && query.get('resourceVersionMatch') !== 'NotOlderThan') {
    throw badRequest('resourceVersionMatch must be NotOlderThan when sendInitialEvents is set');
  }
  const from = Number(asked || '0');
  if (!Number.isInteger(from) || from < 0) throw badRequest(`invalid resource version "${asked}"`);
  const startsWithState = sendInitial || from === 0;
  const missed = startsWithState ? [] : store.changesSince(info.kind, from);
  // A revision from the future is one of a sandbox that was reset since.
  if (!missed || from > store.revision) throw expired(`too old resource version: ${asked} (${store.revision})`);

  response.writeHead(200, { 'Content-Type': 'application/json', 'Transfer-Encoding': 'chunked' });
  const send = (type: string, object: unknown): void => void response.write(`${JSON.stringify({ type, object })}\n`);
  const bookmark = (annotations?: Record<string, string>): void =>
    send('BOOKMARK', {
      kind: info.kind,
      apiVersion: apiVersionOf(info),
      metadata: { resourceVersion: String(store.revision), creationTimestamp: null, ...(annotations ? { annotations } : {}) },
    });
  const deliver = (change: Change): void => {
    if (change.kind !== info.kind) return;
    const type = seenAs(change, fits);
    if (!type) return;
    const leaves = type === 'DELETED' && change.type !== 'DELETED' && change.previous;
    send(type, leaves ? { ...leaves, metadata: { ...leaves.metadata, resourceVersion: String(change.revision) } } : change.object);
  };
  if (startsWithState) for (const object of store.list(info.kind, place.namespace).filter(fits)) send('ADDED', object);
  else for (const change of missed) deliver(change);
  if (sendInitial && bookmarks) bookmark({ 'k8s.io/initial-events-end': 'true' });
  else response.flushHeaders();

  const unsubscribe = store.subscribe(deliver);
  const seconds = Number(query.get('timeoutSeconds') ?? 0) || DEFAULT_TIMEOUT_SECONDS;
  const timeout = setTimeout(() => {
    if (bookmarks) bookmark();
    end();
  }, seconds * 1000);
  const ticker = bookmarks ? setInterval(() => bookmark(), BOOKMARK_MS) : undefined;
  timeout.unref();
  ticker?.unref();
  const end = (): void => {
    unsubscribe();
    clearTimeout(timeout);
    clearInterval(ticker);
    signal.removeEventListener('abort', end);
    response.end();
  };
  signal.addEventListener('abort', end);
  response.on('close', end);
};
