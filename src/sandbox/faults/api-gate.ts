import type { IncomingMessage } from 'node:http';
import type { FaultBook } from './book.js';
import type { CallAction, CallKind } from './catalog.js';
import { losesAnswer, passCloudFaults, type CloudCall } from './cloud.js';

const ACTIONS: Record<string, CallAction> = { POST: 'create', PUT: 'update', PATCH: 'update', DELETE: 'delete' };

/** Collections of Cloud API v6, and what one of their members is. */
const MEMBERS: Record<string, CallKind> = {
  contracts: 'contract', locations: 'location', versions: 'version', datacenters: 'datacenter', lans: 'lan', ipblocks: 'ipblock', k8s: 'cluster',
  nodepools: 'nodepool', nodes: 'node', kubeconfig: 'kubeconfig', groups: 'group', shares: 'share', users: 'user', requests: 'request', models: 'models',
};

/** What a request is about: its last known collection, and whether it names a member of it. `/k8s/1/nodepools` lists node pools. */
export const callOf = (method: string, path: string): CloudCall => {
  const parts = path.replace(/^\/cloudapi\/v6/, '').split('/').filter((part) => part !== '');
  if (!path.startsWith('/cloudapi/') && !path.startsWith('/v1/')) return { door: 'api', kind: 'bucket', action: method === 'PUT' ? 'create' : (ACTIONS[method] ?? 'read') };
  const at = parts.findLastIndex((part) => MEMBERS[part] !== undefined);
  const kind = MEMBERS[parts[at] ?? ''] ?? 'other';
  const isList = at === parts.length - 1 && kind !== 'kubeconfig';
  return { door: 'api', kind, action: ACTIONS[method] ?? (isList ? 'list' : 'read') };
};

/** Where the sandbox itself is spoken to: nothing that IONOS has, and no fault bites there. */
export const CONTROL = '/sandbox/';

/** Answers a request of the Cloud API through the faults. Undefined: nothing is answered, the connection breaks. Throws CloudError. */
export const throughFaults = async <Reply>(faults: FaultBook, request: IncomingMessage, answer: () => Promise<Reply>): Promise<Reply | undefined> => {
  if (request.url?.startsWith(CONTROL)) return answer();
  const call = callOf(request.method ?? 'GET', new URL(request.url ?? '/', 'http://localhost').pathname);
  await passCloudFaults(faults, call);
  const reply = await answer();
  return losesAnswer(faults, call) ? undefined : reply;
};
