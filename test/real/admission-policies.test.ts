import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ensureNamespace } from '../../src/cluster/namespaces.js';
import { namespaceOf, releaseNames, SYSTEM_NAMESPACE } from '../../src/tenant/resource-names.js';
import { parseManifests, renderText } from '../charts/rendering.js';
import { accepted, claim, create, pod, refusal, remove, service, type Draft } from './support/admission.js';
import { gateway, NAMESPACE_RULES, NODE_PORT_TYPES, nameOf, OFFERS, OPEN, OWN_ADDRESS, POOL, RULES, type Tenant } from './support/admission-rules.js';
import { callerOf, MERGE_PATCH, type Answer, type Call } from './support/api.js';
import { startControlPlane, type ControlPlane } from './support/control-plane.js';
import { applierOf } from './support/tenant.js';

const EPHEMERAL = 'Ephemeral containers are not allowed in a tenant\'s pods.';
const ENDPOINTS = 'Where a tenant\'s Service leads is written by the cluster alone; it could lead to pods of others.';
const words = (tenant: Tenant, policy: string, message: string): string => `ValidatingAdmissionPolicy 'ionos-tenants-${nameOf(tenant)}-${policy}' with binding 'ionos-tenants-${nameOf(tenant)}-${policy}' denied request: ${message}`;

let plane: ControlPlane;
/** Somebody who was given everything in the namespace of the open tenant, and nothing outside of it. */
let deputy: Call;
const hangUp: (() => void)[] = [];
beforeAll(async () => {
  // Without this gate the API server drops the field that the rule about other namespaces looks at.
  plane = await startControlPlane({ featureGates: ['CrossNamespaceVolumeDataSource'] });
  await ensureNamespace(plane.cluster, SYSTEM_NAMESPACE);
  // What the rows about priorities and runtimes name.
  for (const of of [{ apiVersion: 'scheduling.k8s.io/v1', kind: 'PriorityClass', metadata: { name: 'usual' }, value: 0 }, { apiVersion: 'node.k8s.io/v1', kind: 'RuntimeClass', metadata: { name: 'other' }, handler: 'other' }]) expect((await create(plane, of)).status).toBe(201);
  const apply = applierOf(plane, '4.3.1');
  for (const tenant of Object.keys(OFFERS) as Tenant[]) {
    await apply(releaseNames(nameOf(tenant)).guardRails, OFFERS[tenant]);
    // Tested elsewhere; here it would still count for a moment what the row before has removed.
    await plane.call('DELETE', `/api/v1/namespaces/${namespaceOf(nameOf(tenant))}/resourcequotas/tenant`);
    // A policy takes effect a moment after it was written.
    await inForce(tenant);
    await plane.until(`policy namespace of ${tenant}`, async () => (await relabel(namespaceOf(nameOf(tenant)), { 'ionos-tenants.io/tenant': null }, true)).status >= 400);
  }
  const { call, close } = callerOf(await plane.kubeconfigFor('deputy', []));
  [deputy] = [call, hangUp.push(close)];
  const role = { apiVersion: 'rbac.authorization.k8s.io/v1', metadata: { name: 'deputy', namespace: OPEN } };
  for (const object of [
    { ...role, kind: 'Role', rules: [{ apiGroups: ['*'], resources: ['*'], verbs: ['*'] }] },
    { ...role, kind: 'RoleBinding', roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: 'deputy' }, subjects: [{ apiGroup: 'rbac.authorization.k8s.io', kind: 'User', name: 'deputy' }] },
  ]) expect((await create(plane, object)).status).toBe(201);
  await plane.until('the deputy\'s rights', async () => (await deputy('GET', `/api/v1/namespaces/${OPEN}/secrets`)).status === 200);
});
afterAll(async () => {
  for (const close of hangUp) close();
  await plane.stop();
});

