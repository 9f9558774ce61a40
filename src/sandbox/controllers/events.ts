import { createHash } from 'node:crypto';

import { timestamp } from '../kubernetes-door/objects.js';
import type { KubeObject } from '../kubernetes-door/objects.js';
import type { ObjectStore } from '../kubernetes-door/store.js';

/** The real API forgets events after an hour; here the oldest go when there are too many. */
const MOST_EVENTS = 1000;

/** Writes Events as controllers and kubelets do: one object per cause, counted up when it happens again. */
export const recordEvent = (
  store: ObjectStore,
  object: KubeObject,
  type: 'Normal' | 'Warning',
  reason: string,
  message: string,
  component: string,
): void => {
  const namespace = object.metadata.namespace ?? 'default';
  const home = store.find('Namespace', undefined, namespace);
  if (!home || home.metadata.deletionTimestamp) return;
  const suffix = createHash('sha256').update(`${object.metadata.uid ?? ''} ${reason} ${message} ${component}`).digest('hex').slice(0, 16);
  const name = `${object.metadata.name}.${suffix}`;
  const now = timestamp();
  const known = store.mutate('Event', namespace, name, (event) => {
    event['count'] = Number(event['count']) + 1;
    event['lastTimestamp'] = now;
  });
  if (known) return;
  if (store.count('Event') >= MOST_EVENTS) {
    const oldest = store.list('Event').sort((a, b) => Number(a.metadata.resourceVersion) - Number(b.metadata.resourceVersion)).slice(0, MOST_EVENTS / 10);
    for (const event of oldest) store.remove('Event', event.metadata.namespace, event.metadata.name);
  }
  store.insert({
    kind: 'Event',
    metadata: { name, namespace },
    involvedObject: {
      kind: object.kind,
      namespace: object.metadata.namespace,
      name: object.metadata.name,
      uid: object.metadata.uid,
      apiVersion: object.apiVersion,
      resourceVersion: object.metadata.resourceVersion,
    },
    reason,
    message,
    type,
    count: 1,
    firstTimestamp: now,
    lastTimestamp: now,
    eventTime: null,
    source: { component },
    reportingComponent: component,
    reportingInstance: '',
  });
};
