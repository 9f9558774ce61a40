import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { namespaceOf } from '../../src/tenant/resource-names.js';
import { find, render, type Manifest } from '../charts/rendering.js';
import { valuesOf } from '../charts/tenants.js';
import { accepted, claim, create, pod, refusal, service, type Draft } from './support/admission.js';
import { MERGE_PATCH } from './support/api.js';
import { startControlPlane, type ControlPlane } from './support/control-plane.js';
import { installGuardRails, nameOf } from './support/tenant.js';

const TENANT = namespaceOf(nameOf('small'));

let plane: ControlPlane;
let quota: Manifest;
let limits: Manifest;
beforeAll(async () => {
  plane = await startControlPlane();
  await installGuardRails(plane, 'small');
  const manifests = await render('tenant', valuesOf('small').tenant);
  [quota, limits] = [find(manifests, 'ResourceQuota', 'tenant'), find(manifests, 'LimitRange', 'tenant')];
  await plane.until('a quota that counts', async () => (await plane.call('GET', `/api/v1/namespaces/${TENANT}/resourcequotas/tenant`)).body.status?.hard !== undefined);
});
afterAll(() => plane.stop());

/** A namespace with one guard rail only, so that no other one refuses first. */
const alone = async (name: string, manifest: Manifest): Promise<string> => {
  await create(plane, { apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
  // What every namespace gets is there before anything is counted.
  for (const path of ['serviceaccounts/default', 'configmaps/kube-root-ca.crt']) await plane.until(path, async () => (await plane.call('GET', `/api/v1/namespaces/${name}/${path}`)).status === 200);
  expect((await create(plane, { ...manifest, metadata: { ...manifest.metadata, namespace: name } })).status).toBe(201);
  if (manifest.kind === 'ResourceQuota') {
    const hard = Object.keys(manifest.spec.hard as object).length;
    await plane.until('a quota that counts', async () => Object.keys(((await plane.call('GET', `/api/v1/namespaces/${name}/resourcequotas/tenant`)).body.status?.used as object | undefined) ?? {}).length === hard);
  }
  return name;
};

describe('Pod Security', () => {
  const inSpec = (spec: object): Draft => pod(TENANT, spec);
  const inContainer = (securityContext: object): Draft => pod(TENANT, {}, { securityContext });
  const rows: [probe: string, title: string, refused: Draft, says: string][] = [
    ['P9', 'a privileged container', inContainer({ privileged: true, allowPrivilegeEscalation: undefined }), 'privileged (container "app" must not set securityContext.privileged=true)'],
    ['P13', 'rising above its rights', inContainer({ allowPrivilegeEscalation: true }), 'allowPrivilegeEscalation != false (container "app" must set securityContext.allowPrivilegeEscalation=false)'],
    ['P13', 'capabilities', inContainer({ capabilities: { drop: ['ALL'], add: ['NET_ADMIN'] } }), 'container "app" must not include "NET_ADMIN" in securityContext.capabilities.add'],
    ['P13', 'capabilities that are left', inContainer({ capabilities: undefined }), 'unrestricted capabilities (container "app" must set securityContext.capabilities.drop=["ALL"])'],
    ['P13', 'root', inSpec({ securityContext: { runAsUser: 0, runAsNonRoot: undefined } }), 'runAsNonRoot != true (pod or container "app" must set securityContext.runAsNonRoot=true), runAsUser=0 (pod must not set runAsUser=0)'],
    ['P13', 'no filter of system calls', inSpec({ securityContext: { seccompProfile: undefined } }), 'seccompProfile (pod or container "app" must set securityContext.seccompProfile.type to "RuntimeDefault" or "Localhost")'],
    ['P11', 'the node\'s network', inSpec({ hostNetwork: true }), 'host namespaces (hostNetwork=true)'],
    ['P12', 'the node\'s processes', inSpec({ hostPID: true }), 'host namespaces (hostPID=true)'],
    ['P10', 'the node\'s disk', inSpec({ volumes: [{ name: 'disk', hostPath: { path: '/' } }] }), 'restricted volume types (volume "disk" uses restricted volume type "hostPath")'],
    ['P11', 'a port of the node', pod(TENANT, {}, { ports: [{ containerPort: 80, hostPort: 80 }] }), 'hostPort (container "app" uses hostPort 80)'],
    ['P12', 'the node\'s shared memory', inSpec({ hostIPC: true }), 'host namespaces (hostIPC=true)'],
    ['P13', 'a filter of system calls that lets all pass', inSpec({ securityContext: { seccompProfile: { type: 'Unconfined' } } }), 'seccompProfile (pod must not set securityContext.seccompProfile.type to "Unconfined")'],
    ['P13', 'a /proc without covers', pod(TENANT, { hostUsers: false }, { securityContext: { procMount: 'Unmasked' } }), 'procMount (container "app" must not set securityContext.procMount to "Unmasked")'],
  ];
  const spaces = '/api/v1/namespaces';
  const elsewhere = (draft: Draft, namespace: string): Draft => ({ ...draft, metadata: { ...draft.metadata, namespace } });

  it.each(rows)('%s refuses %s', async (_probe, _title, refused, says) => {
    const message = await refusal(plane, refused);
    expect(message).toMatch(/^pods "probe" is forbidden: violates PodSecurity "restricted:latest": /);
    expect(message).toContain(says);
  });

  it('allows a pod that keeps the rules', () => accepted(plane, pod(TENANT)));

  it.each(rows)('%s positive control: an open namespace takes %s', async (_probe, _title, refused) => {
    await create(plane, { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'open' } });
    await plane.until('the account of the open namespace', async () => (await plane.call('GET', `${spaces}/open/serviceaccounts/default`)).status === 200);
    await accepted(plane, elsewhere(refused, 'open'));
  });

  describe('without the namespace\'s label', () => {
    const [binding, label] = [`/apis/admissionregistration.k8s.io/v1/validatingadmissionpolicybindings/ionos-tenants-${nameOf('small')}-namespace`, 'pod-security.kubernetes.io/enforce'];
    const enforce = (level: string | null) => plane.call('PATCH', `${spaces}/${TENANT}`, { metadata: { labels: { [label]: level } } }, MERGE_PATCH);
    beforeAll(async () => {
      // The label is held by a policy of its own.
      await plane.call('DELETE', binding);
      await plane.until('a label that may go', async () => (await enforce(null)).status === 200);
      await plane.until('no Pod Security', async () => (await create(plane, inContainer({ privileged: true, allowPrivilegeEscalation: undefined }), true)).status === 201);
    });
    afterAll(async () => void expect((await enforce('restricted')).status).toBe(200));

    it.each(rows)('%s red with its control removed: the tenant gets %s', async (_probe, _title, refused) => {
      await accepted(plane, refused);
    });
  });
});

describe('limits', () => {
  let namespace: string;
  beforeAll(async () => {
    namespace = await alone('limits-alone', limits);
  });

  it('P22 give a container that says nothing both a request and a limit', async () => {
    const preset = valuesOf('small').tenant['limits'] as { cpu: string; memory: string };
    const stored = await accepted(plane, pod(namespace, {}, { resources: undefined }));
    expect(stored.spec.containers[0].resources).toEqual({
      requests: { cpu: '10m', memory: '32Mi', 'ephemeral-storage': '32Mi' },
      limits: { cpu: preset.cpu, memory: preset.memory, 'ephemeral-storage': '512Mi' },
    });
  });

  it.each([
    ['smaller', '512Mi', 'minimum storage usage per PersistentVolumeClaim is 1Gi, but request is 512Mi'],
    ['larger', '10Ti', `maximum storage usage per PersistentVolumeClaim is ${String((valuesOf('small').tenant['quota'] as { storage: string }).storage)}, but request is 10Ti`],
  ])('P21 refuse a volume that is %s than allowed, and take one within (positive control)', async (_title, storage, says) => {
    const message = await refusal(plane, claim(namespace, { resources: { requests: { storage } } }));
    expect(message).toBe(`persistentvolumeclaims "probe" is forbidden: ${says}`);
    await accepted(plane, claim(namespace));
  });

  it('P21, P22 red with its control removed: without them a container has none, and a volume any size', async () => {
    await plane.call('DELETE', `/api/v1/namespaces/${namespace}/limitranges/tenant`);
    const bare = pod(namespace, {}, { resources: undefined });
    await plane.until('no limits', async () => (({ body }) => body.spec.containers[0].resources.limits === undefined)(await create(plane, bare, true)));
    expect((await accepted(plane, bare)).spec.containers[0].resources).toEqual({});
    await accepted(plane, claim(namespace, { resources: { requests: { storage: '10Ti' } } }));
  });
});

describe('the quota', () => {
  /** Sums of sizes, each with the unit that no tenant has so much of. A request alone cannot pass its sum, because a limit is never lower. */
  const sums = [['cpu', '1k'], ['memory', '1Pi'], ['ephemeral-storage', '1Pi']] as const;
  const template = { metadata: { labels: { app: 'probe' } }, spec: { containers: [{ name: 'app', image: 'registry.example/app:test' }] } };
  const workload = (kind: string, spec: object): ((namespace: string) => Draft) => (namespace) => ({ apiVersion: 'apps/v1', kind, metadata: { name: 'probe', namespace }, spec: { selector: { matchLabels: { app: 'probe' } }, template, ...spec } });
  const plain = (kind: string): ((namespace: string) => Draft) => (namespace) => ({ apiVersion: 'v1', kind, metadata: { name: 'probe', namespace } });
  const job = { suspend: true, template: { spec: { ...template.spec, restartPolicy: 'Never' } } };
  const counts: Record<string, (namespace: string) => Draft> = {
    persistentvolumeclaims: claim,
    pods: pod,
    'services.loadbalancers': (namespace) => service(namespace, 'probe', { type: 'LoadBalancer', allocateLoadBalancerNodePorts: false }),
    'services.nodeports': (namespace) => service(namespace, 'probe', { type: 'NodePort' }),
    services: (namespace) => service(namespace, 'probe'),
    configmaps: plain('ConfigMap'),
    secrets: plain('Secret'),
    'count/serviceaccounts': plain('ServiceAccount'),
    'count/deployments.apps': workload('Deployment', { replicas: 0 }),
    'count/statefulsets.apps': workload('StatefulSet', { replicas: 0, serviceName: 'probe' }),
    'count/replicasets.apps': workload('ReplicaSet', { replicas: 0 }),
    'count/daemonsets.apps': workload('DaemonSet', {}),
    replicationcontrollers: (namespace) => ({ apiVersion: 'v1', kind: 'ReplicationController', metadata: { name: 'probe', namespace }, spec: { replicas: 0, selector: { app: 'probe' }, template } }),
    'count/leases.coordination.k8s.io': (namespace) => ({ apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', metadata: { name: 'probe', namespace }, spec: {} }),
    'count/jobs.batch': (namespace) => ({ apiVersion: 'batch/v1', kind: 'Job', metadata: { name: 'probe', namespace }, spec: job }),
    'count/cronjobs.batch': (namespace) => ({ apiVersion: 'batch/v1', kind: 'CronJob', metadata: { name: 'probe', namespace }, spec: { schedule: '* * * * *', suspend: true, jobTemplate: { spec: job } } }),
    'count/ingresses.networking.k8s.io': (namespace) => ({ apiVersion: 'networking.k8s.io/v1', kind: 'Ingress', metadata: { name: 'probe', namespace }, spec: { defaultBackend: { service: { name: 'probe', port: { number: 80 } } } } }),
  };

  it('has a row here for everything that it bounds', () => {
    const sizes = sums.flatMap(([name]) => [`requests.${name}`, `limits.${name}`]);
    expect([...sizes, 'requests.storage', ...Object.keys(counts)].sort()).toEqual(Object.keys(quota.spec.hard as object).sort());
  });

  /** Shows that what the quota has just refused is taken when it is gone. */
  const takenWithout = async (namespace: string, draft: Draft): Promise<void> => {
    expect((await plane.call('DELETE', `/api/v1/namespaces/${namespace}/resourcequotas/tenant`)).status).toBe(200);
    await plane.until('no quota', async () => (await create(plane, draft, true)).status === 201);
    await accepted(plane, draft);
  };

  it.each(sums)('P21, P22 refuses more %s than there is, asked for or only allowed, takes less (positive control), and any without it (red with its control removed)', async (name, amount) => {
    const namespace = await alone(`quota-sum-${name}`, quota);
    const hard = (quota.spec.hard as Record<string, string>)[`limits.${name}`] ?? '';
    const sized = (requests: object): Draft => pod(namespace, {}, { resources: { requests, limits: { [name]: amount } } });
    const exceeded = (...resources: string[]): string => {
      const each = (value: string): string => resources.map((resource) => `${resource}=${value}`).join(',');
      return `pods "probe" is forbidden: exceeded quota: tenant, requested: ${each(amount)}, used: ${each('0')}, limited: ${each(hard)}`;
    };
    expect(await refusal(plane, sized({}))).toBe(exceeded(`limits.${name}`));
    expect(await refusal(plane, sized({ [name]: amount }))).toBe(exceeded(`limits.${name}`, `requests.${name}`));
    await accepted(plane, pod(namespace));
    await takenWithout(namespace, sized({ [name]: amount }));
  });

  it.each(Object.entries(counts).map(([resource, draft]) => [{ 'services.loadbalancers': 'P14', 'services.nodeports': 'P15', 'count/ingresses.networking.k8s.io': 'P26' }[resource] ?? 'P21', resource, draft] as const))('%s takes as many %s as it says (positive control), refuses the next, and takes it too when it is gone (red with its control removed)', async (_probe, resource, draft) => {
    const namespace = await alone(`quota-${resource.replaceAll(/[^a-z]/g, '-')}`, quota);
    const hard = Number((quota.spec.hard as Record<string, string>)[resource]);
    const used = Number((await plane.call('GET', `/api/v1/namespaces/${namespace}/resourcequotas/tenant`)).body.status.used[resource]);
    const named = (name: string): Draft => ({ ...draft(namespace), metadata: { name, namespace } });
    for (let index = used; index < hard; index += 1) {
      const { status, body } = await create(plane, named(`probe-${index}`));
      expect(status, body.message).toBe(201);
    }
    expect(await refusal(plane, named('one-more'))).toContain(`exceeded quota: tenant, requested: ${resource}=1, used: ${resource}=${hard}, limited: ${resource}=${hard}`);
    await takenWithout(namespace, named('one-more'));
  });

  it('P21 refuses volumes that are too large together', async () => {
    const namespace = await alone('quota-storage', quota);
    const storage = String((quota.spec.hard as Record<string, string>)['requests.storage']);
    const all = claim(namespace, { resources: { requests: { storage } } });
    expect((await create(plane, all)).status).toBe(201);
    const one = { ...claim(namespace), metadata: { name: 'one-more', namespace } };
    expect(await refusal(plane, one)).toBe(`persistentvolumeclaims "one-more" is forbidden: exceeded quota: tenant, requested: requests.storage=1Gi, used: requests.storage=${storage}, limited: requests.storage=${storage}`);
    await takenWithout(namespace, one);
  });

  it('P21 leaves the size of a small object to the API server, which takes almost a megabyte (positive control) and no more', async () => {
    const large = (bytes: number): Draft => ({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'large', namespace: TENANT }, data: { text: 'x'.repeat(bytes) } });
    await accepted(plane, large(1_000_000));
    expect(await refusal(plane, large(1_048_577))).toContain('Too long: may not be more than 1048576 bytes');
  });
});