/** Resolves when every policy of this tenant refuses what it should. */
const inForce = async (tenant: Tenant): Promise<void> => {
  for (const { policy, refused } of RULES.filter((rule) => rule.tenant === tenant)) await plane.until(`policy ${policy} of ${tenant}`, async () => (await create(plane, refused, true)).status >= 400);
};

const BINDINGS = '/apis/admissionregistration.k8s.io/v1/validatingadmissionpolicybindings';
/** Unbinds a policy from its tenant; what is returned binds it again. */
const unbind = async (tenant: Tenant, policy: string): Promise<() => Promise<void>> => {
  const path = `${BINDINGS}/ionos-tenants-${nameOf(tenant)}-${policy}`;
  const { body } = await plane.call('GET', path);
  expect((await plane.call('DELETE', path)).status).toBe(200);
  return async () => void expect((await plane.call('POST', BINDINGS, { ...body, metadata: { name: body.metadata.name, labels: body.metadata.labels } })).status).toBe(201);
};

/** Shows that something (in a dry run) is taken as soon as a policy of the open tenant is bound to nothing, and refused again after it. */
const takenWithout = async (policy: string, taken: () => Promise<boolean>): Promise<void> => {
  const bind = await unbind('open', policy);
  await plane.until(`nothing that policy ${policy} refuses`, taken);
  await bind();
  await plane.until(`policy ${policy} again`, async () => !(await taken()));
};

const relabel = (namespace: string, labels: Record<string, string | null>, dryRun = false) => plane.call('PATCH', `/api/v1/namespaces/${namespace}${dryRun ? '?dryRun=All' : ''}`, { metadata: { labels } }, MERGE_PATCH);

it('every rule of every policy has its row', async () => {
  const manifests = await Promise.all(Object.values(OFFERS).map(async (values) => parseManifests(await renderText('tenant', values))));
  const messages = manifests.flat().filter(({ kind }) => kind === 'ValidatingAdmissionPolicy').flatMap(({ spec }) => (spec.validations as { message: string }[]).map(({ message }) => message));
  const rows = [...RULES, ...NAMESPACE_RULES].map(({ says }) => says);
  expect([...new Set([...rows, EPHEMERAL, ENDPOINTS])].sort()).toEqual([...new Set(messages)].sort());
});

describe.each(['services', 'pods', 'claims'] as const)('the policy on %s', (name) => {
  it.each(RULES.filter(({ policy }) => policy === name))('$probe refuses $tenant $title, and takes what is right beside it (positive control)', async ({ tenant, policy, refused, says, allowed }) => {
    expect(await refusal(plane, refused)).toBe(`${name === 'claims' ? 'persistentvolumeclaims' : policy} "${refused.metadata.name}" is forbidden: ${words(tenant, policy, says)}`);
    await accepted(plane, allowed);
  });
});

describe('without the policies', () => {
  const bind: (() => Promise<void>)[] = [];
  beforeAll(async () => {
    for (const tenant of Object.keys(OFFERS) as Tenant[]) for (const policy of ['services', 'pods', 'claims']) bind.push(await unbind(tenant, policy));
    for (const { tenant, title, refused } of RULES) await plane.until(`no rule about ${title} for ${tenant}`, async () => (await create(plane, refused, true)).status === 201);
  });
  afterAll(async () => {
    for (const each of bind) await each();
    for (const tenant of Object.keys(OFFERS) as Tenant[]) await inForce(tenant);
  });

  it.each(RULES)('$probe red with its control removed: $tenant gets $title', async ({ refused }) => {
    await accepted(plane, refused);
  });
});

it('is what an operator reads when kubectl is refused', async () => {
  const { exitCode, stderr } = await plane.kubectl(['create', '-f', '-'], JSON.stringify(gateway(OPEN, {}, 'back-door')));
  expect(exitCode).toBe(1);
  expect(stderr).toContain('The services "back-door" is invalid: : ' + words('open', 'services', 'Only the Service "gateway" may be of type LoadBalancer.'));
});

