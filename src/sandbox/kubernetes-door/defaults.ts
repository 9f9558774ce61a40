import { isRecord } from './objects.js';
import type { KubeObject, Loose } from './objects.js';

/** Sets what is missing. Later entries never win over what is there. */
const fill = (target: Loose, values: Loose): void => {
  for (const [key, value] of Object.entries(values)) if (target[key] === undefined || target[key] === null) target[key] = value;
};

const listOf = (holder: Loose | undefined, field: string): Loose[] => (holder?.[field] as Loose[] | undefined) ?? [];

const pullPolicy = (image: unknown): string => {
  const reference = String(image ?? '');
  const name = reference.slice(reference.lastIndexOf('/') + 1);
  return reference.includes('@') || (name.includes(':') && !name.endsWith(':latest')) ? 'IfNotPresent' : 'Always';
};

const fillPodSpec = (spec: Loose): void => {
  fill(spec, {
    restartPolicy: 'Always',
    dnsPolicy: 'ClusterFirst',
    schedulerName: 'default-scheduler',
    terminationGracePeriodSeconds: 30,
    securityContext: {},
  });
  for (const container of [...listOf(spec, 'containers'), ...listOf(spec, 'initContainers')]) {
    fill(container, {
      imagePullPolicy: pullPolicy(container['image']),
      terminationMessagePath: '/dev/termination-log',
      terminationMessagePolicy: 'File',
      resources: {},
    });
    for (const port of listOf(container, 'ports')) fill(port, { protocol: 'TCP' });
    for (const probe of ['livenessProbe', 'readinessProbe', 'startupProbe']) {
      if (!isRecord(container[probe])) continue;
      fill(container[probe], { timeoutSeconds: 1, periodSeconds: 10, successThreshold: 1, failureThreshold: 3 });
      const request: unknown = container[probe]['httpGet'];
      if (isRecord(request)) fill(request, { path: '/', scheme: 'HTTP' });
    }
  }
  for (const volume of listOf(spec, 'volumes')) {
    for (const source of ['configMap', 'secret', 'projected', 'downwardAPI']) if (isRecord(volume[source])) fill(volume[source], { defaultMode: 0o644 });
  }
  if (typeof spec['serviceAccountName'] === 'string') fill(spec, { serviceAccount: spec['serviceAccountName'] });
};

const fillTemplate = (spec: Loose): void => {
  const template = (spec['template'] ??= {}) as Loose;
  fill(template, { metadata: {}, spec: {} });
  fillPodSpec(template['spec'] as Loose);
};

const fillJobSpec = (spec: Loose): void => {
  fill(spec, { parallelism: 1, completions: 1, backoffLimit: 6, completionMode: 'NonIndexed', suspend: false });
  fillTemplate(spec);
};

/** What an admission policy or its binding applies to, unless it says otherwise. */
const fillMatch = (resources: Loose): void => fill(resources, { matchPolicy: 'Equivalent', namespaceSelector: {}, objectSelector: {} });

