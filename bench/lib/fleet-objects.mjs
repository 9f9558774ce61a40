// Kubernetes objects of a fleet as an API server answers them, managed fields and all: a pod is about as large as a real one.

const BORN = '2026-11-20T08:00:00Z';
const APPS = ['wordpress', 'openwebui', 'gateway', 'mariadb'];

export const tenantName = (index) => `tenant${String(index).padStart(3, '0')}`;
const namespaceOf = (tenant) => `tenant-${tenant}`;
const labels = (tenant, app) => ({ 'ionos-tenants.io/tenant': tenant, 'app.kubernetes.io/part-of': 'ionos-tenants', ...(app ? { 'app.kubernetes.io/name': app, 'app.kubernetes.io/instance': app, 'app.kubernetes.io/managed-by': 'Helm' } : {}) });
const meta = (name, namespace, own, change = {}) => ({ name, namespace, uid: `${namespace}-${name}`, creationTimestamp: BORN, labels: own, ...change });

/** Who wrote which field: the larger part of a pod that an API server sends. */
const managedFields = (containers) => [
  {
    manager: 'kube-controller-manager',
    operation: 'Update',
    apiVersion: 'v1',
    time: BORN,
    fieldsType: 'FieldsV1',
    fieldsV1: {
      'f:metadata': { 'f:annotations': { '.': {}, 'f:checksum/config': {} }, 'f:generateName': {}, 'f:labels': { '.': {}, 'f:app.kubernetes.io/instance': {}, 'f:app.kubernetes.io/managed-by': {}, 'f:app.kubernetes.io/name': {}, 'f:app.kubernetes.io/part-of': {}, 'f:ionos-tenants.io/tenant': {} }, 'f:ownerReferences': { '.': {}, 'k:{"uid":"0"}': {} } },
      'f:spec': {
        'f:automountServiceAccountToken': {},
        'f:containers': Object.fromEntries(containers.map((name) => [`k:{"name":"${name}"}`, { '.': {}, 'f:env': { '.': {}, 'k:{"name":"DATABASE_HOST"}': { '.': {}, 'f:name': {}, 'f:value': {} }, 'k:{"name":"DATABASE_PASSWORD"}': { '.': {}, 'f:name': {}, 'f:valueFrom': { '.': {}, 'f:secretKeyRef': {} } } }, 'f:image': {}, 'f:imagePullPolicy': {}, 'f:livenessProbe': { '.': {}, 'f:failureThreshold': {}, 'f:httpGet': { '.': {}, 'f:path': {}, 'f:port': {}, 'f:scheme': {} }, 'f:periodSeconds': {}, 'f:successThreshold': {}, 'f:timeoutSeconds': {} }, 'f:name': {}, 'f:resources': { '.': {}, 'f:limits': { '.': {}, 'f:cpu': {}, 'f:memory': {} }, 'f:requests': { '.': {}, 'f:cpu': {}, 'f:memory': {} } }, 'f:securityContext': { '.': {}, 'f:allowPrivilegeEscalation': {}, 'f:capabilities': { '.': {}, 'f:drop': {} }, 'f:readOnlyRootFilesystem': {} }, 'f:terminationMessagePath': {}, 'f:terminationMessagePolicy': {}, 'f:volumeMounts': { '.': {}, 'k:{"mountPath":"/data"}': { '.': {}, 'f:mountPath': {}, 'f:name': {} } } }])),
        'f:dnsPolicy': {}, 'f:enableServiceLinks': {}, 'f:restartPolicy': {}, 'f:schedulerName': {}, 'f:securityContext': { '.': {}, 'f:fsGroup': {}, 'f:runAsNonRoot': {}, 'f:runAsUser': {} }, 'f:terminationGracePeriodSeconds': {}, 'f:volumes': { '.': {}, 'k:{"name":"data"}': { '.': {}, 'f:name': {}, 'f:persistentVolumeClaim': { '.': {}, 'f:claimName': {} } } },
      },
    },
  },
  {
    manager: 'kubelet',
    operation: 'Update',
    apiVersion: 'v1',
    time: BORN,
    subresource: 'status',
    fieldsType: 'FieldsV1',
    fieldsV1: { 'f:status': { 'f:conditions': Object.fromEntries(['ContainersReady', 'Initialized', 'PodReadyToStartContainers', 'Ready'].map((type) => [`k:{"type":"${type}"}`, { '.': {}, 'f:lastProbeTime': {}, 'f:lastTransitionTime': {}, 'f:status': {}, 'f:type': {} }])), 'f:containerStatuses': {}, 'f:hostIP': {}, 'f:hostIPs': {}, 'f:phase': {}, 'f:podIP': {}, 'f:podIPs': { '.': {}, 'k:{"ip":"10.1.2.3"}': { '.': {}, 'f:ip': {} } }, 'f:startTime': {} } },
  },
];

