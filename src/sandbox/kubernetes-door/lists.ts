import { badRequest, expired } from './api-error.js';
import { apiVersionOf } from './kinds.js';
import type { KindInfo } from './kinds.js';
import { keyOf } from './objects.js';
import type { KubeObject } from './objects.js';
import { parseFieldSelector, parseLabelSelector } from './selectors.js';
import type { Matcher } from './selectors.js';
import type { ObjectStore } from './store.js';

export interface ListBody {
  kind: string;
  apiVersion: string;
  metadata: { resourceVersion: string; continue?: string; remainingItemCount?: number };
  items: KubeObject[];
}

/** The filter that a list's or a watch's query describes. @throws ApiError 400 */
export const matcherOf = (info: KindInfo, query: URLSearchParams): Matcher => {
  const byLabel = parseLabelSelector(query.get('labelSelector'));
  const byField = parseFieldSelector(info.kind, query.get('fieldSelector'));
  return (object) => byLabel(object) && byField(object);
};

const encodeToken = (revision: number, after: string): string => Buffer.from(JSON.stringify([revision, after])).toString('base64url');

const decodeToken = (token: string): [number, string] => {
  try {
    const parsed: unknown = JSON.parse(Buffer.from(token, 'base64url').toString());
    if (Array.isArray(parsed) && typeof parsed[0] === 'number' && typeof parsed[1] === 'string') return [parsed[0], parsed[1]];
  } catch {
    // Falls through to the refusal below: what is in a token is nobody's business but ours.
  }
  throw badRequest('continue key is not valid');
};

/** A list in pages of `limit`. @throws ApiError 400, 410 when the continue token is from before a restart */
export const listObjects = (store: ObjectStore, info: KindInfo, namespace: string | undefined, query: URLSearchParams): ListBody => {
  const matches = matcherOf(info, query);
  const token = query.get('continue');
  const [revision, after] = token ? decodeToken(token) : [store.revision, ''];
  if (revision > store.revision) throw expired('The provided continue parameter is too old to display a consistent list result.');
  const keyed = store.list(info.kind, namespace).filter(matches).map((object) => ({ key: keyOf(object.metadata.namespace, object.metadata.name), object }));
  const remaining = keyed.filter(({ key }) => key > after);
  const limit = Number(query.get('limit') ?? 0) || remaining.length;
  const page = remaining.slice(0, limit);
  const left = remaining.length - page.length;
  return {
    kind: `${info.kind}List`,
    apiVersion: apiVersionOf(info),
    metadata: {
      resourceVersion: String(revision),
      ...(left > 0 ? { continue: encodeToken(revision, page[page.length - 1]?.key ?? ''), remainingItemCount: left } : {}),
    },
    items: page.map(({ object }) => object),
  };
};
