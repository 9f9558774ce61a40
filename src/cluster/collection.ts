import { ApiException, HttpMethod, IsomorphicFetchHttpLibrary, RequestContext, type KubernetesListObject, type KubernetesObject } from '@kubernetes/client-node';
import { statusOf, type Cluster } from './client.js';

/** Objects a page: large enough for few requests, small enough that a page is forgotten before the next one is read. */
const PAGE = 250;
/** A list whose continuation expired is begun anew, a few times. */
const ATTEMPTS = 3;

export interface ReadCollection<O, T> {
  /** For example `/api/v1/pods`. */
  path: string;
  query?: Record<string, string>;
  /** What is kept of an object, which may be many times larger. */
  read: (object: O) => T;
  signal: AbortSignal;
}

const transport = new IsomorphicFetchHttpLibrary();

const get = async (cluster: Cluster, path: string, query: Record<string, string>, signal: AbortSignal): Promise<string> => {
  const request = new RequestContext(`${cluster.server}${path}`, HttpMethod.GET);
  for (const [name, value] of Object.entries(query)) request.setQueryParam(name, value);
  request.setHeaderParam('Accept', 'application/json');
  request.setSignal(signal);
  await cluster.watch.config.applySecurityAuthentication(request);
  const response = await transport.send(request).toPromise();
  const text = await response.body.text();
  if (response.httpStatusCode !== 200) throw new ApiException(response.httpStatusCode, `GET ${path}`, text, response.headers);
  return text;
};

/**
 * Reads a whole collection in pages and keeps of each object only what `read` makes of it, as the API server sent it: times are texts.
 * Thousands of objects then cost neither the client's conversion nor the memory for all of them at once. Throws ApiException.
 */
export const readCollection = async <O extends KubernetesObject, T>(cluster: Cluster, { path, query = {}, read, signal }: ReadCollection<O, T>): Promise<{ items: T[]; resourceVersion: string }> => {
  for (let attempt = 1; ; attempt += 1) {
    const items: T[] = [];
    let next: string | undefined;
    try {
      for (;;) {
        const page = JSON.parse(await get(cluster, path, { ...query, limit: String(PAGE), ...(next === undefined ? {} : { continue: next }) }, signal)) as KubernetesListObject<O>;
        for (const object of page.items) items.push(read(object));
        next = page.metadata?._continue ?? (page.metadata as { continue?: string } | undefined)?.continue;
        // Every page tells the version of the whole, which is what a watch has to start from.
        if (next === undefined || next === '') return { items, resourceVersion: page.metadata?.resourceVersion ?? '' };
      }
    } catch (error) {
      if (statusOf(error) !== 410 || attempt === ATTEMPTS) throw error;
    }
  }
};
