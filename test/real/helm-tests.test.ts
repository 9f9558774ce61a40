import { cpSync } from 'node:fs';
import { join } from 'node:path';
import type { V1Job, V1PersistentVolumeClaim, V1Pod } from '@kubernetes/client-node';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { namespaceOf } from '../../src/tenant/resource-names.js';
import { unpackEarlierState } from '../support/earlier-state.js';
import { HELM_VERSIONS, helmFor, type Helm } from '../support/helm.js';
import { runHelmTests, testedReleases } from '../support/helm-test.js';
import { REPOSITORY } from '../support/workspace.js';
import { startControlPlane, type ControlPlane } from './support/control-plane.js';
import { installApplications, installGuardRails, nameOf, rolledOut } from './support/tenant.js';

/** Charts of an earlier state, as a package of that time had them. In a clone without its history: today's without their tests. */
const previousCharts = (folder: string): string => {
  const root = join(folder, 'previous');
  const unpacked = unpackEarlierState(root, "the upgrade is only from today's charts without their tests", ['charts']);
  if (!unpacked) cpSync(join(REPOSITORY, 'charts'), join(root, 'charts'), { recursive: true, filter: (path) => !path.endsWith('/templates/tests') });
  return root;
};

describe.each(HELM_VERSIONS)('helm test on a real API server, with helm %s', (version) => {
  const namespace = namespaceOf(nameOf('small'));
  let plane: ControlPlane;
  let helm: Helm;
  beforeAll(async () => {
    plane = await startControlPlane();
    helm = helmFor(version, plane.kubeconfigPath, plane.folder);
  });
  afterAll(() => plane.stop());

  const items = async <T>(path: string): Promise<T[]> => (await plane.call('GET', path)).body.items as T[];
  const claims = async (): Promise<unknown> =>
    (await items<V1PersistentVolumeClaim>(`/api/v1/namespaces/${namespace}/persistentvolumeclaims`)).map(({ metadata, spec }) => [metadata?.name, metadata?.uid, spec?.volumeName]);
  const bring = async (packageRoot?: string): Promise<void> => {
    await installGuardRails(plane, 'small', { version, ...(packageRoot === undefined ? {} : { packageRoot }) });
    await installApplications(plane, 'small', version, packageRoot);
    await rolledOut(plane, 'small');
  };
  const passes = async (): Promise<void> => {
    const outcomes = await runHelmTests(helm, testedReleases(nameOf('small')));
    expect(outcomes.map(({ release, phase }) => `${release} ${phase}`), JSON.stringify(outcomes)).toEqual(['wordpress Succeeded', 'openwebui Succeeded', 'gateway Succeeded', 'model-gateway Succeeded']);
  };

  it('has nothing to run for the previous charts', async () => {
    await bring(previousCharts(plane.folder));
    const [outcome] = await runHelmTests(helm, testedReleases(nameOf('small')));
    expect(outcome?.phase).not.toBe('Succeeded');
  });

  it('passes after the upgrade from them, and every claim is the one that it was', async () => {
    const before = await claims();
    await bring();
    expect(await claims()).toEqual(before);
    await passes();
  });

  it('passes again after an upgrade of its values, under the same guard rails', async () => {
    const { exitCode, stderr } = await helm('upgrade', 'gateway', join(REPOSITORY, 'charts/gateway'), `--namespace=${namespace}`, '--reuse-values', '--set=replicas=2', ...helm.clientSide);
    expect(exitCode, stderr).toBe(0);
    await rolledOut(plane, 'small');
    await passes();
  });

  it('leaves nothing behind when it passes', async () => {
    await plane.until('the pods of the Jobs to be gone', async () => {
      const pods = await items<V1Pod>(`/api/v1/namespaces/${namespace}/pods`);
      return pods.every(({ metadata }) => !(metadata?.labels?.['app.kubernetes.io/name'] ?? '').endsWith('-test'));
    });
    expect(await items<V1Job>(`/apis/batch/v1/namespaces/${namespace}/jobs`)).toEqual([]);
    expect(await items<V1Job>('/apis/batch/v1/namespaces/ionos-tenants-models/jobs')).toEqual([]);
  });

  it('is heard when it fails, and leaves the Job to be looked at', async () => {
    // Nothing may start any more: a quota of no further pods is the fault.
    const quota = { spec: { hard: { pods: '0' } } };
    await plane.call('PATCH', `/api/v1/namespaces/${namespace}/resourcequotas/tenant`, quota, 'application/merge-patch+json');
    const { exitCode } = await helm('test', 'wordpress', `--namespace=${namespace}`, '--timeout=5s');
    expect(exitCode).not.toBe(0);
    expect((await items<V1Job>(`/apis/batch/v1/namespaces/${namespace}/jobs`)).map(({ metadata }) => metadata?.name)).toEqual(['wordpress-test']);
  });
});
