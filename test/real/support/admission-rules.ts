import { namespaceOf } from '../../../src/tenant/resource-names.js';
import { changed, IP, valuesOf } from '../../charts/tenants.js';
import { claim, pod, service, type Draft } from './admission.js';

/** Tenants whose rules differ: open to everybody on shared nodes; with an access list and nodes of its own; and on two kinds of trial clusters. */
export const OFFERS = {
  open: valuesOf('small').tenant,
  pool: valuesOf('medium').tenant,
  balanced: changed(valuesOf('small').tenant, { tenant: { name: 'balanced' }, address: { ip: '', source: 'load-balancer' } }),
  ported: changed(valuesOf('small').tenant, { tenant: { name: 'ported' }, address: { ip: '', source: 'node-port' } }),
};
export type Tenant = keyof typeof OFFERS;
export const nameOf = (tenant: Tenant): string => (OFFERS[tenant]['tenant'] as { name: string }).name;
export const [OPEN, POOL, BALANCED, PORTED] = (['open', 'pool', 'balanced', 'ported'] as const).map((tenant) => namespaceOf(nameOf(tenant))) as [string, string, string, string];
export const RANGES = ['198.51.100.0/24', '203.0.113.7/32'];
export const gateway = (namespace: string, spec: object = {}, name = 'gateway'): Draft => service(namespace, name, { type: 'LoadBalancer', loadBalancerIP: IP, allocateLoadBalancerNodePorts: false, ...(namespace === POOL ? { loadBalancerSourceRanges: RANGES } : {}), ...spec });
const poolPod = (spec: object = {}): Draft => pod(POOL, { nodeSelector: { 'ionos-tenants.io/pool': 'beta-2' }, ...spec });
const door = (spec: object = {}): Draft => service(BALANCED, 'gateway', { type: 'LoadBalancer', ...spec });
const token = (source: object): object => ({ volumes: [{ name: 'token', projected: { sources: [source] } }] });

export interface Rule {
  tenant: Tenant;
  /** The isolation probe that this is a way of. */
  probe: string;
  policy: 'services' | 'pods' | 'claims';
  title: string;
  refused: Draft;
  says: string;
  allowed: Draft;
}

export const NODE_PORT_TYPES = 'A tenant\'s Service is of type ClusterIP or LoadBalancer. NodePort would open a port on every node, ExternalName would point other software elsewhere.';
const PORTED_TYPES = 'A tenant\'s Service is of type ClusterIP; on this trial cluster only the Service "gateway" is of type NodePort.';
export const OWN_ADDRESS = `This tenant's address is ${IP}; its LoadBalancer must ask for exactly that one.`;
const OWN_POOL = 'Pods of this tenant run on the node pool "beta-2" and nowhere else; nodeSelector must be exactly ionos-tenants.io/pool=beta-2.';
const NO_TOKEN = 'A tenant\'s pod must not mount a service account\'s token.';
const NO_AUTOMOUNT = 'A tenant\'s pod must set automountServiceAccountToken to false; it has no business with the API server.';
const NEW_VOLUME = 'A tenant\'s claim gets a new volume; it must not look for one that is there (no selector, no empty storageClassName).';
const TOLERATIONS = 'A tenant\'s pod has the default tolerations only';

