import { deleteObject } from '../kubernetes-door/deletion.js';
import { controllerOf, isControlledBy, timestamp } from '../kubernetes-door/objects.js';
import type { KubeObject, Loose } from '../kubernetes-door/objects.js';
import { conditionOf, setCondition } from './conditions.js';
import { isImmediate, objectKey, splitKey } from './controller.js';
import type { Controller, ControllerContext } from './controller.js';
import { createPod, isActive, isReady, isStuck } from './pod-template.js';

const RETRY_MS = 10_000;
const COMPONENT = 'job-controller';

const restartsOf = (pod: KubeObject): number =>
  ((pod.status?.containerStatuses ?? []) as Loose[]).reduce((sum, status) => sum + Number(status['restartCount'] ?? 0), 0);

class JobLoop {
  constructor(private readonly context: ControllerContext) {}

  reconcile(namespace: string, name: string): void {
    const { store } = this.context;
    const job = store.find('Job', namespace, name);
    if (!job || job.metadata.deletionTimestamp) return;
    if (conditionOf(job, 'Complete') || conditionOf(job, 'Failed')) return this.#expire(job);
    const pods = store.list('Pod', namespace).filter((pod) => isControlledBy(pod, job));
    const active = pods.filter(isActive);
    const succeeded = pods.filter((pod) => pod.status?.phase === 'Succeeded').length;
    const failed = pods.filter((pod) => pod.status?.phase === 'Failed').length;
    const failures = failed + active.reduce((sum, pod) => sum + restartsOf(pod), 0);
    const completions = Number(job.spec.completions ?? 1);
    const finished: [string, string, string] | undefined =
      succeeded >= completions ? ['Complete', 'CompletionsReached', 'Reached expected number of succeeded pods']
      : failures > Number(job.spec.backoffLimit) ? ['Failed', 'BackoffLimitExceeded', 'Job has reached the specified backoff limit']
      : undefined;
    if (finished) return this.#finish(job, ...finished, { succeeded, failed, active: [] }, active);
    if (job.spec.suspend === true) {
      for (const pod of active) deleteObject(store, 'Pod', namespace, pod.metadata.name);
    } else this.#start(job, active, completions - succeeded, failed);
    this.#report(job, succeeded, failed);
    if (active.some(isStuck)) this.#armDeadline(job);
  }

  #start(job: KubeObject, active: KubeObject[], open: number, failed: number): void {
    const missing = Math.min(Number(job.spec.parallelism ?? 1), open) - active.length;
    if (missing <= 0) return;
    const create = (): void => {
      for (let index = 0; index < missing; index += 1) {
        createPod(this.context, job, job.spec.template as Loose, { generateName: `${job.metadata.name}-` });
      }
    };
    if (failed === 0) return create();
    const id = `job ${job.metadata.uid ?? ''} attempt ${failed}`;
    this.context.later(id, RETRY_MS * 2 ** Math.min(failed - 1, 5), () => {
      const live = this.context.store.find('Job', job.metadata.namespace, job.metadata.name);
      const replaced = this.context.store.list('Pod', job.metadata.namespace).some((pod) => isControlledBy(pod, job) && isActive(pod));
      if (live?.metadata.uid === job.metadata.uid && !conditionOf(live!, 'Failed') && live?.spec.suspend !== true && !replaced) create();
    });
  }

  #report(job: KubeObject, succeeded: number, failed: number): void {
    const { namespace, name } = job.metadata;
    const active = this.context.store.list('Pod', namespace).filter((pod) => isControlledBy(pod, job) && isActive(pod));
    this.context.store.mutate('Job', namespace, name, (draft) => {
      draft.status = {
        ...(draft.status as Loose | undefined),
        ...(draft.spec.suspend === true || draft.status?.startTime ? {} : { startTime: timestamp() }),
        active: active.length,
        ready: active.filter(isReady).length,
        succeeded,
        failed,
      };
    });
  }

  #finish(job: KubeObject, type: string, reason: string, message: string, counts: { succeeded: number; failed: number; active: never[] }, active: KubeObject[]): void {
    const { namespace, name } = job.metadata;
    for (const pod of active) deleteObject(this.context.store, 'Pod', namespace, pod.metadata.name);
    this.context.store.mutate('Job', namespace, name, (draft) => {
      const status: Loose = {
        ...(draft.status as Loose | undefined),
        succeeded: counts.succeeded,
        failed: counts.failed,
        ready: 0,
        ...(type === 'Complete' ? { completionTime: timestamp() } : {}),
      };
      delete status['active'];
      setCondition(status, type === 'Complete' ? 'SuccessCriteriaMet' : 'FailureTarget', true, reason, message);
      setCondition(status, type, true, reason, message);
      draft.status = status;
    });
    if (type === 'Complete') this.context.record(job, 'Normal', 'Completed', 'Job completed', COMPONENT);
    else this.context.record(job, 'Warning', reason, message, COMPONENT);
  }

  /** A pod that cannot start would wait for ever; only then the deadline counts, for the reason given in deployments.ts. */
  #armDeadline(job: KubeObject): void {
    const seconds = job.spec.activeDeadlineSeconds as number | undefined;
    if (seconds === undefined) return;
    const { namespace, name, uid = '' } = job.metadata;
    const spent = isImmediate(this.context.clock) ? 0 : (Date.now() - Date.parse((job.status?.startTime as string | undefined) ?? timestamp())) * this.context.clock.speed;
    this.context.later(`job ${uid} deadline`, Math.max(0, seconds * 1000 - spent), () => {
      const live = this.context.store.find('Job', namespace, name);
      if (live?.metadata.uid !== uid || conditionOf(live, 'Complete') || conditionOf(live, 'Failed')) return;
      const pods = this.context.store.list('Pod', namespace).filter((pod) => isControlledBy(pod, job));
      this.#finish(live, 'Failed', 'DeadlineExceeded', 'Job was active longer than specified deadline', { succeeded: 0, failed: pods.length, active: [] }, pods.filter(isActive));
    });
  }

  /** With a clock without delays a finished Job would vanish before its creator could read it: there it stays unless its time to live is 0. */
  #expire(job: KubeObject): void {
    const seconds = job.spec.ttlSecondsAfterFinished as number | undefined;
    if (seconds === undefined || (isImmediate(this.context.clock) && seconds > 0)) return;
    const { namespace, name, uid = '' } = job.metadata;
    this.context.later(`job ${uid} ttl`, seconds * 1000, () => {
      if (this.context.store.find('Job', namespace, name)?.metadata.uid === uid) {
        deleteObject(this.context.store, 'Job', namespace, name, { propagationPolicy: 'Background' });
      }
    });
  }
}

/** Runs a Job's pods until enough have succeeded or too many have failed. */
export const jobController = (context: ControllerContext): Controller => {
  const loop = new JobLoop(context);
  return {
    name: 'job',
    keys: () => context.store.list('Job').map(objectKey),
    concerns: (change) => {
      if (change.kind === 'Job') return [objectKey(change.object)];
      const owner = change.kind === 'Pod' ? controllerOf(change.object) : undefined;
      return owner?.kind === 'Job' ? [`${change.object.metadata.namespace ?? ''}/${owner.name}`] : [];
    },
    reconcile: (key) => {
      const { namespace, name } = splitKey(key);
      loop.reconcile(namespace, name);
    },
  };
};
