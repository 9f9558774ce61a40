import type { V1PodStatus } from '@kubernetes/client-node';
import { describe, expect, it } from 'vitest';
import { CancelledError } from '../../src/engine/interrupts.js';
import type { PodView } from '../../src/engine/events.js';
import { waitForRollout, type RolloutOptions } from '../../src/cluster/rollout.js';
import { parseFault } from '../../src/sandbox/faults/fault.js';
import type { SandboxClock } from '../../src/sandbox/clock.js';
import { SteppedClock } from '../support/cluster.js';
import { evict, EVICTED, makeNamespace, openClient, podsOf, type ClientBed } from '../support/kubernetes.js';

const namespace = 'tenant-acme';
const never = new AbortController().signal;

const deployment = (name: string, replicas = 1, image = 'one') => {
  const labels = { 'app.kubernetes.io/name': name };
  return { metadata: { name, labels }, spec: { replicas, selector: { matchLabels: labels }, template: { metadata: { labels }, spec: { containers: [{ name, image }] } } } };
};

const statefulSet = (name: string) => {
  const { metadata, spec } = deployment(name);
  return { metadata, spec: { ...spec, serviceName: name } };
};

const open = async (clock?: SandboxClock): Promise<ClientBed> => {
  const bed = await openClient(clock ? { clock } : {});
  await makeNamespace(bed, namespace);
  return bed;
};

const wait = (bed: ClientBed, options: Partial<RolloutOptions> = {}): { shown: (PodView & { gone: boolean })[]; done: Promise<void> } => {
  const shown: (PodView & { gone: boolean })[] = [];
  const done = waitForRollout(bed.client, {
    namespace,
    apps: [{ name: 'gateway', kind: 'Deployment' }],
    signal: never,
    timeoutMs: 3_600_000,
    onPod: (pod, gone) => shown.push({ ...pod, gone }),
    ...options,
  });
  return { shown, done };
};

describe('waiting for workloads', () => {
  it('ends when every replica is ready, and has shown the way there', async () => {
    const bed = await open();
    const { shown, done } = wait(bed, { apps: [{ name: 'gateway', kind: 'Deployment' }, { name: 'mariadb', kind: 'StatefulSet' }] });
    await bed.client.apps.createNamespacedDeployment({ namespace, body: deployment('gateway', 2) });
    await bed.client.apps.createNamespacedStatefulSet({ namespace, body: statefulSet('mariadb') });
    await done;
    const last = new Map(shown.map((pod) => [pod.name, pod.reason]));
    expect([...last.values()]).toEqual(['', '', '']);
    expect(shown.some(({ reason }) => reason !== '')).toBe(true);
  });

  it('does not take the pods of the old version for the new one', async () => {
    const clock = new SteppedClock();
    const bed = await open(clock);
    // Time stands still, but for what is let through.
    const moving = setInterval(() => clock.pass(), 5);
    await bed.client.apps.createNamespacedDeployment({ namespace, body: deployment('gateway', 1, 'one') });
    await wait(bed).done;
    clearInterval(moving);
    const present = await bed.client.apps.readNamespacedDeployment({ name: 'gateway', namespace });
    await bed.client.apps.replaceNamespacedDeployment({ name: 'gateway', namespace, body: { ...present, spec: deployment('gateway', 1, 'two').spec } });
    let finished = false;
    const { shown, done } = wait(bed);
    const ending = done.then(() => (finished = true));
    while (new Set(shown.map(({ name }) => name)).size < 2) await new Promise((resolve) => setImmediate(resolve));
    expect(finished).toBe(false);
    const again = setInterval(() => clock.pass(), 5);
    await ending;
    clearInterval(again);
    const pods = bed.cluster.store.list('Pod', namespace).filter(({ metadata }) => metadata.deletionTimestamp === undefined);
    expect(pods.map(({ spec }) => (spec as { containers: { image: string }[] }).containers[0]?.image)).toEqual(['two']);
  });

  it('looks only at the pods that it was told to', async () => {
    const bed = await open();
    bed.cluster.failPods({ selector: 'app.kubernetes.io/name=openwebui' }, 'CrashLoopBackOff');
    await bed.client.apps.createNamespacedDeployment({ namespace, body: deployment('openwebui') });
    await bed.client.apps.createNamespacedDeployment({ namespace, body: deployment('gateway') });
    const { shown, done } = wait(bed);
    await done;
    expect(new Set(shown.map(({ app }) => app))).toEqual(new Set(['gateway']));
  });
});

