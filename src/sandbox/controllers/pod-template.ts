import { createHash } from 'node:crypto';

import { controllerReference, copyOf } from '../kubernetes-door/objects.js';
import type { KubeObject, Loose } from '../kubernetes-door/objects.js';
import type { ControllerContext } from './controller.js';

const SAFE = 'bcdfghjklmnpqrstvwxz2456789';

/** Identifies a pod template in labels and names. */
export const templateHash = (template: unknown): string =>
  [...createHash('sha256').update(JSON.stringify(template)).digest().subarray(0, 10)].map((byte) => SAFE[byte % SAFE.length]).join('');

/** Creates a pod for `owner` from a template. A refusal becomes an event of the owner. */
export const createPod = (
  context: ControllerContext,
  owner: KubeObject,
  template: Loose,
  naming: { name?: string; generateName?: string },
  change: (pod: KubeObject) => void = () => undefined,
): KubeObject | undefined => {
  const metadata = (template['metadata'] ?? {}) as Loose;
  const pod: KubeObject = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name: '',
      ...naming,
      ...(owner.metadata.namespace === undefined ? {} : { namespace: owner.metadata.namespace }),
      labels: { ...(metadata['labels'] as Record<string, string> | undefined) },
      annotations: { ...(metadata['annotations'] as Record<string, string> | undefined) },
      ownerReferences: [controllerReference(owner)],
    },
    spec: copyOf(template['spec'] as Loose),
  };
  change(pod);
  const component = `${owner.kind.toLowerCase()}-controller`;
  try {
    const created = context.api.create('Pod', owner.metadata.namespace, pod, { fieldManager: 'kube-controller-manager' });
    context.record(owner, 'Normal', 'SuccessfulCreate', `Created pod: ${created.metadata.name}`, component);
    return created;
  } catch (error) {
    context.record(owner, 'Warning', 'FailedCreate', `Error creating: ${error instanceof Error ? error.message : String(error)}`, component);
    return undefined;
  }
};

export const isReady = (pod: KubeObject): boolean =>
  ((pod.status?.conditions ?? []) as Loose[]).some((condition) => condition['type'] === 'Ready' && condition['status'] === 'True');

export const hasEnded = (pod: KubeObject): boolean => pod.status?.phase === 'Succeeded' || pod.status?.phase === 'Failed';

/** Counts towards a workload's replicas. */
export const isActive = (pod: KubeObject): boolean => !hasEnded(pod) && pod.metadata.deletionTimestamp === undefined;

const STUCK = new Set(['ErrImagePull', 'ImagePullBackOff', 'CrashLoopBackOff', 'CreateContainerConfigError', 'InvalidImageName']);

/** Whether a pod cannot get ready without somebody changing something. */
export const isStuck = (pod: KubeObject): boolean => {
  const statuses = [...((pod.status?.initContainerStatuses ?? []) as Loose[]), ...((pod.status?.containerStatuses ?? []) as Loose[])];
  const unscheduled = ((pod.status?.conditions ?? []) as Loose[]).some((condition) => condition['type'] === 'PodScheduled' && condition['reason'] === 'Unschedulable');
  return unscheduled || statuses.some((status) => STUCK.has(String(status['state']?.waiting?.reason)));
};
