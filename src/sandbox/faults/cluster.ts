import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import type { FaultBook } from './book.js';
import type { CallAction } from './catalog.js';
import { fitsCall, REFUSALS, retryAfterOf } from './cloud.js';

interface Named {
  namespace?: string | undefined;
  name: string;
}

const is = (wanted: string | undefined, value: string | undefined): boolean => wanted === undefined || wanted === 'any' || wanted === value;

/** How a pod was told to fail. */
export const podFault = (faults: FaultBook, pod: { namespace?: string | undefined; app: string | undefined }): 'ImagePullBackOff' | 'CrashLoopBackOff' | undefined => {
  const fits = (parameters: Readonly<Record<string, string>>): boolean => is(parameters['app'], pod.app) && is(parameters['namespace'], pod.namespace);
  if (faults.find('image-pull', fits)) return 'ImagePullBackOff';
  return faults.find('crash-loop', fits) ? 'CrashLoopBackOff' : undefined;
};

/** Why a claim gets no volume, in the provisioner's words. */
export const claimFault = (faults: FaultBook, claim: Named): string | undefined =>
  faults.find('claim-pending', (parameters) => is(parameters['claim'], claim.name) && is(parameters['namespace'], claim.namespace))
    ? `failed to provision volume with StorageClass: rpc error: code = ResourceExhausted desc = the sandbox was told to make no volume for ${claim.name}`
    : undefined;

/** Why a load balancer gets no address, in the controller's words. */
export const addressFault = (faults: FaultBook, service: Named): string | undefined =>
  faults.find('no-address', (parameters) => is(parameters['namespace'], service.namespace)) ? 'the sandbox was told to give no address' : undefined;

/** How many nodes of a cluster with `count` nodes are not ready. */
export const unreadyNodes = (faults: FaultBook, count: number): number => {
  const fault = faults.find('node-not-ready');
  if (!fault) return 0;
  const wanted = Number(fault.parameters['nodes']);
  return Number.isFinite(wanted) ? Math.min(wanted, count) : count;
};

const ACTION: Record<string, CallAction> = { GET: 'read', POST: 'create', PUT: 'update', PATCH: 'update', DELETE: 'delete' };

const REASONS: Record<string, string> = { '401': 'Unauthorized', '404': 'NotFound', '422': 'Invalid', '423': 'Locked', '429': 'TooManyRequests', '500': 'InternalError', '503': 'ServiceUnavailable' };

const status = (code: number, reason: string, message: string): object => ({ kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Failure', message, reason, code });

const sendJson = (response: ServerResponse, code: number, body: object, headers: Record<string, string> = {}): void => {
  response.writeHead(code, { 'Content-Type': 'application/json', ...headers });
  response.end(JSON.stringify(body));
};

const EXPIRED = status(410, 'Expired', 'The resourceVersion for the provided watch is too old.');

const spoilWatch = (faults: FaultBook, response: ServerResponse): boolean => {
  const gone = faults.take('watch-410');
  if (gone?.parameters['told'] === 'status') sendJson(response, 410, EXPIRED);
  else if (gone) {
    response.writeHead(200, { 'Content-Type': 'application/json' });
    response.end(`${JSON.stringify({ type: 'ERROR', object: EXPIRED })}\n`);
  } else if (faults.take('watch-closed')) {
    response.writeHead(200, { 'Content-Type': 'application/json' });
    response.end();
  } else return false;
  return true;
};

/** What stands in front of a Kubernetes door. True: the fault has answered instead. */
export const passClusterFaults = async (faults: FaultBook, request: IncomingMessage, query: URLSearchParams, response: ServerResponse): Promise<boolean> => {
  const call = { door: 'kubernetes', action: ACTION[request.method ?? 'GET'] ?? 'read', kind: 'other' } as const;
  const slow = faults.take('latency', fitsCall(call));
  if (slow) await sleep(Number(slow.parameters['ms']));
  for (const [code, { message }] of Object.entries(REFUSALS)) {
    const fault = faults.take(code, fitsCall(call));
    if (!fault) continue;
    const after = retryAfterOf(fault.parameters);
    sendJson(response, Number(code), status(Number(code), REASONS[code] ?? '', message), after === undefined ? {} : { 'Retry-After': String(after) });
    return true;
  }
  return query.get('watch') === 'true' && spoilWatch(faults, response);
};