const container = (name, app) => ({
  name,
  image: `registry.example.com/library/${app}:1.2.3@sha256:${'0123456789abcdef'.repeat(4)}`,
  env: [{ name: 'DATABASE_HOST', value: 'mariadb' }, { name: 'DATABASE_PASSWORD', valueFrom: { secretKeyRef: { name: app, key: 'database-password' } } }],
  resources: { limits: { cpu: '500m', memory: '256Mi' }, requests: { cpu: '50m', memory: '128Mi' } },
  volumeMounts: [{ name: 'data', mountPath: '/data' }, { name: 'tmp', mountPath: '/tmp' }],
  livenessProbe: { httpGet: { path: '/health', port: 8080, scheme: 'HTTP' }, timeoutSeconds: 5, periodSeconds: 10, successThreshold: 1, failureThreshold: 6 },
  readinessProbe: { httpGet: { path: '/ready', port: 8080, scheme: 'HTTP' }, timeoutSeconds: 5, periodSeconds: 5, successThreshold: 1, failureThreshold: 3 },
  terminationMessagePath: '/dev/termination-log',
  terminationMessagePolicy: 'File',
  imagePullPolicy: 'IfNotPresent',
  securityContext: { capabilities: { drop: ['ALL'] }, readOnlyRootFilesystem: true, allowPrivilegeEscalation: false },
});

const condition = (type, status = 'True') => ({ type, status, lastProbeTime: null, lastTransitionTime: BORN });

/** One of a tenant's pods; its applications come first, then more of the same. */
const pod = (tenant, index) => {
  const app = APPS[index % APPS.length];
  const containers = app === 'wordpress' ? ['wordpress', 'mcp', 'cron'] : [app];
  return {
    kind: 'Pod',
    apiVersion: 'v1',
    metadata: meta(`${app}-${index < APPS.length ? 0 : `6d4cf56db6-${index}`}`, namespaceOf(tenant), labels(tenant, app), {
      generateName: `${app}-`,
      annotations: { 'checksum/config': '0123456789abcdef'.repeat(4) },
      ownerReferences: [{ apiVersion: 'apps/v1', kind: 'StatefulSet', name: app, uid: '0', controller: true, blockOwnerDeletion: true }],
      managedFields: managedFields(containers),
    }),
    spec: {
      volumes: [{ name: 'data', persistentVolumeClaim: { claimName: `${app}-data` } }, { name: 'tmp', emptyDir: { sizeLimit: '64Mi' } }],
      containers: containers.map((name) => container(name, app)),
      restartPolicy: 'Always',
      terminationGracePeriodSeconds: 30,
      dnsPolicy: 'ClusterFirst',
      serviceAccountName: 'default',
      automountServiceAccountToken: false,
      nodeName: `node-${index % 12}`,
      securityContext: { runAsUser: 10001, runAsNonRoot: true, fsGroup: 10001, seccompProfile: { type: 'RuntimeDefault' } },
      schedulerName: 'default-scheduler',
      tolerations: ['not-ready', 'unreachable'].map((key) => ({ key: `node.kubernetes.io/${key}`, operator: 'Exists', effect: 'NoExecute', tolerationSeconds: 300 })),
      priority: 0,
      enableServiceLinks: false,
      preemptionPolicy: 'PreemptLowerPriority',
    },
    status: {
      phase: 'Running',
      conditions: [condition('PodReadyToStartContainers'), condition('Initialized'), condition('Ready'), condition('ContainersReady'), condition('PodScheduled')],
      hostIP: '10.0.0.4',
      podIP: '10.1.2.3',
      podIPs: [{ ip: '10.1.2.3' }],
      startTime: BORN,
      containerStatuses: containers.map((name) => ({ name, state: { running: { startedAt: BORN } }, lastState: {}, ready: true, restartCount: 0, image: `registry.example.com/library/${app}:1.2.3`, imageID: `registry.example.com/library/${app}@sha256:${'0123456789abcdef'.repeat(4)}`, containerID: `containerd://${'0123456789abcdef'.repeat(4)}`, started: true })),
      qosClass: 'Burstable',
    },
  };
};

