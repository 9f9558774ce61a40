import { expect } from 'vitest';
import type { Answer, Body } from './api.js';
import type { ControlPlane } from './control-plane.js';

/** An object as somebody would send it. */
export interface Draft {
  apiVersion: string;
  kind: string;
  metadata: { name: string; namespace?: string; labels?: Record<string, string>; annotations?: Record<string, string> };
  spec?: Record<string, unknown>;
  [field: string]: unknown;
}

const pluralOf = (kind: string): string => kind.toLowerCase().replace(/s$/, 'se').replace(/y$/, 'ie') + 's';
const collectionOf = ({ apiVersion, kind, metadata: { namespace } }: Draft): string =>
  `/${apiVersion.includes('/') ? 'apis' : 'api'}/${apiVersion}${namespace === undefined ? '' : `/namespaces/${namespace}`}/${pluralOf(kind)}`;
const pathOf = (draft: Draft): string => `${collectionOf(draft)}/${draft.metadata.name}`;

export const create = (plane: ControlPlane, draft: Draft, dryRun = false): Promise<Answer> => plane.call('POST', `${collectionOf(draft)}?fieldValidation=Strict${dryRun ? '&dryRun=All' : ''}`, draft);

/** The API server's words when it refuses an object: the same in a dry run and for real. Fails when it does not refuse. */
export const refusal = async (plane: ControlPlane, draft: Draft): Promise<string> => {
  const [tried, done] = [await create(plane, draft, true), await create(plane, draft)];
  expect(tried.status, `in a dry run: ${JSON.stringify(tried.body)}`).toBeGreaterThanOrEqual(400);
  expect(done.status, `for real: ${JSON.stringify(done.body)}`).toBe(tried.status);
  expect(done.body.message).toBe(tried.body.message);
  return String(done.body.message);
};

/** The quota counts what a row before has removed for a moment longer: that is not what is asked about here. */
const whileCounted = (plane: ControlPlane, draft: Draft): Promise<Answer> =>
  plane.until(`room in the quota for ${draft.kind} ${draft.metadata.name}`, async () => {
    const answer = await create(plane, draft, true);
    return !String(answer.body.message ?? '').includes('exceeded quota') && answer;
  });

/** Shows that an object is taken, in a dry run and for real, and returns it as it was stored. It is removed again. */
export const accepted = async (plane: ControlPlane, draft: Draft): Promise<Body> => {
  const [tried, done] = [await whileCounted(plane, draft), await create(plane, draft)];
  expect(tried.status, `in a dry run: ${tried.body.message}`).toBe(201);
  expect(done.status, `for real: ${done.body.message}`).toBe(201);
  await remove(plane, draft);
  return done.body;
};

export const remove = async (plane: ControlPlane, draft: Draft): Promise<void> => {
  await plane.call('DELETE', `${pathOf(draft)}?gracePeriodSeconds=0&propagationPolicy=Background`);
  await plane.until(`${draft.kind} ${draft.metadata.name} that is gone`, async () => (await plane.call('GET', pathOf(draft))).status === 404);
};

/** Values put into an object, however deep; `undefined` takes a field out, arrays are replaced. */
export const having = <T>(below: T, changes: unknown): T => {
  if (typeof changes !== 'object' || changes === null || Array.isArray(changes)) return changes as T;
  const result: Record<string, unknown> = { ...(below as Record<string, unknown> | undefined) };
  for (const [key, value] of Object.entries(changes)) {
    if (value === undefined) delete result[key];
    else result[key] = having(result[key], value);
  }
  return result as T;
};

const CONTAINER = {
  name: 'app',
  image: 'registry.example/app:test',
  resources: { requests: { cpu: '10m', memory: '16Mi', 'ephemeral-storage': '16Mi' }, limits: { cpu: '20m', memory: '32Mi', 'ephemeral-storage': '32Mi' } },
  securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } },
};

/** A pod that keeps every rule, with these changes of its spec and of its container. */
export const pod = (namespace: string, spec: object = {}, container: object = {}): Draft => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'probe', namespace },
  spec: having({ automountServiceAccountToken: false, securityContext: { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } }, containers: [having(CONTAINER, container)] }, spec),
});

export const service = (namespace: string, name: string, spec: object = {}): Draft => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name, namespace },
  spec: having({ type: 'ClusterIP', selector: { app: 'probe' }, ports: [{ name: 'web', port: 80, protocol: 'TCP' }] }, spec),
});

export const claim = (namespace: string, spec: object = {}): Draft => ({
  apiVersion: 'v1',
  kind: 'PersistentVolumeClaim',
  metadata: { name: 'probe', namespace },
  spec: having({ storageClassName: 'ionos-enterprise-ssd', accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } }, spec),
});
