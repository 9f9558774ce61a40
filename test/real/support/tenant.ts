import { join } from 'node:path';
import { ensureNamespace } from '../../../src/cluster/namespaces.js';
import { waitForRollout } from '../../../src/cluster/rollout.js';
import { createRedactor } from '../../../src/engine/redact.js';
import { Helm } from '../../../src/helm/driver.js';
import { applyRelease } from '../../../src/operations/apply-release.js';
import { ensureModelGatewaySecrets, ensureTenantSecrets } from '../../../src/operations/tenant-secrets.js';
import { modelGatewayRelease, releaseNames, SYSTEM_NAMESPACE, type ReleaseName } from '../../../src/tenant/resource-names.js';
import { changed, valuesOf, type TenantKey } from '../../charts/tenants.js';
import type { Values } from '../../charts/rendering.js';
import { helmPath, type HelmVersion } from '../../support/helm.js';
import { REPOSITORY } from '../../support/workspace.js';
import type { ControlPlane } from './control-plane.js';

/** The name of one of the three tenants that the charts' tests use. */
export const nameOf = (key: TenantKey): string => (valuesOf(key).tenant['tenant'] as { name: string }).name;

/** Applies releases as `create` does, with this helm and the charts of this package. */
export const applierOf = (plane: ControlPlane, version: HelmVersion, packageRoot: string = REPOSITORY): ((release: ReleaseName, values: Values) => Promise<boolean>) => {
  const helm = new Helm({ tool: { version, path: helmPath(version) }, env: { PATH: process.env['PATH'] ?? '', HOME: plane.folder }, kubeconfig: plane.kubeconfigPath, work: join(plane.folder, `helm-${version}`) });
  return async (release, values) => (await applyRelease({ cluster: plane.cluster, helm, packageRoot }, release, values)).changed;
};

/** The tenant's guard rails, and its Secrets. */
export const installGuardRails = async (plane: ControlPlane, key: TenantKey, { version = '4.3.1', values = {}, packageRoot }: { version?: HelmVersion; values?: Values; packageRoot?: string } = {}): Promise<void> => {
  await ensureNamespace(plane.cluster, SYSTEM_NAMESPACE);
  await applierOf(plane, version, packageRoot)(releaseNames(nameOf(key)).guardRails, changed(valuesOf(key).tenant, values));
  await ensureTenantSecrets(plane.cluster, nameOf(key), createRedactor());
};

/** What runs for a tenant, behind its guard rails, with the shared model gateway. */
export const installApplications = async (plane: ControlPlane, key: TenantKey, version: HelmVersion = '4.3.1', packageRoot?: string): Promise<void> => {
  const [apply, names, values] = [applierOf(plane, version, packageRoot), releaseNames(nameOf(key)), valuesOf(key)];
  await ensureModelGatewaySecrets(plane.cluster, nameOf(key), 'a-token-of-nobody');
  await apply(modelGatewayRelease, values['model-gateway']);
  for (const each of ['wordpress', 'openwebui', 'gateway'] as const) await apply(names[each], values[each]);
};

/** Waits as `create` does, with its own watch of the pods. */
export const rolledOut = async (plane: ControlPlane, key: TenantKey): Promise<void> => {
  const wait = (namespace: string, apps: { name: string; kind: 'Deployment' | 'StatefulSet' }[]): Promise<void> =>
    waitForRollout(plane.cluster, { namespace, apps, signal: new AbortController().signal, timeoutMs: 120_000, onPod: () => undefined });
  await wait(modelGatewayRelease.namespace, [{ name: 'model-gateway', kind: 'Deployment' }]);
  await wait(releaseNames(nameOf(key)).wordpress.namespace, [
    { name: 'mariadb', kind: 'StatefulSet' },
    { name: 'wordpress', kind: 'Deployment' },
    { name: 'openwebui', kind: 'StatefulSet' },
    { name: 'gateway', kind: 'Deployment' },
  ]);
};