/** Runs, and its first pod. */
const running = async (bed: ClientBed, replicas = 1): Promise<string> => {
  await bed.client.apps.createNamespacedDeployment({ namespace, body: deployment('gateway', replicas) });
  await wait(bed).done;
  return podsOf(bed, namespace, 'gateway')[0] ?? '';
};

/** Tells a pod to end, which goes on answering. */
const end = async (bed: ClientBed, name: string): Promise<void> => {
  bed.cluster.store.mutate('Pod', namespace, name, (pod) => {
    pod.metadata.finalizers = ['example.com/answers'];
  });
  await bed.client.core.deleteNamespacedPod({ name, namespace });
};

describe('pods that others stand in for', () => {
  it('are not waited for once they were evicted, and not shown, however long they lie there', async () => {
    const bed = await open();
    const name = await running(bed);
    evict(bed, namespace, name);
    const { shown, done } = wait(bed, { stuckMs: 0 });
    await done;
    expect(podsOf(bed, namespace, 'gateway')).toHaveLength(2);
    expect(podsOf(bed, namespace, 'gateway')).toContain(name);
    expect(shown.map((pod) => pod.name)).not.toContain(name);
  });

  it('are gone for who watches when they are evicted meanwhile', async () => {
    const bed = await open(new SteppedClock());
    await bed.client.apps.createNamespacedDeployment({ namespace, body: deployment('gateway') });
    const { shown, done } = wait(bed, { timeoutMs: 2_000 });
    const ended = expect(done).rejects.toMatchObject({ code: 'pods-timeout', why: expect.stringContaining(EVICTED) as string });
    while (shown.length === 0) await new Promise((resolve) => setImmediate(resolve));
    const { name = '' } = shown[0] ?? {};
    evict(bed, namespace, name);
    await ended;
    expect(shown.findLast((pod) => pod.name === name)).toMatchObject({ gone: true });
  });

  it('may finish what they answer, which nobody else waits for', async () => {
    const bed = await open();
    const name = await running(bed);
    await end(bed, name);
    await wait(bed).done;
    expect(podsOf(bed, namespace, 'gateway')).toHaveLength(2);
  });

  it('are waited for as long as they may take something new, where that matters', async () => {
    const bed = await open();
    await end(bed, await running(bed));
    await expect(wait(bed, { drainMs: 3_600_000, timeoutMs: 1_000 }).done).rejects.toMatchObject({ code: 'pods-timeout', why: expect.stringContaining('terminating') as string });
    await wait(bed, { drainMs: 300 }).done;
  });

  it('are no pods of a StatefulSet: the next one comes when the one before is gone', async () => {
    const bed = await open();
    await bed.client.apps.createNamespacedStatefulSet({ namespace, body: statefulSet('mariadb') });
    const apps = [{ name: 'mariadb', kind: 'StatefulSet' as const }];
    await wait(bed, { apps }).done;
    await end(bed, 'mariadb-0');
    await expect(wait(bed, { apps, timeoutMs: 1_000 }).done).rejects.toMatchObject({ code: 'pods-timeout', why: expect.stringContaining('terminating') as string });
  });
});

