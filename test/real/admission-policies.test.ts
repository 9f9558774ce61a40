import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ensureNamespace } from '../../src/cluster/namespaces.js';
import { namespaceOf, releaseNames, SYSTEM_NAMESPACE } from '../../src/tenant/resource-names.js';
import { parseManifests, renderText } from '../charts/rendering.js';
import { changed, IP, valuesOf } from '../charts/tenants.js';
import { accepted, claim, create, pod, refusal, remove, service, type Draft } from './support/admission.js';
import { MERGE_PATCH } from './support/api.js';
import { startControlPlane, type ControlPlane } from './support/control-plane.js';
import { applierOf } from './support/tenant.js';

/** Tenants whose rules differ: open to everybody on shared nodes; with an access list and nodes of its own; and on two kinds of trial clusters. */
const OFFERS = {
  open: valuesOf('small').tenant,
  pool: valuesOf('medium').tenant,
  balanced: changed(valuesOf('small').tenant, { tenant: { name: 'balanced' }, address: { ip: '', source: 'load-balancer' } }),
  ported: changed(valuesOf('small').tenant, { tenant: { name: 'ported' }, address: { ip: '', source: 'node-port' } }),
};
type Tenant = keyof typeof OFFERS;
const nameOf = (tenant: Tenant): string => (OFFERS[tenant]['tenant'] as { name: string }).name;
const [OPEN, POOL, BALANCED, PORTED] = (['open', 'pool', 'balanced', 'ported'] as const).map((tenant) => namespaceOf(nameOf(tenant))) as [string, string, string, string];
const RANGES = ['198.51.100.0/24', '203.0.113.7/32'];
const gateway = (namespace: string, spec: object = {}, name = 'gateway'): Draft => service(namespace, name, { type: 'LoadBalancer', loadBalancerIP: IP, allocateLoadBalancerNodePorts: false, ...(namespace === POOL ? { loadBalancerSourceRanges: RANGES } : {}), ...spec });
const poolPod = (spec: object = {}): Draft => pod(POOL, { nodeSelector: { 'ionos-tenants.io/pool': 'beta-2' }, ...spec });
const door = (spec: object = {}): Draft => service(BALANCED, 'gateway', { type: 'LoadBalancer', ...spec });
const token = (source: object): object => ({ volumes: [{ name: 'token', projected: { sources: [source] } }] });

interface Rule {
  tenant: Tenant;
  policy: 'services' | 'pods' | 'claims';
  title: string;
  refused: Draft;
  says: string;
  allowed: Draft;
}

const NODE_PORT_TYPES = 'A tenant\'s Service is of type ClusterIP or LoadBalancer. NodePort would open a port on every node, ExternalName would point other software elsewhere.';
const PORTED_TYPES = 'A tenant\'s Service is of type ClusterIP; on this trial cluster only the Service "gateway" is of type NodePort.';
const OWN_ADDRESS = `This tenant's address is ${IP}; its LoadBalancer must ask for exactly that one.`;
const OWN_POOL = 'Pods of this tenant run on the node pool "beta-2" and nowhere else; nodeSelector must be exactly ionos-tenants.io/pool=beta-2.';
const NO_TOKEN = 'A tenant\'s pod must not mount a service account\'s token.';
const NO_AUTOMOUNT = 'A tenant\'s pod must set automountServiceAccountToken to false; it has no business with the API server.';
const TOLERATIONS = 'A tenant\'s pod has the default tolerations only';

