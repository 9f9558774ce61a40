import type { V1Service } from '@kubernetes/client-node';
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

/**
 * One request to an endpoint. Never throws: not answering is an answer here. A documentation address (RFC 5737) is never asked: it leads
 * nowhere, and would only tell a stranger's router.
 */
export const probe = async (url: string, signal?: AbortSignal): Promise<EndpointView> => {
  if (isDocumentationAddress(new URL(url).hostname)) return { url, error: 'a documentation address, nothing is asked there' };
  const started = performance.now();
  try {
    const response = await fetch(url, { redirect: 'manual', signal: AbortSignal.any([AbortSignal.timeout(10_000), ...(signal ? [signal] : [])]) });
    await response.body?.cancel();
    return { url, status: response.status, latencyMs: Math.round(performance.now() - started) };
  } catch (error) {
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause.message : error instanceof Error ? error.message : String(error);
    return { url, error: cause };
  }
};

/** An application answers when it serves a page or sends one on to it. */
export const answers = (view: EndpointView): boolean => view.status !== undefined && view.status < 400;
