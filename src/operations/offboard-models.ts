import { listReleases } from '../cluster/releases.js';
import { waitForRollout } from '../cluster/rollout.js';
import { task, type Task } from '../engine/task-list.js';
import { modelGatewayRelease } from '../tenant/resource-names.js';
import { applyRelease } from './apply-release.js';
import { OFFBOARD, type Offboarding } from './offboarding.js';
import { openHelm } from './open-helm.js';
import { modelGatewayChecksum, removeTenantKey } from './tenant-secrets.js';

/**
 * Takes the tenant's key from the shared model gateway, which reads its keys when a pod starts: it is rolled, one pod after the other,
 * with the values that it has.
 */
export const modelKeyTask: Task<Offboarding> = task('model-key', 'Model key', async (run, self) => {
  const { context, platform } = run;
  const { cluster } = platform;
  const { release, namespace } = modelGatewayRelease;
  const removed = await removeTenantKey(cluster, run.input.name);
  if (!(await listReleases(cluster, namespace)).some((each) => each.release === release)) {
    self.output = removed ? 'removed' : 'none';
    return;
  }
  const helm = openHelm(context, run.folder, run.tools, platform.kubeconfig);
  const values = await helm.values(release, namespace);
  const secretChecksum = await modelGatewayChecksum(cluster);
  if (values.secretChecksum === secretChecksum) {
    self.output = 'none';
    return;
  }
  await applyRelease({ cluster, helm, packageRoot: context.packageRoot }, modelGatewayRelease, { ...values, secretChecksum });
  self.output = 'waiting until the model gateway no longer takes it';
  await waitForRollout(cluster, {
    namespace,
    apps: [{ name: release, kind: 'Deployment' }],
    signal: context.interrupts.signal,
    timeoutMs: run.input.timeoutMs,
    onPod: (pod, gone) => context.bus.emit({ type: 'pod', task: `${OFFBOARD}/model-key`, pod, gone }),
  });
  self.output = 'no longer taken';
});
