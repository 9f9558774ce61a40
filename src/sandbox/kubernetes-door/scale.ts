import { badRequest } from './api-error.js';
import { isRecord } from './objects.js';
import type { KubeObject, Loose } from './objects.js';
import { selectorText } from './selectors.js';

/** The `Scale` that stands for a workload's number of replicas. */
export const scaleOf = (workload: KubeObject): Loose => ({
  kind: 'Scale',
  apiVersion: 'autoscaling/v1',
  metadata: {
    name: workload.metadata.name,
    namespace: workload.metadata.namespace,
    uid: workload.metadata.uid,
    resourceVersion: workload.metadata.resourceVersion,
    creationTimestamp: workload.metadata.creationTimestamp,
  },
  spec: { replicas: workload.spec?.replicas as number },
  status: { replicas: (workload.status?.replicas as number | undefined) ?? 0, selector: selectorText(workload.spec?.selector as Loose) },
});

/** The replicas that a Scale asks for. @throws ApiError 400 */
export const replicasOf = (scale: unknown): number => {
  const replicas: unknown = isRecord(scale) && isRecord(scale['spec']) ? scale['spec']['replicas'] : undefined;
  if (typeof replicas !== 'number' || !Number.isInteger(replicas) || replicas < 0) throw badRequest('spec.replicas must be a number of 0 or more');
  return replicas;
};