/** One row for each way around a rule, each with what is allowed right beside it. */
const RULES: readonly Rule[] = [
  { tenant: 'open', policy: 'services', title: 'a node port', refused: service(OPEN, 'probe', { type: 'NodePort' }), says: NODE_PORT_TYPES, allowed: service(OPEN, 'probe') },
  { tenant: 'open', policy: 'services', title: 'a name that points elsewhere', refused: service(OPEN, 'probe', { type: 'ExternalName', externalName: 'db.example.com' }), says: NODE_PORT_TYPES, allowed: service(OPEN, 'probe', { clusterIP: 'None' }) },
  { tenant: 'open', policy: 'services', title: 'a second way in', refused: gateway(OPEN, {}, 'back-door'), says: 'Only the Service "gateway" may be of type LoadBalancer.', allowed: gateway(OPEN) },
  { tenant: 'open', policy: 'services', title: 'another tenant\'s address', refused: gateway(OPEN, { loadBalancerIP: '203.0.113.99' }), says: OWN_ADDRESS, allowed: gateway(OPEN) },
  { tenant: 'open', policy: 'services', title: 'any address', refused: gateway(OPEN, { loadBalancerIP: undefined }), says: OWN_ADDRESS, allowed: gateway(OPEN) },
  { tenant: 'open', policy: 'services', title: 'node ports behind the address', refused: gateway(OPEN, { allocateLoadBalancerNodePorts: true }), says: 'The LoadBalancer must not open node ports (allocateLoadBalancerNodePorts must be false).', allowed: gateway(OPEN) },
  { tenant: 'open', policy: 'services', title: 'node ports by default', refused: gateway(OPEN, { allocateLoadBalancerNodePorts: undefined }), says: 'The LoadBalancer must not open node ports (allocateLoadBalancerNodePorts must be false).', allowed: gateway(OPEN) },
  { tenant: 'open', policy: 'services', title: 'one node port by its number', refused: gateway(OPEN, { ports: [{ name: 'web', port: 80, protocol: 'TCP', nodePort: 30080 }] }), says: 'A tenant\'s Service has no node ports.', allowed: gateway(OPEN) },
  { tenant: 'open', policy: 'services', title: 'addresses of others', refused: service(OPEN, 'probe', { externalIPs: ['198.51.100.1'] }), says: 'externalIPs would let this tenant take over addresses of others.', allowed: service(OPEN, 'probe') },
  { tenant: 'open', policy: 'services', title: 'an access list where there is none', refused: gateway(OPEN, { loadBalancerSourceRanges: ['0.0.0.0/1'] }), says: 'The LoadBalancer\'s loadBalancerSourceRanges must be this tenant\'s access list (none: open to all).', allowed: gateway(OPEN) },
  { tenant: 'pool', policy: 'services', title: 'everybody instead of the access list', refused: gateway(POOL, { loadBalancerSourceRanges: undefined }), says: 'The LoadBalancer\'s loadBalancerSourceRanges must be this tenant\'s access list.', allowed: gateway(POOL) },
  { tenant: 'pool', policy: 'services', title: 'a longer access list', refused: gateway(POOL, { loadBalancerSourceRanges: [...RANGES, '192.0.2.0/24'] }), says: 'The LoadBalancer\'s loadBalancerSourceRanges must be this tenant\'s access list.', allowed: gateway(POOL) },

  { tenant: 'balanced', policy: 'services', title: 'an address by its number', refused: door({ loadBalancerIP: IP }), says: 'On this trial cluster no address may be asked for: it could be another tenant\'s.', allowed: door() },
  { tenant: 'balanced', policy: 'services', title: 'a second way in', refused: { ...door(), metadata: { name: 'back-door', namespace: BALANCED } }, says: 'Only the Service "gateway" may be of type LoadBalancer.', allowed: door() },
  { tenant: 'balanced', policy: 'services', title: 'a node port', refused: service(BALANCED, 'gateway', { type: 'NodePort' }), says: NODE_PORT_TYPES, allowed: door({ ports: [{ name: 'web', port: 80, protocol: 'TCP', nodePort: 30080 }] }) },
  { tenant: 'ported', policy: 'services', title: 'a node port for another Service', refused: service(PORTED, 'probe', { type: 'NodePort' }), says: PORTED_TYPES, allowed: service(PORTED, 'gateway', { type: 'NodePort' }) },
  { tenant: 'ported', policy: 'services', title: 'a load balancer', refused: service(PORTED, 'gateway', { type: 'LoadBalancer' }), says: PORTED_TYPES, allowed: service(PORTED, 'gateway') },

  { tenant: 'open', policy: 'pods', title: 'a node by its name', refused: pod(OPEN, { nodeName: 'node-1' }), says: 'A tenant\'s pod must not choose its node by name.', allowed: pod(OPEN) },
  { tenant: 'open', policy: 'pods', title: 'another tenant\'s nodes', refused: pod(OPEN, { nodeSelector: { 'ionos-tenants.io/pool': 'beta-2' } }), says: 'Pods of this tenant must not choose nodes (nodeSelector must be empty).', allowed: pod(OPEN, { nodeSelector: {} }) },
  { tenant: 'pool', policy: 'pods', title: 'shared nodes', refused: pod(POOL), says: OWN_POOL, allowed: poolPod() },
  { tenant: 'pool', policy: 'pods', title: 'more than its own pool', refused: poolPod({ nodeSelector: { 'ionos-tenants.io/pool': 'beta-2', 'kubernetes.io/hostname': 'node-3' } }), says: OWN_POOL, allowed: poolPod() },
  {
    tenant: 'open',
    policy: 'pods',
    title: 'nodes by affinity',
    refused: pod(OPEN, { affinity: { nodeAffinity: { preferredDuringSchedulingIgnoredDuringExecution: [{ weight: 1, preference: { matchExpressions: [{ key: 'ionos-tenants.io/pool', operator: 'Exists' }] } }] } } }),
    says: 'A tenant\'s pod must not choose nodes by affinity.',
    allowed: pod(OPEN, { affinity: { podAntiAffinity: { preferredDuringSchedulingIgnoredDuringExecution: [{ weight: 1, podAffinityTerm: { topologyKey: 'kubernetes.io/hostname', labelSelector: { matchLabels: { app: 'probe' } } } }] } } }),
  },
  { tenant: 'open', policy: 'pods', title: 'every taint', refused: pod(OPEN, { tolerations: [{ operator: 'Exists' }] }), says: `${TOLERATIONS}.`, allowed: pod(OPEN, { tolerations: [{ key: 'node.kubernetes.io/not-ready', operator: 'Exists', effect: 'NoExecute', tolerationSeconds: 30 }] }) },
  { tenant: 'open', policy: 'pods', title: 'another tenant\'s taint', refused: pod(OPEN, { tolerations: [{ key: 'ionos-tenants.io/pool', value: 'beta-2' }] }), says: `${TOLERATIONS}.`, allowed: pod(OPEN) },
  { tenant: 'pool', policy: 'pods', title: 'a taint that is not its own', refused: poolPod({ tolerations: [{ key: 'ionos-tenants.io/pool', value: 'acme' }] }), says: `${TOLERATIONS}, and the one of its own node pool.`, allowed: poolPod({ tolerations: [{ key: 'ionos-tenants.io/pool', value: 'beta-2' }] }) },
  { tenant: 'open', policy: 'pods', title: 'the API server, silently', refused: pod(OPEN, { automountServiceAccountToken: undefined }), says: NO_AUTOMOUNT, allowed: pod(OPEN) },
  { tenant: 'open', policy: 'pods', title: 'the API server, openly', refused: pod(OPEN, { automountServiceAccountToken: true }), says: NO_AUTOMOUNT, allowed: pod(OPEN) },
  { tenant: 'open', policy: 'pods', title: 'a token by a volume', refused: pod(OPEN, token({ serviceAccountToken: { path: 'token' } })), says: NO_TOKEN, allowed: pod(OPEN, token({ configMap: { name: 'kube-root-ca.crt' } })) },

  { tenant: 'open', policy: 'claims', title: 'a volume that somebody else left', refused: claim(OPEN, { volumeName: 'pvc-of-somebody' }), says: 'A tenant\'s claim must not name a volume; it could be what another tenant left behind.', allowed: claim(OPEN) },
  {
    tenant: 'open',
    policy: 'claims',
    title: 'data of another namespace',
    refused: claim(OPEN, { dataSourceRef: { apiGroup: 'snapshot.storage.k8s.io', kind: 'VolumeSnapshot', name: 'other', namespace: POOL } }),
    says: 'A tenant\'s claim must not take its data from another namespace.',
    allowed: claim(OPEN, { dataSourceRef: { apiGroup: 'snapshot.storage.k8s.io', kind: 'VolumeSnapshot', name: 'mine' } }),
  },
];