const record = (name) => ({
  name,
  phase: 'ready',
  spec: { apiVersion: 'ionos-tenants/v1', kind: 'Tenant', name, displayName: `Tenant ${name}`, preset: 'small', isolation: 'namespace', access: { allow: ['0.0.0.0/0'] }, wordpress: { adminEmail: 'web@tenant.example', title: name, domain: null }, openwebui: { adminEmail: 'web@tenant.example', models: ['openai/gpt-oss-120b'], domain: null }, overrides: {} },
  costEur30d: { low: 7.76, high: 16.13 },
  createdAt: BORN,
  updatedAt: BORN,
  history: Array.from({ length: 8 }, (_, index) => ({ at: BORN, operation: index % 2 === 0 ? 'create' : 'update', outcome: 'done', by: 'operator@workstation', cliVersion: '0.1.0', elapsedMs: 98_000 })),
});

const SYSTEM = 'ionos-tenants-system';
const registry = (name, kind, record, own = {}) => ({ metadata: meta(name, SYSTEM, { ...own, 'ionos-tenants.io/registry': kind }), data: { 'record.json': JSON.stringify(record, null, 1) } });

/** Everything that the dashboard reads, by the last part of its path: 300 tenants make 300 of each, and `pods` pods. `origin` answers for their endpoints. */
export const fleetObjects = (tenants, pods, origin) => {
  const names = Array.from({ length: tenants }, (_, index) => tenantName(index));
  const each = pods / tenants;
  return {
    configmaps: [registry('platform', 'platform', { name: 'bench', addresses: 'load-balancer', adoptedAt: BORN, adoptedBy: 'op@host' }), ...names.map((name) => registry(`tenant-${name}`, 'tenant', record(name), labels(name)))],
    leases: names.map((name) => ({ metadata: meta(`tenant-${name}`, SYSTEM, labels(name)), spec: { holderIdentity: '', leaseDurationSeconds: 60, acquireTime: BORN, renewTime: BORN } })),
    pods: names.flatMap((name) => Array.from({ length: each }, (_, index) => pod(name, index))),
    services: names.map((name) => ({ metadata: meta('gateway', namespaceOf(name), labels(name, 'gateway'), { annotations: { 'ionos-tenants.io/url-80': `${origin}/endpoint/${name}/web`, 'ionos-tenants.io/url-8080': `${origin}/endpoint/${name}/chat` } }), spec: { type: 'LoadBalancer', ports: [{ name: 'wordpress', port: 80 }, { name: 'openwebui', port: 8080 }] }, status: { loadBalancer: { ingress: [{ ip: '127.0.0.1' }] } } })),
    resourcequotas: names.map((name) => ({ metadata: meta('tenant', namespaceOf(name), labels(name)), spec: { hard: { 'limits.cpu': '8', 'limits.memory': '8Gi', 'requests.storage': '40Gi' } }, status: { hard: { 'limits.cpu': '8', 'limits.memory': '8Gi', 'requests.storage': '40Gi' }, used: { 'limits.cpu': '5500m', 'limits.memory': '3Gi', 'requests.storage': '28Gi' } } })),
    persistentvolumeclaims: names.flatMap((name) => ['wordpress-data', 'openwebui-data', 'mariadb-data'].map((claim) => ({ metadata: meta(claim, namespaceOf(name), labels(name)), spec: { accessModes: ['ReadWriteOnce'], storageClassName: 'ionos-enterprise-ssd', resources: { requests: { storage: '8Gi' } } }, status: { phase: 'Bound' } }))),
    nodes: Array.from({ length: 12 }, (_, index) => ({ metadata: meta(`node-${index}`, undefined, {}), status: { allocatable: { cpu: '16', memory: '64Gi', pods: '500' }, capacity: { cpu: '16', memory: '64Gi', pods: '500' }, conditions: [{ type: 'Ready', status: 'True' }] } })),
    events: [],
  };
};
