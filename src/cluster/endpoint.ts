import type { V1Service } from '@kubernetes/client-node';
import http from 'node:http';
import https from 'node:https';
import { isDocumentationAddress } from '../tenant/cidr.js';
import type { EndpointView } from '../engine/events.js';

/** The address (or, from some load balancers, the host name) that a Service was given; undefined while it has none. */
export const addressOf = (service: V1Service): string | undefined => {
  const ingress = service.status?.loadBalancer?.ingress?.[0];
  return ingress?.ip ?? ingress?.hostname;
};

/**
 * URLs that a load balancer controller announced for ports that it reaches somewhere else than at the address
 * (annotation `ionos-tenants.io/url-<port>`): the sandbox's loopback, or a trial cluster's node port.
 */
export const announcedUrls = (service: V1Service): Partial<Record<80 | 8080, string>> => {
  const annotations = service.metadata?.annotations ?? {};
  const [web, chat] = [annotations['ionos-tenants.io/url-80'], annotations['ionos-tenants.io/url-8080']];
  return { ...(web === undefined ? {} : { 80: web }), ...(chat === undefined ? {} : { 8080: chat }) };
};

const ANSWER_MS = 10_000;

/**
 * One request to an endpoint, over a connection of its own as a visitor's would be. Never throws: not answering is an answer here. A
 * documentation address (RFC 5737) is never asked: it leads nowhere, and would only tell a stranger's router.
 */
export const probe = (url: string, signal?: AbortSignal): Promise<EndpointView> => {
  const place = new URL(url);
  if (isDocumentationAddress(place.hostname)) return Promise.resolve({ url, error: 'a documentation address, nothing is asked there' });
  const started = performance.now();
  return new Promise((resolve) => {
    const request = (place.protocol === 'https:' ? https : http).get(place, { agent: false, headers: { 'user-agent': 'ionos-tenants' } });
    const end = (outcome: Omit<EndpointView, 'url'>): void => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', stop);
      resolve({ url, ...outcome });
      request.destroy();
    };
    const stop = (): void => end({ error: 'cancelled' });
    const timer = setTimeout(() => end({ error: `no answer within ${ANSWER_MS / 1000} s` }), ANSWER_MS);
    // A destroyed request may fail once more, when nobody waits for it.
    request.on('error', (error) => end({ error: error.message }));
    request.once('response', (response) => end({ status: response.statusCode ?? 0, latencyMs: Math.round(performance.now() - started) }));
    if (signal?.aborted) stop();
    else signal?.addEventListener('abort', stop);
  });
};

/** An application answers when it serves a page or sends one on to it. */
export const answers = (view: EndpointView): boolean => view.status !== undefined && view.status < 400;