const NAMESPACE_RULES = [
  { title: 'a weaker Pod Security', labels: { 'pod-security.kubernetes.io/enforce': 'privileged' }, says: 'The namespace of a tenant keeps Pod Security "restricted".' },
  { title: 'no Pod Security at all', labels: { 'pod-security.kubernetes.io/enforce': null }, says: 'The namespace of a tenant keeps Pod Security "restricted".' },
  { title: 'another owner', labels: { 'ionos-tenants.io/tenant': 'beta-2' }, says: 'The label ionos-tenants.io/tenant says whose namespace this is; it never changes.' },
  { title: 'no owner', labels: { 'ionos-tenants.io/tenant': null }, says: 'The label ionos-tenants.io/tenant says whose namespace this is; it never changes.' },
];

const EPHEMERAL = 'Ephemeral containers are not allowed in a tenant\'s pods.';
const words = (tenant: Tenant, policy: string, message: string): string => `ValidatingAdmissionPolicy 'ionos-tenants-${nameOf(tenant)}-${policy}' with binding 'ionos-tenants-${nameOf(tenant)}-${policy}' denied request: ${message}`;

let plane: ControlPlane;
beforeAll(async () => {
  // Without this gate the API server drops the field that the rule about other namespaces looks at.
  plane = await startControlPlane({ featureGates: ['CrossNamespaceVolumeDataSource'] });
  await ensureNamespace(plane.cluster, SYSTEM_NAMESPACE);
  const apply = applierOf(plane, '4.3.1');
  for (const tenant of Object.keys(OFFERS) as Tenant[]) {
    await apply(releaseNames(nameOf(tenant)).guardRails, OFFERS[tenant]);
    // Tested elsewhere; here it would still count for a moment what the row before has removed.
    await plane.call('DELETE', `/api/v1/namespaces/${namespaceOf(nameOf(tenant))}/resourcequotas/tenant`);
    // A policy takes effect a moment after it was written.
    for (const { policy, refused } of RULES.filter((rule) => rule.tenant === tenant)) await plane.until(`policy ${policy} of ${tenant}`, async () => (await create(plane, refused, true)).status >= 400);
    await plane.until(`policy namespace of ${tenant}`, async () => (await relabel(namespaceOf(nameOf(tenant)), { 'ionos-tenants.io/tenant': null }, true)).status >= 400);
  }
});
afterAll(() => plane.stop());