const specDefaults: Record<string, (spec: Loose, object: KubeObject) => void> = {
  Pod: (spec) => {
    fillPodSpec(spec);
    fill(spec, { serviceAccountName: 'default', serviceAccount: 'default', enableServiceLinks: true });
  },
  Deployment: (spec) => {
    fill(spec, { replicas: 1, strategy: {}, revisionHistoryLimit: 10, progressDeadlineSeconds: 600 });
    fill(spec['strategy'] as Loose, { type: 'RollingUpdate' });
    const strategy = spec['strategy'] as Loose;
    if (strategy['type'] === 'RollingUpdate') {
      fill(strategy, { rollingUpdate: {} });
      fill(strategy['rollingUpdate'] as Loose, { maxSurge: '25%', maxUnavailable: '25%' });
    }
    fillTemplate(spec);
  },
  ReplicaSet: (spec) => {
    fill(spec, { replicas: 1 });
    fillTemplate(spec);
  },
  DaemonSet: (spec) => {
    fill(spec, { updateStrategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 0, maxUnavailable: 1 } }, revisionHistoryLimit: 10 });
    fillTemplate(spec);
  },
  StatefulSet: (spec) => {
    fill(spec, {
      replicas: 1,
      podManagementPolicy: 'OrderedReady',
      updateStrategy: { type: 'RollingUpdate', rollingUpdate: { partition: 0 } },
      revisionHistoryLimit: 10,
      persistentVolumeClaimRetentionPolicy: { whenDeleted: 'Retain', whenScaled: 'Retain' },
    });
    for (const claim of listOf(spec, 'volumeClaimTemplates')) {
      fill(claim, { apiVersion: 'v1', kind: 'PersistentVolumeClaim', status: { phase: 'Pending' } });
      if (isRecord(claim['spec'])) fill(claim['spec'], { volumeMode: 'Filesystem' });
    }
    fillTemplate(spec);
  },
  Job: (spec) => fillJobSpec(spec),
  CronJob: (spec) => {
    fill(spec, { concurrencyPolicy: 'Allow', suspend: false, successfulJobsHistoryLimit: 3, failedJobsHistoryLimit: 1 });
  },
  Service: (spec) => {
    fill(spec, { type: 'ClusterIP', sessionAffinity: 'None' });
    if (spec['type'] === 'ExternalName') return;
    fill(spec, { ipFamilies: ['IPv4'], ipFamilyPolicy: 'SingleStack', internalTrafficPolicy: 'Cluster' });
    if (spec['type'] !== 'ClusterIP') fill(spec, { externalTrafficPolicy: 'Cluster' });
    if (spec['type'] === 'LoadBalancer') fill(spec, { allocateLoadBalancerNodePorts: true });
    for (const port of listOf(spec, 'ports')) fill(port, { protocol: 'TCP', targetPort: port['port'] as number });
  },
  PersistentVolumeClaim: (spec) => fill(spec, { volumeMode: 'Filesystem' }),
  PersistentVolume: (spec) => fill(spec, { volumeMode: 'Filesystem', persistentVolumeReclaimPolicy: 'Retain' }),
  NetworkPolicy: (spec, object) => {
    const types = ['Ingress', ...(object.spec?.egress === undefined ? [] : ['Egress'])];
    fill(spec, { policyTypes: types });
    for (const rule of [...listOf(spec, 'ingress'), ...listOf(spec, 'egress')]) for (const port of listOf(rule, 'ports')) fill(port, { protocol: 'TCP' });
  },
  ValidatingAdmissionPolicy: (spec) => {
    fill(spec, { failurePolicy: 'Fail' });
    const constraints: unknown = spec['matchConstraints'];
    if (!isRecord(constraints)) return;
    fillMatch(constraints);
    for (const rule of listOf(constraints, 'resourceRules')) fill(rule, { scope: '*' });
  },
  ValidatingAdmissionPolicyBinding: (spec) => {
    const resources: unknown = spec['matchResources'];
    if (isRecord(resources)) fillMatch(resources);
  },
  PodDisruptionBudget: () => undefined,
};

/** Maps that the API leaves out when nothing is in them. */
const dropEmpty = (object: Loose, fields: readonly string[]): void => {
  for (const field of fields) if (isRecord(object[field]) && Object.keys(object[field]).length === 0) delete object[field];
};

const toBase64 = (text: string): string => Buffer.from(text, 'utf8').toString('base64');

/** Completes an object in place with the defaults that clients rely on, as the real API does before it stores anything. */
export const applyDefaults = (object: KubeObject): void => {
  const defaults = specDefaults[object.kind];
  if (defaults) defaults((object.spec ??= {}) as Loose, object);
  switch (object.kind) {
    case 'Secret': {
      fill(object, { type: 'Opaque' });
      const plain = object['stringData'] as Record<string, string> | undefined;
      if (plain) object['data'] = { ...(object['data'] as Loose | undefined), ...Object.fromEntries(Object.entries(plain).map(([key, text]) => [key, toBase64(text)])) };
      delete object['stringData'];
      dropEmpty(object, ['data']);
      break;
    }
    case 'ConfigMap':
      dropEmpty(object, ['data', 'binaryData']);
      break;
    case 'StorageClass':
      fill(object, { reclaimPolicy: 'Delete', volumeBindingMode: 'Immediate' });
      break;
    case 'RoleBinding':
    case 'ClusterRoleBinding':
      if (isRecord(object['roleRef'])) fill(object['roleRef'], { apiGroup: 'rbac.authorization.k8s.io' });
      break;
    default:
  }
};

/** What only a new object gets: labels, finalizers and the first status. */
export const applyCreationDefaults = (object: KubeObject): void => {
  const { metadata } = object;
  switch (object.kind) {
    case 'Namespace':
      metadata.labels = { ...metadata.labels, 'kubernetes.io/metadata.name': metadata.name };
      object.spec = { ...(object.spec as Loose | undefined), finalizers: ['kubernetes'] };
      object.status = { phase: 'Active' };
      break;
    case 'Pod':
      object.status = { phase: 'Pending', qosClass: 'Burstable' };
      break;
    case 'PersistentVolumeClaim':
      metadata.finalizers = [...new Set([...(metadata.finalizers ?? []), 'kubernetes.io/pvc-protection'])];
      object.status = { phase: 'Pending' };
      break;
    case 'PersistentVolume':
      object.status ??= { phase: 'Available' };
      break;
    case 'Service':
      object.status = { loadBalancer: {} };
      if (object.spec?.type === 'LoadBalancer') {
        metadata.finalizers = [...new Set([...(metadata.finalizers ?? []), 'service.kubernetes.io/load-balancer-cleanup'])];
      }
      break;
    case 'Deployment':
    case 'ReplicaSet':
    case 'StatefulSet':
    case 'DaemonSet':
    case 'Job':
    case 'CronJob':
      object.status = {};
      break;
    default:
  }
};
