import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { namespaceOf } from '../../src/tenant/resource-names.js';
import { find, render, type Manifest } from '../charts/rendering.js';
import { valuesOf } from '../charts/tenants.js';
import { accepted, claim, create, pod, refusal, service, type Draft } from './support/admission.js';
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
  it.each<[title: string, refused: Draft, says: string]>([
    ['a privileged container', inContainer({ privileged: true, allowPrivilegeEscalation: undefined }), 'privileged (container "app" must not set securityContext.privileged=true)'],
    ['rising above its rights', inContainer({ allowPrivilegeEscalation: true }), 'allowPrivilegeEscalation != false (container "app" must set securityContext.allowPrivilegeEscalation=false)'],
    ['capabilities', inContainer({ capabilities: { drop: ['ALL'], add: ['NET_ADMIN'] } }), 'container "app" must not include "NET_ADMIN" in securityContext.capabilities.add'],
    ['capabilities that are left', inContainer({ capabilities: undefined }), 'unrestricted capabilities (container "app" must set securityContext.capabilities.drop=["ALL"])'],
    ['root', inSpec({ securityContext: { runAsUser: 0, runAsNonRoot: undefined } }), 'runAsNonRoot != true (pod or container "app" must set securityContext.runAsNonRoot=true), runAsUser=0 (pod must not set runAsUser=0)'],
    ['no filter of system calls', inSpec({ securityContext: { seccompProfile: undefined } }), 'seccompProfile (pod or container "app" must set securityContext.seccompProfile.type to "RuntimeDefault" or "Localhost")'],
    ['the node\'s network', inSpec({ hostNetwork: true }), 'host namespaces (hostNetwork=true)'],
    ['the node\'s processes', inSpec({ hostPID: true }), 'host namespaces (hostPID=true)'],
    ['the node\'s disk', inSpec({ volumes: [{ name: 'disk', hostPath: { path: '/' } }] }), 'restricted volume types (volume "disk" uses restricted volume type "hostPath")'],
    ['a port of the node', pod(TENANT, {}, { ports: [{ containerPort: 80, hostPort: 80 }] }), 'hostPort (container "app" uses hostPort 80)'],
  ])('refuses %s', async (_title, refused, says) => {
    const message = await refusal(plane, refused);
    expect(message).toMatch(/^pods "probe" is forbidden: violates PodSecurity "restricted:latest": /);
    expect(message).toContain(says);
  });

  it('allows a pod that keeps the rules', () => accepted(plane, pod(TENANT)));
});

describe('limits', () => {
  let namespace: string;
  beforeAll(async () => {
    namespace = await alone('limits-alone', limits);
  });

  it('give a container that says nothing both a request and a limit', async () => {
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
  ])('refuse a volume that is %s than allowed', async (_title, storage, says) => {
    const message = await refusal(plane, claim(namespace, { resources: { requests: { storage } } }));
    expect(message).toBe(`persistentvolumeclaims "probe" is forbidden: ${says}`);
    await accepted(plane, claim(namespace));
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
    'count/jobs.batch': (namespace) => ({ apiVersion: 'batch/v1', kind: 'Job', metadata: { name: 'probe', namespace }, spec: job }),
    'count/cronjobs.batch': (namespace) => ({ apiVersion: 'batch/v1', kind: 'CronJob', metadata: { name: 'probe', namespace }, spec: { schedule: '* * * * *', suspend: true, jobTemplate: { spec: job } } }),
    'count/ingresses.networking.k8s.io': (namespace) => ({ apiVersion: 'networking.k8s.io/v1', kind: 'Ingress', metadata: { name: 'probe', namespace }, spec: { defaultBackend: { service: { name: 'probe', port: { number: 80 } } } } }),
  };

  it('has a row here for everything that it bounds', () => {
    const sizes = sums.flatMap(([name]) => [`requests.${name}`, `limits.${name}`]);
    expect([...sizes, 'requests.storage', ...Object.keys(counts)].sort()).toEqual(Object.keys(quota.spec.hard as object).sort());
  });

  it.each(sums)('refuses more %s than there is, asked for or only allowed', async (name, amount) => {
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
  });

  it.each(Object.entries(counts))('takes as many %s as it says, and refuses the next', async (resource, draft) => {
    const namespace = await alone(`quota-${resource.replaceAll(/[^a-z]/g, '-')}`, quota);
    const hard = Number((quota.spec.hard as Record<string, string>)[resource]);
    const used = Number((await plane.call('GET', `/api/v1/namespaces/${namespace}/resourcequotas/tenant`)).body.status.used[resource]);
    const named = (name: string): Draft => ({ ...draft(namespace), metadata: { name, namespace } });
    for (let index = used; index < hard; index += 1) {
      const { status, body } = await create(plane, named(`probe-${index}`));
      expect(status, body.message).toBe(201);
    }
    expect(await refusal(plane, named('one-more'))).toContain(`exceeded quota: tenant, requested: ${resource}=1, used: ${resource}=${hard}, limited: ${resource}=${hard}`);
  });

  it('refuses volumes that are too large together', async () => {
    const namespace = await alone('quota-storage', quota);
    const storage = String((quota.spec.hard as Record<string, string>)['requests.storage']);
    const all = claim(namespace, { resources: { requests: { storage } } });
    expect((await create(plane, all)).status).toBe(201);
    const one = { ...claim(namespace), metadata: { name: 'one-more', namespace } };
    expect(await refusal(plane, one)).toBe(`persistentvolumeclaims "one-more" is forbidden: exceeded quota: tenant, requested: requests.storage=1Gi, used: requests.storage=${storage}, limited: requests.storage=${storage}`);
  });
});