it('refuses a change as it refuses a new object, and lets finalizers go', async () => {
  const present = gateway(OPEN);
  expect((await create(plane, present)).status).toBe(201);
  const patch = (body: object) => plane.call('PATCH', `/api/v1/namespaces/${OPEN}/services/gateway`, body, MERGE_PATCH);
  for (const [spec, says] of [
    [{ type: 'NodePort', loadBalancerIP: null, allocateLoadBalancerNodePorts: null }, NODE_PORT_TYPES],
    [{ loadBalancerIP: '203.0.113.99' }, OWN_ADDRESS],
  ] as const) {
    const { status, body } = await patch({ spec });
    expect([status, body.message]).toEqual([422, expect.stringContaining(words('open', 'services', says)) as string]);
  }
  expect((await patch({ metadata: { annotations: { note: 'changed' }, finalizers: [] } })).status).toBe(200);
  await remove(plane, present);
});

it('P20 refuses a debugging container in a running pod, and takes it without its policy (red with its control removed)', async () => {
  expect((await create(plane, pod(OPEN))).status).toBe(201);
  const container = { name: 'debug', image: 'registry.example/debug:test', securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } } };
  const attach = (dryRun: string) => deputy('PATCH', `/api/v1/namespaces/${OPEN}/pods/probe/ephemeralcontainers${dryRun}`, { spec: { ephemeralContainers: [container] } }, 'application/strategic-merge-patch+json');
  const { status, body } = await attach('');
  expect([status, body.message]).toEqual([422, expect.stringContaining(words('open', 'pods', EPHEMERAL)) as string]);
  await takenWithout('pods', async () => (await attach('?dryRun=All')).status === 200);
  await remove(plane, pod(OPEN));
});

describe('P23 a claim that waits for its volume', () => {
  const wanted = 'left-by-somebody';
  const name = async (dryRun = ''): Promise<Answer> => deputy('PATCH', `/api/v1/namespaces/${OPEN}/persistentvolumeclaims/probe${dryRun}`, { spec: { volumeName: wanted } }, MERGE_PATCH);

  it('refuses a volume by its name that is asked for later, until its policy is gone (red with its control removed)', async () => {
    expect((await create(plane, claim(OPEN))).status).toBe(201);
    const { status, body } = await name();
    expect([status, body.message]).toEqual([422, expect.stringContaining(words('open', 'claims', 'A tenant\'s claim must not name a volume; it could be what another tenant left behind.')) as string]);
    await takenWithout('claims', async () => (({ status, body }) => status === 200 && body.spec.volumeName === wanted)(await name('?dryRun=All')));
    await remove(plane, claim(OPEN));
  });

  it('positive control: the cluster gives it one all the same, and it may grow', async () => {
    expect((await create(plane, claim(OPEN))).status).toBe(201);
    expect((await create(plane, pod(OPEN, { volumes: [{ name: 'data', persistentVolumeClaim: { claimName: 'probe' } }] }))).status).toBe(201);
    const path = `/api/v1/namespaces/${OPEN}/persistentvolumeclaims/probe`;
    const bound = await plane.until('a volume for the claim', async () => (({ body }) => body.status?.phase === 'Bound' && body)(await plane.call('GET', path)));
    expect(bound.spec.volumeName).toMatch(/^pvc-/);
    expect((await deputy('PATCH', path, { spec: { resources: { requests: { storage: '2Gi' } } } }, MERGE_PATCH)).status).toBe(200);
    // Its data goes with it: nothing is left that somebody could claim.
    await remove(plane, pod(OPEN));
    await remove(plane, claim(OPEN));
    await plane.until('a volume that is gone with its claim', async () => (await plane.call('GET', `/api/v1/persistentvolumes/${bound.spec.volumeName}`)).status === 404);
  });
});

