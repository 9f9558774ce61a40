import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { namespaceOf, SYSTEM_NAMESPACE } from '../../src/tenant/resource-names.js';
import { create, pod } from './support/admission.js';
import { callerOf, type Call } from './support/api.js';
import { startControlPlane, type ControlPlane } from './support/control-plane.js';
import { installGuardRails, nameOf } from './support/tenant.js';

const [OWN, OTHER] = [namespaceOf(nameOf('small')), namespaceOf(nameOf('medium'))];

let plane: ControlPlane;
/** Somebody of the tenant, to whom the operator gave the role; the tenant's pods; and somebody who has nothing. */
let viewer: Call;
let workload: Call;
let stranger: Call;
const hangUp: (() => void)[] = [];
beforeAll(async () => {
  plane = await startControlPlane();
  const as = async (name: string, groups: string[] = []): Promise<Call> => {
    const { call, close } = callerOf(await plane.kubeconfigFor(name, groups));
    hangUp.push(close);
    return call;
  };
  [viewer, workload, stranger] = await Promise.all([as('viewer'), as(`system:serviceaccount:${OWN}:default`, ['system:serviceaccounts', `system:serviceaccounts:${OWN}`, 'system:authenticated']), as('stranger')]);
  await installGuardRails(plane, 'small');
  await installGuardRails(plane, 'medium');
  const { status } = await create(plane, {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'RoleBinding',
    metadata: { name: 'viewer', namespace: OWN },
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: 'tenant-viewer' },
    subjects: [{ apiGroup: 'rbac.authorization.k8s.io', kind: 'User', name: 'viewer' }],
  });
  expect(status).toBe(201);
  await plane.until('a pod of the tenant', async () => [201, 409].includes((await create(plane, pod(OWN))).status));
  await plane.until('its node', async () => (await plane.call('GET', `/api/v1/namespaces/${OWN}/pods/probe`)).body.status?.phase === 'Running');
  await plane.until('the binding', async () => (await viewer('GET', `/api/v1/namespaces/${OWN}/pods`)).status === 200);
});
afterAll(async () => {
  for (const close of hangUp) close();
  await plane.stop();
});

describe('the tenant\'s role', () => {
  it('is exactly: look at pods, their logs and events', async () => {
    const { body } = await viewer('POST', '/apis/authorization.k8s.io/v1/selfsubjectrulesreviews', { spec: { namespace: OWN } });
    const rules = body.status.resourceRules as { apiGroups: string[]; resources: string[]; verbs: string[] }[];
    // What everybody may: ask the API server who they are and what they may do.
    const own = rules.filter(({ apiGroups }) => !apiGroups.some((group) => ['authorization.k8s.io', 'authentication.k8s.io'].includes(group)));
    const rights = own.flatMap(({ apiGroups, resources, verbs }) => apiGroups.flatMap((group) => resources.flatMap((resource) => verbs.map((verb) => `${verb} ${resource}${group === '' ? '' : `.${group}`}`))));
    expect(rights.sort()).toEqual(['get events', 'get events.events.k8s.io', 'get pods', 'get pods/log', 'list events', 'list events.events.k8s.io', 'list pods', 'watch events', 'watch events.events.k8s.io', 'watch pods']);
  });

  it.each([
    ['GET', `/api/v1/namespaces/${OWN}/pods`],
    ['GET', `/api/v1/namespaces/${OWN}/pods/probe`],
    ['GET', `/api/v1/namespaces/${OWN}/events`],
    ['GET', `/apis/events.k8s.io/v1/namespaces/${OWN}/events`],
  ])('may %s %s', async (method, path) => {
    expect((await viewer(method, path)).status).toBe(200);
  });

  it('may read logs: what the API server then lacks is a kubelet, not a right', async () => {
    const { status, body } = await viewer('GET', `/api/v1/namespaces/${OWN}/pods/probe/log`);
    expect(status).not.toBe(403);
    expect(JSON.stringify(body)).not.toContain('forbidden');
  });

  it.each([
    ['GET', `/api/v1/namespaces/${OWN}/secrets`, 'list resource "secrets"'],
    ['GET', `/api/v1/namespaces/${OWN}/secrets/wordpress`, 'get resource "secrets"'],
    ['GET', `/api/v1/namespaces/${OWN}/configmaps`, 'list resource "configmaps"'],
    ['GET', `/apis/apps/v1/namespaces/${OWN}/deployments`, 'list resource "deployments"'],
    ['POST', `/api/v1/namespaces/${OWN}/pods`, 'create resource "pods"'],
    ['DELETE', `/api/v1/namespaces/${OWN}/pods/probe`, 'delete resource "pods"'],
    ['POST', `/api/v1/namespaces/${OWN}/pods/probe/exec?command=sh&stdout=true`, 'create resource "pods/exec"'],
    ['POST', `/api/v1/namespaces/${OWN}/pods/probe/portforward`, 'create resource "pods/portforward"'],
    ['GET', `/api/v1/namespaces/${OTHER}/pods`, 'list resource "pods"'],
    ['GET', '/api/v1/pods', 'list resource "pods"'],
    ['GET', `/api/v1/namespaces/${SYSTEM_NAMESPACE}/configmaps`, 'list resource "configmaps"'],
    ['DELETE', '/apis/admissionregistration.k8s.io/v1/validatingadmissionpolicies/ionos-tenants-1e3-pods', 'delete resource "validatingadmissionpolicies"'],
    ['DELETE', `/api/v1/namespaces/${OWN}/resourcequotas/tenant`, 'delete resource "resourcequotas"'],
    ['PATCH', `/api/v1/namespaces/${OWN}`, 'patch resource "namespaces"'],
  ])('may not %s %s', async (method, path, right) => {
    const { status, body } = await viewer(method, path, method === 'GET' || method === 'DELETE' ? undefined : {}, method === 'PATCH' ? 'application/merge-patch+json' : undefined);
    expect(status).toBe(403);
    expect(body.message).toContain(`User "viewer" cannot ${right}`);
  });
});

it('nobody has the role until the operator gives it', async () => {
  expect((await stranger('GET', `/api/v1/namespaces/${OWN}/pods`)).status).toBe(403);
  expect((await viewer('GET', `/api/v1/namespaces/${OTHER}/pods`)).status).toBe(403);
});

it.each(['pods', 'secrets', 'configmaps', 'services', 'serviceaccounts'])('the tenant\'s own pods may not even list %s of their namespace', async (resource) => {
  expect((await workload('GET', `/api/v1/namespaces/${OWN}/${resource}`)).status).toBe(403);
});
