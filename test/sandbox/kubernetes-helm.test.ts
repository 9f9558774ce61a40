import { fileURLToPath } from 'node:url';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { openDoor, until } from '../support/cluster.js';
import type { TestDoor } from '../support/cluster.js';
import { HELM_VERSIONS, helmFor } from '../support/helm.js';
import type { Helm } from '../support/helm.js';
import type { ToolResult } from '../support/tool.js';

const chart = fileURLToPath(new URL('fixtures/chart', import.meta.url));

describe.each(HELM_VERSIONS)('helm %s, writing from the client side', (version) => {
  let bed: TestDoor;
  let helm: Helm;

  const ok = async (...args: string[]): Promise<ToolResult> => {
    const result = await helm(...args);
    expect(result.stderr).not.toMatch(/^Error/m);
    expect(result.exitCode).toBe(0);
    return result;
  };
  const apply = (verb: string, name: string, ...more: string[]): Promise<ToolResult> => helm(verb, name, chart, '--namespace', `ns-${name}`, ...helm.clientSide, ...more);
  const released = async (name: string): Promise<{ revision: number; status: string }[]> => {
    const { stdout } = await ok('history', name, '--namespace', `ns-${name}`, '--output', 'json');
    return (JSON.parse(stdout) as { revision: number; status: string }[]).map(({ revision, status }) => ({ revision, status }));
  };

  beforeAll(async () => {
    bed = await openDoor();
    helm = helmFor(version, bed.kubeconfig, bed.folder);
  });
  afterAll(async () => {
    expect(bed.cluster.defects).toEqual([]);
    await bed.close();
  });

  it('installs into a new namespace, and the workloads roll out', async () => {
    const result = await apply('install', 'one', '--create-namespace');
    expect(result).toMatchObject({ exitCode: 0 });
    const { store } = bed.cluster;
    await until(bed.cluster, 'Deployment', 'ns-one', 'one', (object) => object?.status?.readyReplicas === 1);
    await until(bed.cluster, 'StatefulSet', 'ns-one', 'one-db', (object) => object?.status?.readyReplicas === 1);
    expect(store.get('PersistentVolumeClaim', 'ns-one', 'data-one-db-0').status).toMatchObject({ phase: 'Bound', capacity: { storage: '1Gi' } });
    expect(store.get('Secret', 'ns-one', 'sh.helm.release.v1.one.v1')).toMatchObject({ type: 'helm.sh/release.v1', metadata: { labels: { status: 'deployed', owner: 'helm' } } });
    expect(store.get('Deployment', 'ns-one', 'one').metadata.labels?.['app.kubernetes.io/managed-by']).toBe('Helm');
  });

  it('upgrades what differs and nothing else', async () => {
    const { store } = bed.cluster;
    const service = store.get('Service', 'ns-one', 'one').metadata.resourceVersion;
    expect(await apply('upgrade', 'one', '--set', 'replicas=2,message=changed')).toMatchObject({ exitCode: 0 });
    await until(bed.cluster, 'Deployment', 'ns-one', 'one', (object) => object?.status?.updatedReplicas === 2 && object.status.availableReplicas === 2);
    expect(store.get('ConfigMap', 'ns-one', 'one')['data']).toEqual({ message: 'changed' });
    expect(store.get('Service', 'ns-one', 'one').metadata.resourceVersion).toBe(service);
  });

  it('changes no object when nothing differs', async () => {
    await bed.cluster.settled();
    const versions = (): string[] => ['Deployment', 'StatefulSet', 'Service', 'ConfigMap', 'ServiceAccount', 'NetworkPolicy', 'Pod'].flatMap((kind) =>
      bed.cluster.store.list(kind, 'ns-one').map((object) => `${kind} ${object.metadata.name} ${object.metadata.resourceVersion ?? ''}`));
    const before = versions();
    expect(await apply('upgrade', 'one', '--set', 'replicas=2,message=changed')).toMatchObject({ exitCode: 0 });
    await bed.cluster.settled();
    expect(versions()).toEqual(before);
    expect(await released('one')).toEqual([{ revision: 1, status: 'superseded' }, { revision: 2, status: 'superseded' }, { revision: 3, status: 'deployed' }]);
  });

  it('upgrades to pods that fail, and rolls back', async () => {
    expect(await apply('upgrade', 'one', '--set', 'fail=ImagePullBackOff,replicas=2')).toMatchObject({ exitCode: 0 });
    const stuck = await until(bed.cluster, 'Deployment', 'ns-one', 'one', (object) => object?.status?.conditions?.some((entry: { reason: string }) => entry.reason === 'ProgressDeadlineExceeded') === true);
    expect(stuck.status.availableReplicas).toBe(2);
    await ok('rollback', 'one', '3', '--namespace', 'ns-one', ...helm.clientSide);
    await until(bed.cluster, 'Deployment', 'ns-one', 'one', (object) => object?.status?.replicas === 2 && object.status.updatedReplicas === 2 && object.status.unavailableReplicas === undefined);
    expect((await released('one')).at(-1)).toEqual({ revision: 5, status: 'deployed' });
  });

  it('reports a failed upgrade when it was told to wait', async () => {
    expect(await apply('install', 'two', '--create-namespace')).toMatchObject({ exitCode: 0 });
    await until(bed.cluster, 'Deployment', 'ns-two', 'two', (object) => object?.status?.readyReplicas === 1);
    const result = await apply('upgrade', 'two', '--set', 'fail=CrashLoopBackOff', '--wait', '--timeout', '3s');
    expect(result.exitCode).toBe(1);
    expect((await released('two')).at(-1)).toEqual({ revision: 2, status: 'failed' });
  });

  it('refuses what the API refuses', async () => {
    const result = await apply('upgrade', 'two', '--set', 'storage=2Gi');
    expect(result.exitCode).toBe(1);
    expect(result.stderr).toMatch(/updates to statefulset spec for fields other than/);
    const missing = await helm('install', 'three', chart, '--namespace', 'nowhere', ...helm.clientSide);
    expect(missing.stderr).toMatch(/namespaces "nowhere" not found/);
  });

  it('lists all releases, uninstalls one, and leaves its claim', async () => {
    const { stdout } = await ok('list', '--all-namespaces', '--output', 'json');
    expect((JSON.parse(stdout) as { name: string }[]).map(({ name }) => name)).toContain('one');
    await ok('uninstall', 'one', '--namespace', 'ns-one', '--wait', '--timeout', '30s');
    await bed.cluster.settled();
    const left = bed.cluster.store.listNamespace('ns-one').filter((object) => object.kind !== 'Event').map((object) => `${object.kind} ${object.metadata.name}`);
    expect(left.sort()).toEqual(['ConfigMap kube-root-ca.crt', 'PersistentVolumeClaim data-one-db-0', 'ServiceAccount default']);
  });
});

