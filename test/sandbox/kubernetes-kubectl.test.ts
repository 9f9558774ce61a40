import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { openDoor, until } from '../support/cluster.js';
import type { TestDoor } from '../support/cluster.js';
import type { ToolResult } from '../support/tool.js';

const manifest = (message: string, key = 'message'): string => `
apiVersion: v1
kind: ConfigMap
metadata: { name: settings, namespace: work }
data: { ${key}: "${message}" }
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: web, namespace: work }
spec:
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web } }
    spec:
      containers:
        - name: web
          image: registry.sandbox.example/web:1
          env:
            - { name: FIRST, value: "${message}" }
            - { name: SECOND, value: "2" }
          readinessProbe: { httpGet: { path: /, port: 80 } }
`;

describe('kubectl', () => {
  let bed: TestDoor;

  const kubectl = async (...args: string[]): Promise<string> => {
    const result = await bed.kubectl(args);
    expect(result).toMatchObject({ exitCode: 0 });
    return result.stdout;
  };
  const apply = (text: string, ...more: string[]): Promise<ToolResult> => bed.kubectl(['apply', '-f', '-', ...more], text);

  beforeAll(async () => {
    bed = await openDoor();
    await kubectl('create', 'namespace', 'work');
  });
  afterAll(async () => {
    expect(bed.cluster.defects).toEqual([]);
    await bed.close();
  });

  it('finds the cluster that every managed cluster is', async () => {
    expect(JSON.parse(await kubectl('version', '--output=json'))).toMatchObject({ serverVersion: { gitVersion: 'v1.34.4' } });
    expect((await kubectl('get', 'storageclasses', '--no-headers')).split('\n').map((line) => line.split(/\s+/)[0])).toEqual(['ionos-enterprise-hdd', 'ionos-enterprise-ssd', '']);
    await until(bed.cluster, 'Deployment', 'kube-system', 'coredns', (object) => object?.status?.readyReplicas === 2);
    expect(await kubectl('get', 'pods', '-n', 'kube-system', '-l', 'k8s-app=kube-dns', '--no-headers')).toMatch(/^(coredns-\S+\s+1\/1\s+Running\s+0\s+\S+\n){2}$/);
    expect(await kubectl('get', 'csinode', 'node-1', '-o', 'jsonpath={.spec.drivers[0].allocatable.count}')).toBe('24');
    expect(await kubectl('get', 'nodes', '-o', 'wide', '--no-headers')).toMatch(/node-1\s+Ready\s+<none>\s+v1\.34\.4\s+198\.51\.100\.1/);
  });

  it('applies, sees no change, and applies a change of one variable', async () => {
    expect((await apply(manifest('a'))).stdout).toBe('configmap/settings created\ndeployment.apps/web created\n');
    expect((await apply(manifest('a'))).stdout).toBe('configmap/settings unchanged\ndeployment.apps/web unchanged\n');
    expect((await apply(manifest('b', 'other'))).stdout).toBe('configmap/settings configured\ndeployment.apps/web configured\n');
    expect(bed.cluster.store.get('ConfigMap', 'work', 'settings')['data']).toEqual({ other: 'b' });
    expect(bed.cluster.store.get('Deployment', 'work', 'web').spec.template.spec.containers[0].env).toEqual([{ name: 'FIRST', value: 'b' }, { name: 'SECOND', value: '2' }]);
  });

  it('shows what an apply would change without changing it', async () => {
    const before = bed.cluster.store.get('ConfigMap', 'work', 'settings');
    const result = await bed.kubectl(['diff', '-f', '-'], manifest('c', 'other'));
    expect(result.exitCode).toBe(1);
    expect(result.stdout).toMatch(/^-\s+other: b$/m);
    expect(result.stdout).toMatch(/^\+\s+other: c$/m);
    expect((await apply(manifest('c', 'other'), '--dry-run=server')).stdout).toContain('configmap/settings configured (server dry run)');
    expect(bed.cluster.store.get('ConfigMap', 'work', 'settings')).toBe(before);
  });

  it('waits for conditions and rollouts, and scales', async () => {
    await kubectl('-n', 'work', 'wait', '--for=condition=Available', 'deployment/web', '--timeout=60s');
    await kubectl('-n', 'work', 'rollout', 'status', 'deployment/web', '--timeout=60s');
    await kubectl('-n', 'work', 'scale', 'deployment/web', '--replicas=3');
    await until(bed.cluster, 'Deployment', 'work', 'web', (object) => object?.status?.readyReplicas === 3);
    await kubectl('-n', 'work', 'wait', '--for=condition=Ready', 'pod', '-l', 'app=web', '--timeout=60s');
  });

  it('labels, annotates, patches and restarts', async () => {
    await kubectl('-n', 'work', 'label', 'configmap', 'settings', 'tier=front');
    expect(await kubectl('-n', 'work', 'get', 'configmaps', '-l', 'tier in (front),!missing', '-o', 'name')).toBe('configmap/settings\n');
    await kubectl('-n', 'work', 'annotate', 'configmap', 'settings', 'note=x');
    await kubectl('-n', 'work', 'patch', 'configmap', 'settings', '--type=json', '-p', '[{"op":"replace","path":"/data/other","value":"z"}]');
    expect(bed.cluster.store.get('ConfigMap', 'work', 'settings')).toMatchObject({ data: { other: 'z' }, metadata: { labels: { tier: 'front' }, annotations: { note: 'x' } } });
    const old = bed.cluster.store.list('Pod', 'work').map((pod) => pod.metadata.uid);
    await kubectl('-n', 'work', 'rollout', 'restart', 'deployment/web');
    await kubectl('-n', 'work', 'rollout', 'status', 'deployment/web', '--timeout=60s');
    await bed.cluster.settled();
    expect(bed.cluster.store.list('Pod', 'work').filter((pod) => old.includes(pod.metadata.uid))).toEqual([]);
    await kubectl('-n', 'work', 'rollout', 'undo', 'deployment/web');
  });

  it('reads logs, describes, and lists events', async () => {
    expect(await kubectl('-n', 'work', 'logs', 'deployment/web', '--timestamps')).toMatch(/^\d{4}-\S+Z sandbox: nothing runs here/);
    expect((await kubectl('-n', 'work', 'logs', 'deployment/web', '--tail=1')).split('\n')).toHaveLength(2);
    expect(await kubectl('-n', 'work', 'describe', 'pod', '-l', 'app=web')).toMatch(/Successfully assigned work\/web-/);
    expect(await kubectl('-n', 'work', 'get', 'events', '--field-selector', 'reason=Scheduled', '--no-headers')).toMatch(/Scheduled\s+pod\/web-/);
  });

  it('applies from the server side, and names who owns a contested field', async () => {
    const contested = await apply(manifest('y', 'other'), '--server-side', '--field-manager=other-tool');
    expect(contested.stderr).toMatch(/conflict.*\.data\.other/s);
    const forced = await apply(manifest('y', 'other'), '--server-side', '--field-manager=other-tool', '--force-conflicts');
    expect(forced.stdout).toContain('configmap/settings serverside-applied');
    expect(bed.cluster.store.get('ConfigMap', 'work', 'settings')['data']).toEqual({ other: 'y' });
  });

  it('replaces, sets images, drains and uncordons', async () => {
    await kubectl('-n', 'work', 'set', 'image', 'deployment/web', 'web=registry.sandbox.example/web:2');
    expect(bed.cluster.store.get('Deployment', 'work', 'web').spec.template.spec.containers[0].image).toBe('registry.sandbox.example/web:2');
    await kubectl('drain', 'node-1', '--ignore-daemonsets', '--timeout=60s');
    expect(bed.cluster.store.list('Pod').filter((pod) => pod.spec.nodeName === 'node-1').map((pod) => pod.metadata.ownerReferences?.[0]?.kind)).toEqual(['DaemonSet']);
    await kubectl('uncordon', 'node-1');
  });

  it('deletes, and waits until all is gone', async () => {
    const result = await bed.kubectl(['delete', '-f', '-'], manifest('y'));
    expect(result.stdout).toMatch(/configmap "settings" deleted.*\ndeployment\.apps "web" deleted/);
    await kubectl('delete', 'namespace', 'work', '--timeout=60s');
    expect(bed.cluster.store.listNamespace('work')).toEqual([]);
    const missing = await bed.kubectl(['get', 'namespace', 'work']);
    expect(missing).toMatchObject({ exitCode: 1, stderr: 'Error from server (NotFound): namespaces "work" not found\n' });
  });

  it('may do everything, as everybody in the sandbox', async () => {
    expect(await kubectl('auth', 'can-i', 'create', 'secrets', '-n', 'default')).toBe('yes\n');
  });
});