const relabel = (namespace: string, labels: Record<string, string | null>, dryRun = false) => plane.call('PATCH', `/api/v1/namespaces/${namespace}${dryRun ? '?dryRun=All' : ''}`, { metadata: { labels } }, MERGE_PATCH);

it('every rule of every policy has its row', async () => {
  const manifests = await Promise.all(Object.values(OFFERS).map(async (values) => parseManifests(await renderText('tenant', values))));
  const messages = manifests.flat().filter(({ kind }) => kind === 'ValidatingAdmissionPolicy').flatMap(({ spec }) => (spec.validations as { message: string }[]).map(({ message }) => message));
  const rows = [...RULES, ...NAMESPACE_RULES].map(({ says }) => says);
  expect([...new Set([...rows, EPHEMERAL])].sort()).toEqual([...new Set(messages)].sort());
});

describe.each(['services', 'pods', 'claims'] as const)('the policy on %s', (name) => {
  it.each(RULES.filter(({ policy }) => policy === name))('refuses $tenant $title', async ({ tenant, policy, refused, says, allowed }) => {
    expect(await refusal(plane, refused)).toBe(`${name === 'claims' ? 'persistentvolumeclaims' : policy} "${refused.metadata.name}" is forbidden: ${words(tenant, policy, says)}`);
    await accepted(plane, allowed);
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

it('refuses a debugging container in a running pod', async () => {
  expect((await create(plane, pod(OPEN))).status).toBe(201);
  const container = { name: 'debug', image: 'registry.example/debug:test', securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } } };
  const { status, body } = await plane.call('PATCH', `/api/v1/namespaces/${OPEN}/pods/probe/ephemeralcontainers`, { spec: { ephemeralContainers: [container] } }, 'application/strategic-merge-patch+json');
  expect([status, body.message]).toEqual([422, expect.stringContaining(words('open', 'pods', EPHEMERAL)) as string]);
  await remove(plane, pod(OPEN));
});

describe('the policy on the namespace', () => {
  it.each(NAMESPACE_RULES)('refuses $title, from the administrator too', async ({ labels, says }) => {
    for (const dryRun of [true, false]) {
      const { status, body } = await relabel(OPEN, labels, dryRun);
      expect([status, body.message]).toEqual([422, expect.stringContaining(words('open', 'namespace', says)) as string]);
    }
  });

  it('allows other labels', async () => {
    expect((await relabel(OPEN, { 'example.com/team': 'web' })).status).toBe(200);
    expect((await relabel(OPEN, { 'example.com/team': null })).status).toBe(200);
  });
});

it('binds to the tenant\'s namespace only', async () => {
  await accepted(plane, service('default', 'probe', { type: 'NodePort' }));
  await accepted(plane, pod('default', { nodeName: 'node-1' }));
  await accepted(plane, claim('default', { volumeName: 'pvc-of-somebody' }));
  for (const labels of [{ 'pod-security.kubernetes.io/enforce': 'privileged' }, { 'pod-security.kubernetes.io/enforce': null }]) expect((await relabel('default', labels)).status).toBe(200);
});
