import { randomUUID } from 'node:crypto';

import type { KubeObject, Loose } from './objects.js';
import type { ObjectStore } from './store.js';

/** What is empty of an object's metadata is not there: the API server keeps no empty labels, annotations and the like. */
export const omitEmpty = (metadata: KubeObject['metadata']): void => {
  for (const field of ['labels', 'annotations', 'finalizers', 'ownerReferences'] as const) {
    if (Object.keys(metadata[field] ?? {}).length === 0) delete metadata[field];
  }
};

/** A PUT may leave out what the server allocated; it keeps it. */
export const carryOver = (live: KubeObject, next: KubeObject): void => {
  if (live.kind === 'Service' && next.spec?.type !== 'ExternalName') {
    next.spec.clusterIP ??= live.spec?.clusterIP as unknown;
    for (const port of (next.spec.ports ?? []) as Loose[]) {
      const known = ((live.spec?.ports ?? []) as Loose[]).find((candidate) => candidate['port'] === port['port'] && candidate['protocol'] === port['protocol']);
      if (known?.['nodePort'] !== undefined) port['nodePort'] ??= known['nodePort'] as unknown;
    }
  }
  if (live.kind === 'PersistentVolumeClaim') {
    next.spec.storageClassName ??= live.spec?.storageClassName as unknown;
    next.spec.volumeName ??= live.spec?.volumeName as unknown;
    for (const field of ['storageClassName', 'volumeName']) if (next.spec[field] === undefined) delete next.spec[field];
  }
  if (live.kind === 'Job') {
    next.spec.selector ??= live.spec?.selector as unknown;
    const template = next.spec.template as Loose;
    template['metadata'] = { ...(template['metadata'] as Loose), labels: { ...(live.spec?.template?.metadata?.labels as Loose), ...(template['metadata'] as Loose | undefined)?.['labels'] } };
  }
};

/** A Job selects its own pods by an identifier that the server makes up. */
export const nameJobPods = (job: KubeObject): void => {
  if (job.spec.selector) return;
  const uid = randomUUID();
  const labels = { 'batch.kubernetes.io/controller-uid': uid, 'batch.kubernetes.io/job-name': job.metadata.name, 'controller-uid': uid, 'job-name': job.metadata.name };
  job.spec.selector = { matchLabels: { 'batch.kubernetes.io/controller-uid': uid } };
  const metadata = (job.spec.template.metadata ??= {}) as Loose;
  metadata['labels'] = { ...(metadata['labels'] as Loose | undefined), ...labels };
};

/** A claim without a class gets the cluster's default one. */
export const chooseStorageClass = (store: ObjectStore, claim: KubeObject): void => {
  if (claim.spec?.storageClassName !== undefined) return;
  const standard = store.list('StorageClass').find((object) => object.metadata.annotations?.['storageclass.kubernetes.io/is-default-class'] === 'true');
  if (standard) claim.spec.storageClassName = standard.metadata.name;
};