describe('P16 where a Service leads', () => {
  const metadata = { name: 'elsewhere', namespace: OPEN, labels: { 'kubernetes.io/service-name': 'elsewhere' } };
  const address = '10.214.7.7';
  it.each<[string, string, Draft]>([
    ['endpoints', `/api/v1/namespaces/${OPEN}/endpoints`, { apiVersion: 'v1', kind: 'Endpoints', metadata, subsets: [{ addresses: [{ ip: address }], ports: [{ port: 3306 }] }] }],
    ['slices of endpoints', `/apis/discovery.k8s.io/v1/namespaces/${OPEN}/endpointslices`, { apiVersion: 'discovery.k8s.io/v1', kind: 'EndpointSlice', metadata, addressType: 'IPv4', endpoints: [{ addresses: [address] }], ports: [{ port: 3306 }] }],
  ])('is not written as %s by somebody of the tenant, until its policy is gone (red with its control removed)', async (_title, path, draft) => {
    const lead = (dryRun = ''): Promise<Answer> => deputy('POST', `${path}${dryRun}`, draft);
    const { status, body } = await lead();
    expect([status, body.message]).toEqual([422, expect.stringContaining(words('open', 'endpoints', ENDPOINTS)) as string]);
    await takenWithout('endpoints', async () => (await lead('?dryRun=All')).status === 201);
  });

  it('positive control: the cluster writes it, for the tenant\'s own pods', async () => {
    const labelled = { ...pod(OPEN), metadata: { name: 'probe', namespace: OPEN, labels: { app: 'probe' } } };
    for (const object of [service(OPEN, 'probe'), labelled]) expect((await create(plane, object)).status).toBe(201);
    const slices = `/apis/discovery.k8s.io/v1/namespaces/${OPEN}/endpointslices?labelSelector=kubernetes.io/service-name=probe`;
    const addresses = await plane.until('the pod behind its Service', async () => ((await plane.call('GET', slices)).body.items as { endpoints?: { addresses: string[] }[] }[])[0]?.endpoints?.[0]?.addresses);
    expect(addresses).toEqual([(await plane.call('GET', `/api/v1/namespaces/${OPEN}/pods/probe`)).body.status.podIP]);
    for (const object of [service(OPEN, 'probe'), labelled]) await remove(plane, object);
  });
});

describe('P8 the policy on the namespace', () => {
  it.each(NAMESPACE_RULES)('refuses $title, from the administrator too, until it is gone (red with its control removed)', async ({ labels, says }) => {
    for (const dryRun of [true, false]) {
      const { status, body } = await relabel(OPEN, labels, dryRun);
      expect([status, body.message]).toEqual([422, expect.stringContaining(words('open', 'namespace', says)) as string]);
    }
    await takenWithout('namespace', async () => (await relabel(OPEN, labels, true)).status === 200);
  });

  it('refuses the name of another namespace, by which network rules know it', async () => {
    const { body } = await relabel(OPEN, { 'kubernetes.io/metadata.name': POOL });
    const { body: present } = await plane.call('GET', `/api/v1/namespaces/${OPEN}`);
    expect(present.metadata.labels['kubernetes.io/metadata.name'], JSON.stringify(body)).toBe(OPEN);
  });

  it('positive control: allows other labels', async () => {
    expect((await relabel(OPEN, { 'example.com/team': 'web' })).status).toBe(200);
    expect((await relabel(OPEN, { 'example.com/team': null })).status).toBe(200);
  });
});

it('P8, P15, P23 and P27 positive control: the policies bind to the tenant\'s namespace only', async () => {
  await accepted(plane, service('default', 'probe', { type: 'NodePort' }));
  await accepted(plane, pod('default', { nodeName: 'node-1' }));
  await accepted(plane, claim('default', { volumeName: 'pvc-of-somebody' }));
  for (const labels of [{ 'pod-security.kubernetes.io/enforce': 'privileged' }, { 'pod-security.kubernetes.io/enforce': null }]) expect((await relabel('default', labels)).status).toBe(200);
});