describe('waiting ends with an error', () => {
  it.each(['CrashLoopBackOff', 'ImagePullBackOff'] as const)('when a pod is in %s for too long, with the pod and the reason', async (how) => {
    const bed = await open();
    bed.cluster.failPods({ selector: 'app.kubernetes.io/name=gateway' }, how);
    await bed.client.apps.createNamespacedDeployment({ namespace, body: deployment('gateway') });
    await expect(wait(bed, { stuckMs: 0 }).done).rejects.toMatchObject({
      code: 'pods-stuck',
      what: expect.stringMatching(/^gateway-\S+ does not come up$/) as string,
      why: expect.stringMatching(how === 'CrashLoopBackOff' ? /crash loop/ : /image cannot be pulled: one/) as string,
      next: expect.arrayContaining([expect.stringContaining(`kubectl -n ${namespace}`)]) as string[],
    });
  });

  it('when time is up, with what is not ready', async () => {
    const bed = await open(new SteppedClock());
    await bed.client.apps.createNamespacedDeployment({ namespace, body: deployment('gateway') });
    await expect(wait(bed, { timeoutMs: 500 }).done).rejects.toMatchObject({ code: 'pods-timeout', why: expect.stringMatching(/gateway-/) as string });
  });

  it('when nobody makes a pod', async () => {
    const bed = await open();
    await expect(wait(bed, { timeoutMs: 0 }).done).rejects.toMatchObject({ code: 'pods-timeout', why: 'no pod has been made' });
  });

  it('when time is up while the API server is away, with that and not with missing pods', async () => {
    const bed = await open(new SteppedClock());
    bed.cluster.faultBook.add(parseFault('api-away'));
    await expect(wait(bed, { timeoutMs: 500 }).done).rejects.toMatchObject({ code: 'cluster-unreachable', why: expect.stringContaining('ECONNREFUSED') as string });
  });

  it('with the claim that gets no volume, and why', async () => {
    const bed = await open();
    bed.cluster.faultBook.add(parseFault('claim-pending'));
    await bed.client.storage.createStorageClass({ body: { metadata: { name: 'fast' }, provisioner: 'cloud.ionos.com', volumeBindingMode: 'WaitForFirstConsumer' } });
    await bed.client.core.createNamespacedPersistentVolumeClaim({ namespace, body: { metadata: { name: 'data' }, spec: { storageClassName: 'fast', accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } } } });
    const { metadata, spec } = deployment('gateway');
    const template = { ...spec.template, spec: { ...spec.template.spec, volumes: [{ name: 'data', persistentVolumeClaim: { claimName: 'data' } }] } };
    await bed.client.apps.createNamespacedDeployment({ namespace, body: { metadata, spec: { ...spec, template } } });
    await expect(wait(bed, { timeoutMs: 500 }).done).rejects.toMatchObject({ code: 'pods-timeout', why: expect.stringMatching(/^gateway-\S+: claim data gets no volume: ProvisioningFailed: /) as string, next: expect.arrayContaining([`Look closer: kubectl -n ${namespace} describe pvc data`]) as string[] });
  });

  it('at once when the operator presses Ctrl-C', async () => {
    const bed = await open(new SteppedClock());
    await bed.client.apps.createNamespacedDeployment({ namespace, body: deployment('gateway') });
    const stop = new AbortController();
    const { shown, done } = wait(bed, { signal: stop.signal });
    const ended = expect(done).rejects.toBeInstanceOf(CancelledError);
    while (shown.length === 0) await new Promise((resolve) => setImmediate(resolve));
    stop.abort(new CancelledError());
    await ended;
  });
});

describe('what pods write while they are waited for', () => {
  it('is told of each container that has begun, once, until its pod is ready', async () => {
    const clock = new SteppedClock();
    const bed = await open(clock);
    const { metadata, spec } = deployment('gateway');
    const probed = { ...spec.template.spec, containers: [{ name: 'gateway', image: 'one', readinessProbe: { httpGet: { path: '/', port: 80 } } }] };
    await bed.client.apps.createNamespacedDeployment({ namespace, body: { metadata, spec: { ...spec, template: { ...spec.template, spec: probed } } } });
    const lines: string[] = [];
    const begun = (): boolean => bed.cluster.store.list('Pod', namespace).some(({ status }) => (status as V1PodStatus | undefined)?.containerStatuses?.some(({ state, ready }) => state?.running !== undefined && !ready));
    const { done } = wait(bed, { onLine: (pod, container, line) => lines.push(`${pod}/${container}: ${line}`) });
    let over = false;
    void done.then(() => (over = true));
    while (!over) {
      // What runs and is not ready yet has to be heard first.
      if (lines.length > 0 || !begun()) clock.pass();
      await new Promise((resolve) => setImmediate(resolve));
    }
    await done;
    expect(lines).toContainEqual(expect.stringMatching(/^gateway-\S+\/gateway: gateway: starting$/));
    expect(lines.filter((line) => line.endsWith(': starting'))).toHaveLength(1);
  });

  it('is left out where it cannot be read, and nothing else suffers', async () => {
    const bed = await open();
    const { watch } = bed.client;
    const client = { ...bed.client, watch: { watch: watch.watch.bind(watch), config: {} } as unknown as typeof watch };
    await bed.client.apps.createNamespacedDeployment({ namespace, body: deployment('gateway') });
    await wait({ ...bed, client }, { onLine: () => undefined }).done;
  });
});
