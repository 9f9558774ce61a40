import { expect, it } from 'vitest';
import { readTenantLogs } from '../../src/operations/tenant-logs.js';
import { evict, makeNamespace, openClient, podsOf } from '../support/kubernetes.js';

const namespace = 'tenant-acme';

it('reads the logs of the pods that are there, not of one that was evicted and whose node no longer has any', async () => {
  const bed = await openClient();
  await makeNamespace(bed, namespace);
  const labels = { 'app.kubernetes.io/name': 'wordpress' };
  await bed.client.apps.createNamespacedDeployment({ namespace, body: { metadata: { name: 'wordpress' }, spec: { selector: { matchLabels: labels }, template: { metadata: { labels }, spec: { containers: [{ name: 'wordpress', image: 'one' }] } } } } });
  await bed.cluster.settled();
  const [old = ''] = podsOf(bed, namespace, 'wordpress');
  evict(bed, namespace, old);
  await bed.cluster.settled();
  const [successor = ''] = podsOf(bed, namespace, 'wordpress').filter((name) => name !== old);
  const sources = new Set<string>();
  const read = await readTenantLogs({ cluster: bed.client }, { tenant: 'acme', app: 'wordpress', follow: false, previous: false, tail: 5, signal: new AbortController().signal, onLine: (source) => sources.add(source) });
  expect(read).toBe(1);
  expect([...sources]).toEqual([`${successor}/wordpress`]);
});