describe('helm 4, writing from the server side', () => {
  let bed: TestDoor;
  let helm: Helm;

  beforeAll(async () => {
    bed = await openDoor();
    helm = helmFor('4.3.1', bed.kubeconfig, bed.folder);
  });
  afterAll(async () => {
    expect(bed.cluster.defects).toEqual([]);
    await bed.close();
  });

  it('installs, waits, upgrades, removes a field that it owned, and uninstalls', async () => {
    const run = (...args: string[]): Promise<ToolResult> => helm(...args, '--namespace', 'ssa');
    expect(await run('install', 'one', chart, '--create-namespace', '--wait', '--timeout', '60s')).toMatchObject({ exitCode: 0 });
    expect(await run('upgrade', 'one', chart, '--set', 'fail=NotReady,message=x')).toMatchObject({ exitCode: 0 });
    expect(bed.cluster.store.get('Deployment', 'ssa', 'one').spec.template.metadata.annotations).toEqual({ message: 'x', 'sandbox.ionos-tenants.io/fail': 'NotReady' });
    expect(await run('upgrade', 'one', chart, '--set', 'fail=,message=x', '--wait', '--timeout', '60s')).toMatchObject({ exitCode: 0 });
    expect(bed.cluster.store.get('Deployment', 'ssa', 'one').spec.template.metadata.annotations).toEqual({ message: 'x' });
    expect(await run('uninstall', 'one', '--wait', '--timeout', '60s')).toMatchObject({ exitCode: 0 });
  });

  it('stops at a field that somebody else has changed', async () => {
    expect(await helm('install', 'two', chart, '--namespace', 'ssa', '--wait', '--timeout', '60s')).toMatchObject({ exitCode: 0 });
    expect(await bed.kubectl(['-n', 'ssa', 'patch', 'configmap', 'two', '--type=merge', '-p', '{"data":{"message":"by hand"}}'])).toMatchObject({ exitCode: 0 });
    const result = await helm('upgrade', 'two', chart, '--namespace', 'ssa', '--set', 'message=by-helm', '--force-conflicts=false');
    expect(result.exitCode).toBe(1);
    expect(result.stderr).toMatch(/conflict with "kubectl-patch".*\.data\.message/s);
  });
});