/** One row for each way around a rule, each with what is allowed right beside it. */
export const RULES: readonly Rule[] = [
  { tenant: 'open', probe: 'P15', policy: 'services', title: 'a node port', refused: service(OPEN, 'probe', { type: 'NodePort' }), says: NODE_PORT_TYPES, allowed: service(OPEN, 'probe') },
  { tenant: 'open', probe: 'P16', policy: 'services', title: 'a name that points elsewhere', refused: service(OPEN, 'probe', { type: 'ExternalName', externalName: 'db.example.com' }), says: NODE_PORT_TYPES, allowed: service(OPEN, 'probe', { clusterIP: 'None' }) },
  { tenant: 'open', probe: 'P14', policy: 'services', title: 'a second way in', refused: gateway(OPEN, {}, 'back-door'), says: 'Only the Service "gateway" may be of type LoadBalancer.', allowed: gateway(OPEN) },
  { tenant: 'open', probe: 'P14', policy: 'services', title: 'another tenant\'s address', refused: gateway(OPEN, { loadBalancerIP: '203.0.113.99' }), says: OWN_ADDRESS, allowed: gateway(OPEN) },
  { tenant: 'open', probe: 'P14', policy: 'services', title: 'any address', refused: gateway(OPEN, { loadBalancerIP: undefined }), says: OWN_ADDRESS, allowed: gateway(OPEN) },
  { tenant: 'open', probe: 'P15', policy: 'services', title: 'node ports behind the address', refused: gateway(OPEN, { allocateLoadBalancerNodePorts: true }), says: 'The LoadBalancer must not open node ports (allocateLoadBalancerNodePorts must be false).', allowed: gateway(OPEN) },
  { tenant: 'open', probe: 'P15', policy: 'services', title: 'node ports by default', refused: gateway(OPEN, { allocateLoadBalancerNodePorts: undefined }), says: 'The LoadBalancer must not open node ports (allocateLoadBalancerNodePorts must be false).', allowed: gateway(OPEN) },
  { tenant: 'open', probe: 'P15', policy: 'services', title: 'one node port by its number', refused: gateway(OPEN, { ports: [{ name: 'web', port: 80, protocol: 'TCP', nodePort: 30080 }] }), says: 'A tenant\'s Service has no node ports.', allowed: gateway(OPEN) },
  { tenant: 'open', probe: 'P16', policy: 'services', title: 'addresses of others', refused: service(OPEN, 'probe', { externalIPs: ['198.51.100.1'] }), says: 'externalIPs would let this tenant take over addresses of others.', allowed: service(OPEN, 'probe') },
  { tenant: 'open', probe: 'P14', policy: 'services', title: 'an access list where there is none', refused: gateway(OPEN, { loadBalancerSourceRanges: ['0.0.0.0/1'] }), says: 'The LoadBalancer\'s loadBalancerSourceRanges must be this tenant\'s access list (none: open to all).', allowed: gateway(OPEN) },
  { tenant: 'pool', probe: 'P14', policy: 'services', title: 'everybody instead of the access list', refused: gateway(POOL, { loadBalancerSourceRanges: undefined }), says: 'The LoadBalancer\'s loadBalancerSourceRanges must be this tenant\'s access list.', allowed: gateway(POOL) },
  { tenant: 'pool', probe: 'P14', policy: 'services', title: 'a longer access list', refused: gateway(POOL, { loadBalancerSourceRanges: [...RANGES, '192.0.2.0/24'] }), says: 'The LoadBalancer\'s loadBalancerSourceRanges must be this tenant\'s access list.', allowed: gateway(POOL) },

  { tenant: 'balanced', probe: 'P14', policy: 'services', title: 'an address by its number', refused: door({ loadBalancerIP: IP }), says: 'On this trial cluster no address may be asked for: it could be another tenant\'s.', allowed: door() },
  { tenant: 'balanced', probe: 'P14', policy: 'services', title: 'a second way in', refused: { ...door(), metadata: { name: 'back-door', namespace: BALANCED } }, says: 'Only the Service "gateway" may be of type LoadBalancer.', allowed: door() },
  { tenant: 'balanced', probe: 'P15', policy: 'services', title: 'a node port', refused: service(BALANCED, 'gateway', { type: 'NodePort' }), says: NODE_PORT_TYPES, allowed: door({ ports: [{ name: 'web', port: 80, protocol: 'TCP', nodePort: 30080 }] }) },
  { tenant: 'ported', probe: 'P15', policy: 'services', title: 'a node port for another Service', refused: service(PORTED, 'probe', { type: 'NodePort' }), says: PORTED_TYPES, allowed: service(PORTED, 'gateway', { type: 'NodePort' }) },
  { tenant: 'ported', probe: 'P14', policy: 'services', title: 'a load balancer', refused: service(PORTED, 'gateway', { type: 'LoadBalancer' }), says: PORTED_TYPES, allowed: service(PORTED, 'gateway') },

  { tenant: 'open', probe: 'P27', policy: 'pods', title: 'a node by its name', refused: pod(OPEN, { nodeName: 'node-1' }), says: 'A tenant\'s pod must not choose its node by name.', allowed: pod(OPEN) },
  { tenant: 'open', probe: 'P27', policy: 'pods', title: 'another tenant\'s nodes', refused: pod(OPEN, { nodeSelector: { 'ionos-tenants.io/pool': 'beta-2' } }), says: 'Pods of this tenant must not choose nodes (nodeSelector must be empty).', allowed: pod(OPEN, { nodeSelector: {} }) },
  { tenant: 'pool', probe: 'P27', policy: 'pods', title: 'shared nodes', refused: pod(POOL), says: OWN_POOL, allowed: poolPod() },
  { tenant: 'pool', probe: 'P27', policy: 'pods', title: 'more than its own pool', refused: poolPod({ nodeSelector: { 'ionos-tenants.io/pool': 'beta-2', 'kubernetes.io/hostname': 'node-3' } }), says: OWN_POOL, allowed: poolPod() },
  {
    tenant: 'open',
    probe: 'P27', policy: 'pods', title: 'nodes by affinity',
    refused: pod(OPEN, { affinity: { nodeAffinity: { preferredDuringSchedulingIgnoredDuringExecution: [{ weight: 1, preference: { matchExpressions: [{ key: 'ionos-tenants.io/pool', operator: 'Exists' }] } }] } } }),
    says: 'A tenant\'s pod must not choose nodes by affinity.',
    allowed: pod(OPEN, { affinity: { podAntiAffinity: { preferredDuringSchedulingIgnoredDuringExecution: [{ weight: 1, podAffinityTerm: { topologyKey: 'kubernetes.io/hostname', labelSelector: { matchLabels: { app: 'probe' } } } }] } } }),
  },
  { tenant: 'open', probe: 'P27', policy: 'pods', title: 'every taint', refused: pod(OPEN, { tolerations: [{ operator: 'Exists' }] }), says: `${TOLERATIONS}.`, allowed: pod(OPEN, { tolerations: [{ key: 'node.kubernetes.io/not-ready', operator: 'Exists', effect: 'NoExecute', tolerationSeconds: 30 }] }) },
  { tenant: 'open', probe: 'P27', policy: 'pods', title: 'another tenant\'s taint', refused: pod(OPEN, { tolerations: [{ key: 'ionos-tenants.io/pool', value: 'beta-2' }] }), says: `${TOLERATIONS}.`, allowed: pod(OPEN) },
  { tenant: 'pool', probe: 'P27', policy: 'pods', title: 'a taint that is not its own', refused: poolPod({ tolerations: [{ key: 'ionos-tenants.io/pool', value: 'acme' }] }), says: `${TOLERATIONS}, and the one of its own node pool.`, allowed: poolPod({ tolerations: [{ key: 'ionos-tenants.io/pool', value: 'beta-2' }] }) },
  { tenant: 'open', probe: 'P6', policy: 'pods', title: 'the API server, silently', refused: pod(OPEN, { automountServiceAccountToken: undefined }), says: NO_AUTOMOUNT, allowed: pod(OPEN) },
  { tenant: 'open', probe: 'P6', policy: 'pods', title: 'the API server, openly', refused: pod(OPEN, { automountServiceAccountToken: true }), says: NO_AUTOMOUNT, allowed: pod(OPEN) },
  { tenant: 'open', probe: 'P6', policy: 'pods', title: 'a token by a volume', refused: pod(OPEN, token({ serviceAccountToken: { path: 'token' } })), says: NO_TOKEN, allowed: pod(OPEN, token({ configMap: { name: 'kube-root-ca.crt' } })) },

  ...(['podAffinity', 'podAntiAffinity'] as const).flatMap((kind): Rule[] => {
    const near = (term: object, preferred = false): Draft => {
      const whole = { topologyKey: 'kubernetes.io/hostname', labelSelector: { matchLabels: { app: 'probe' } }, ...term };
      return pod(OPEN, { affinity: { [kind]: preferred ? { preferredDuringSchedulingIgnoredDuringExecution: [{ weight: 1, podAffinityTerm: whole }] } : { requiredDuringSchedulingIgnoredDuringExecution: [whole] } } });
    };
    const says = `A tenant's pod must not look for, or keep away from, pods of other namespaces (${kind}).`;
    const common = { tenant: 'open', probe: 'P27', policy: 'pods', says } as const;
    return [
      { ...common, title: `${kind} with another tenant's pods`, refused: near({ namespaces: [POOL] }), allowed: near({}) },
      { ...common, title: `${kind} with everybody's pods`, refused: near({ namespaceSelector: {} }), allowed: near({}) },
      { ...common, title: `${kind} with everybody's pods if possible`, refused: near({ namespaceSelector: {} }, true), allowed: near({}, true) },
    ];
  }),
  { tenant: 'open', probe: 'P22', policy: 'pods', title: 'a priority over all others', refused: pod(OPEN, { priorityClassName: 'system-node-critical' }), says: 'A tenant\'s pod must not have a priority of the system; it would push others off their node.', allowed: pod(OPEN, { priorityClassName: 'usual' }) },
  { tenant: 'open', probe: 'P28', policy: 'pods', title: 'another runtime', refused: pod(OPEN, { runtimeClassName: 'other' }), says: 'A tenant\'s pod runs in the cluster\'s usual runtime (runtimeClassName must be empty).', allowed: pod(OPEN) },

  { tenant: 'open', probe: 'P23', policy: 'claims', title: 'a volume that somebody else left', refused: claim(OPEN, { volumeName: 'pvc-of-somebody' }), says: 'A tenant\'s claim must not name a volume; it could be what another tenant left behind.', allowed: claim(OPEN) },
  {
    tenant: 'open',
    probe: 'P24', policy: 'claims', title: 'data of another namespace',
    refused: claim(OPEN, { dataSourceRef: { apiGroup: 'snapshot.storage.k8s.io', kind: 'VolumeSnapshot', name: 'other', namespace: POOL } }),
    says: 'A tenant\'s claim must not take its data from another namespace.',
    allowed: claim(OPEN, { dataSourceRef: { apiGroup: 'snapshot.storage.k8s.io', kind: 'VolumeSnapshot', name: 'mine' } }),
  },
  { tenant: 'open', probe: 'P23', policy: 'claims', title: 'a volume by its labels', refused: claim(OPEN, { selector: { matchLabels: { tenant: 'somebody' } } }), says: NEW_VOLUME, allowed: claim(OPEN) },
  { tenant: 'open', probe: 'P23', policy: 'claims', title: 'a volume that no class makes', refused: claim(OPEN, { storageClassName: '' }), says: NEW_VOLUME, allowed: claim(OPEN, { storageClassName: undefined }) },
];

export const NAMESPACE_RULES = [
  { title: 'a weaker Pod Security', labels: { 'pod-security.kubernetes.io/enforce': 'privileged' }, says: 'The namespace of a tenant keeps Pod Security "restricted".' },
  { title: 'no Pod Security at all', labels: { 'pod-security.kubernetes.io/enforce': null }, says: 'The namespace of a tenant keeps Pod Security "restricted".' },
  { title: 'another owner', labels: { 'ionos-tenants.io/tenant': 'beta-2' }, says: 'The label ionos-tenants.io/tenant says whose namespace this is; it never changes.' },
  { title: 'no owner', labels: { 'ionos-tenants.io/tenant': null }, says: 'The label ionos-tenants.io/tenant says whose namespace this is; it never changes.' },
];
