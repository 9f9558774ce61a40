import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { namespaceOf } from '../../src/tenant/resource-names.js';
import { create, pod, type Draft } from './support/admission.js';
import { callerOf, type Answer, type Call } from './support/api.js';
import { attemptsOf, definition, type Attempt } from './support/attempts.js';
import { startControlPlane, type ControlPlane } from './support/control-plane.js';
import { installGuardRails, nameOf } from './support/tenant.js';

const [OWN, OTHER] = [namespaceOf(nameOf('small')), namespaceOf(nameOf('medium'))];
const RBAC = 'rbac.authorization.k8s.io';

let plane: ControlPlane;
/** Somebody of each tenant, to whom the operator gave the role; the pods of each; and somebody who has nothing. */
const viewers: Record<string, Call> = {};
const workloads: Record<string, Call> = {};
let viewer: Call;
let stranger: Call;
const hangUp: (() => void)[] = [];

/** Gives a right, and returns what takes it back. */
const grant = async (draft: Draft): Promise<() => Promise<void>> => {
  expect((await create(plane, draft)).status).toBe(201);
  const { name, namespace } = draft.metadata;
  return async () => void expect((await plane.call('DELETE', `/apis/${RBAC}/v1${namespace === undefined ? '' : `/namespaces/${namespace}`}/${draft.kind.toLowerCase()}s/${name}`)).status).toBe(200);
};
const everything = (subject: { kind: string; name: string }): Draft => ({ apiVersion: `${RBAC}/v1`, kind: 'ClusterRoleBinding', metadata: { name: 'everything' }, roleRef: { apiGroup: RBAC, kind: 'ClusterRole', name: 'cluster-admin' }, subjects: [{ apiGroup: RBAC, ...subject }] });

beforeAll(async () => {
  plane = await startControlPlane();
  const as = async (name: string, groups: string[] = []): Promise<Call> => {
    const { call, close } = callerOf(await plane.kubeconfigFor(name, groups));
    hangUp.push(close);
    return call;
  };
  stranger = await as('stranger');
  for (const [key, namespace] of [['small', OWN], ['medium', OTHER]] as const) {
    viewers[namespace] = await as(`viewer-of-${namespace}`);
    workloads[namespace] = await as(`system:serviceaccount:${namespace}:default`, ['system:serviceaccounts', `system:serviceaccounts:${namespace}`, 'system:authenticated']);
    await installGuardRails(plane, key);
    await grant({
      apiVersion: `${RBAC}/v1`,
      kind: 'RoleBinding',
      metadata: { name: 'viewer', namespace },
      roleRef: { apiGroup: RBAC, kind: 'Role', name: 'tenant-viewer' },
      subjects: [{ apiGroup: RBAC, kind: 'User', name: `viewer-of-${namespace}` }],
    });
    const own = pod(namespace, key === 'medium' ? { nodeSelector: { 'ionos-tenants.io/pool': nameOf('medium') } } : {});
    await plane.until('a pod of the tenant', async () => [201, 409].includes((await create(plane, own)).status));
    await plane.until('the binding', async () => (await viewers[namespace]?.('GET', `/api/v1/namespaces/${namespace}/pods`))?.status === 200);
  }
  viewer = viewers[OWN] as Call;
  await plane.until('its node', async () => (await plane.call('GET', `/api/v1/namespaces/${OWN}/pods/probe`)).body.status?.phase === 'Running');
  // Snapshots as clusters have them that can take some: nothing acts on them here.
  for (const [plural, kind, scope] of [['volumesnapshots', 'VolumeSnapshot', 'Namespaced'], ['volumesnapshotcontents', 'VolumeSnapshotContent', 'Cluster']] as const) {
    expect((await create(plane, definition(plural, kind, 'snapshot.storage.k8s.io', scope))).status).toBe(201);
    await plane.until(plural, async () => (await plane.call('GET', `/apis/snapshot.storage.k8s.io/v1/${plural}`)).status === 200);
  }
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

  it('P29 positive control: may read its own logs: what the API server then lacks is a kubelet, not a right', async () => {
    const { status, body } = await viewer('GET', `/api/v1/namespaces/${OWN}/pods/probe/log`);
    expect(status).not.toBe(403);
    expect(JSON.stringify(body)).not.toContain('forbidden');
  });
});

describe.each([
  [OWN, OTHER, nameOf('small')],
  [OTHER, OWN, nameOf('medium')],
])('somebody of %s, towards %s', (own, other, name) => {
  const attempts = attemptsOf(own, other, name).map((attempt) => [attempt.probe, `${attempt.method} ${attempt.path}`, attempt] as const);
  const attempt = (call: Call | undefined, { method, path, body, type }: Attempt): Promise<Answer> => (call as Call)(method, path, body, type);

  it.each(attempts)('%s may not %s', async (_probe, _request, each) => {
    const { status, body } = await attempt(viewers[own], each);
    expect(status).toBe(403);
    expect(body.message).toContain(`User "viewer-of-${own}" cannot ${each.right}`);
  });

  describe('with a right to everything', () => {
    let takeBack: () => Promise<void>;
    beforeAll(async () => {
      takeBack = await grant(everything({ kind: 'User', name: `viewer-of-${own}` }));
      await plane.until('the rights', async () => (await viewers[own]?.('GET', '/api/v1/secrets'))?.status === 200);
    });
    afterAll(async () => {
      await takeBack();
      await plane.until('no rights', async () => (await viewers[own]?.('GET', '/api/v1/secrets'))?.status === 403);
    });

    it.each(attempts)('%s red with its control removed: may %s, as the administrator may (positive control)', async (_probe, _request, each) => {
      const [administrator, somebody] = [await attempt(plane.call, each), await attempt(viewers[own], each)];
      // Where a kubelet would have to answer, or a policy looks on, it is at least no question of rights.
      expect([403, 404], JSON.stringify(administrator.body)).not.toContain(administrator.status);
      expect(somebody.status, JSON.stringify(somebody.body)).toBe(administrator.status);
    });
  });

  const RESOURCES = ['pods', 'secrets', 'configmaps', 'services', 'serviceaccounts'];
  it.each(RESOURCES)('P6 its pods may not even list %s, in their namespace or another', async (resource) => {
    for (const namespace of [own, other]) expect((await workloads[own]?.('GET', `/api/v1/namespaces/${namespace}/${resource}`))?.status).toBe(403);
  });

  it('P6 red with its control removed: with rights its pods could (positive control)', async () => {
    const takeBack = await grant(everything({ kind: 'Group', name: `system:serviceaccounts:${own}` }));
    for (const resource of RESOURCES) await plane.until(`a list of ${resource}`, async () => (await workloads[own]?.('GET', `/api/v1/namespaces/${other}/${resource}`))?.status === 200);
    await takeBack();
    await plane.until('no rights', async () => (await workloads[own]?.('GET', `/api/v1/namespaces/${other}/pods`))?.status === 403);
  });
});

it('nobody has the role until the operator gives it', async () => {
  expect((await stranger('GET', `/api/v1/namespaces/${OWN}/pods`)).status).toBe(403);
  expect((await viewer('GET', `/api/v1/namespaces/${OTHER}/pods`)).status).toBe(403);
});
