import type { V1ContainerStatus, V1Pod, V1PodStatus } from '@kubernetes/client-node';
import { describe, expect, it } from 'vitest';
import { isLeftOver, isStuck, isWell, podView, whyNotReady } from '../../src/cluster/pods.js';

const container = (state: V1ContainerStatus['state'], rest: Partial<V1ContainerStatus> = {}): V1ContainerStatus =>
  ({ name: 'wordpress', image: 'wordpress:7.1.4', imageID: '', ready: false, restartCount: 0, ...(state === undefined ? {} : { state }), ...rest });

const pod = (status: V1PodStatus, rest: Partial<V1Pod> = {}): V1Pod => ({
  metadata: { name: 'wordpress-1', namespace: 'tenant-acme', labels: { 'app.kubernetes.io/name': 'wordpress' } },
  spec: { containers: [{ name: 'wordpress' }], initContainers: [{ name: 'prepare-core' }, { name: 'install-wordpress' }] },
  status,
  ...rest,
});

const done = (name: string): V1ContainerStatus => container({ terminated: { exitCode: 0 } }, { name });
const waiting = (reason: string, name = 'wordpress'): V1ContainerStatus => container({ waiting: { reason } }, { name });
const initialised = [done('prepare-core'), done('install-wordpress')];
const condition = (type: string, status: string, rest: object = {}) => ({ type, status, ...rest });

describe('why a pod is not ready', () => {
  it.each<[string, V1Pod, string]>([
    ['nothing is known yet', pod({}), 'init 1/2, copying WordPress'],
    ['no node has room', pod({ phase: 'Pending', conditions: [condition('PodScheduled', 'False', { reason: 'Unschedulable', message: '0/2 nodes are available: 2 Insufficient memory.' })] }), '0/2 nodes are available: 2 Insufficient memory.'],
    ['no node, and the scheduler does not say why', pod({ conditions: [condition('PodScheduled', 'False', { reason: 'Unschedulable' })] }), 'Unschedulable'],
    ['the first init container works', pod({ phase: 'Pending', initContainerStatuses: [container({ running: {} }, { name: 'prepare-core' }), waiting('PodInitializing', 'install-wordpress')] }), 'init 1/2, copying WordPress'],
    ['the second init container works', pod({ phase: 'Pending', initContainerStatuses: [done('prepare-core'), container({ running: {} }, { name: 'install-wordpress' })] }), 'init 2/2, installing WordPress'],
    ['an init container fails', pod({ phase: 'Pending', initContainerStatuses: [done('prepare-core'), waiting('CrashLoopBackOff', 'install-wordpress')] }), 'installing WordPress: crash loop'],
    ['an init container ended badly', pod({ phase: 'Pending', initContainerStatuses: [container({ terminated: { exitCode: 1, reason: 'Error' } }, { name: 'prepare-core' })] }), 'copying WordPress: prepare-core ended with 1 (Error)'],
    ['its image is being fetched', pod({ phase: 'Pending', initContainerStatuses: initialised, containerStatuses: [waiting('ContainerCreating')] }), 'creating container'],
    ['its image cannot be had', pod({ phase: 'Pending', initContainerStatuses: initialised, containerStatuses: [waiting('ImagePullBackOff')] }), 'image cannot be pulled: wordpress:7.1.4'],
    ['its image cannot be had, first try', pod({ phase: 'Pending', initContainerStatuses: initialised, containerStatuses: [waiting('ErrImagePull')] }), 'image cannot be pulled: wordpress:7.1.4'],
    ['its Secret is missing', pod({ phase: 'Pending', initContainerStatuses: initialised, containerStatuses: [waiting('CreateContainerConfigError')] }), 'CreateContainerConfigError'],
    ['it crashes', pod({ phase: 'Running', initContainerStatuses: initialised, containerStatuses: [waiting('CrashLoopBackOff')] }), 'crash loop'],
    ['it was out of memory', pod({ phase: 'Running', initContainerStatuses: initialised, containerStatuses: [container({ terminated: { exitCode: 137, reason: 'OOMKilled' } })] }), 'wordpress ended with 137 (OOMKilled)'],
    ['its probe does not pass yet', pod({ phase: 'Running', initContainerStatuses: initialised, containerStatuses: [container({ running: {} })] }), 'started, not ready yet'],
    ['it was evicted', pod({ phase: 'Failed', reason: 'Evicted', message: 'The node was low on resource: memory.' }), 'The node was low on resource: memory.'],
    ['it failed without a word', pod({ phase: 'Failed' }), 'failed'],
    ['it goes', pod({ phase: 'Running', conditions: [condition('Ready', 'True')] }, { metadata: { name: 'x', deletionTimestamp: new Date() } }), 'terminating'],
    ['its node is lost', pod({ phase: 'Unknown', initContainerStatuses: initialised }), 'unknown'],
  ])('%s', (_what, given, reason) => {
    expect(whyNotReady(given)).toBe(reason);
    expect(isWell(given)).toBe(false);
  });

  it.each<[string, V1PodStatus]>([
    ['ready', { phase: 'Running', conditions: [condition('Ready', 'True')], initContainerStatuses: initialised }],
    ['finished', { phase: 'Succeeded' }],
  ])('there is none when it is %s', (_what, status) => {
    expect(whyNotReady(pod(status))).toBe('');
    expect(isWell(pod(status))).toBe(true);
  });
});

describe('a pod that waiting does not help', () => {
  it.each(['CrashLoopBackOff', 'ImagePullBackOff', 'InvalidImageName', 'CreateContainerConfigError', 'CreateContainerError'])('is one in %s, in an init container too', (reason) => {
    expect(isStuck(pod({ containerStatuses: [waiting(reason)] }))).toBe(true);
    expect(isStuck(pod({ initContainerStatuses: [waiting(reason)] }))).toBe(true);
  });

  it('is one that failed for good', () => {
    expect(isStuck(pod({ phase: 'Failed' }))).toBe(true);
  });

  it('is not one on its way out, which passes', () => {
    expect(isStuck(pod({ containerStatuses: [waiting('CrashLoopBackOff')] }, { metadata: { name: 'x', deletionTimestamp: new Date() } }))).toBe(false);
  });

  it.each<[string, V1PodStatus]>([
    ['that is being made', { phase: 'Pending', containerStatuses: [waiting('ContainerCreating')] }],
    ['whose image failed for the first time', { phase: 'Pending', containerStatuses: [waiting('ErrImagePull')] }],
    ['that waits for a node, which an autoscaler may bring', { phase: 'Pending', conditions: [condition('PodScheduled', 'False')] }],
    ['that is ready', { phase: 'Running', conditions: [condition('Ready', 'True')] }],
  ])('is not one %s', (_what, status) => {
    expect(isStuck(pod(status))).toBe(false);
  });
});

describe('what a workload leaves lying', () => {
  const of = (kind: string, phase: string): V1Pod => pod({ phase }, { metadata: { name: 'x', ownerReferences: [{ apiVersion: 'v1', kind, name: 'x', uid: 'x', controller: true }] } });

  it.each(['Failed', 'Succeeded'])('is a ReplicaSet\'s pod that is %s', (phase) => {
    expect(isLeftOver(of('ReplicaSet', phase))).toBe(true);
  });

  it.each<[string, V1Pod]>([
    ['runs', of('ReplicaSet', 'Running')],
    ['tells how a Job went', of('Job', 'Failed')],
    ['its StatefulSet removes', of('StatefulSet', 'Failed')],
    ['nobody replaces', pod({ phase: 'Failed' })],
  ])('is no pod that %s', (_what, given) => {
    expect(isLeftOver(given)).toBe(false);
  });
});

describe('what an operator sees of a pod', () => {
  it('counts ready containers and restarts', () => {
    const given = pod({ phase: 'Running', initContainerStatuses: initialised, containerStatuses: [container({ running: {} }, { ready: true, restartCount: 2 }), container({ running: {} }, { name: 'cron', restartCount: 1 })] });
    given.spec = { containers: [{ name: 'wordpress' }, { name: 'cron' }], nodeName: 'node-1' };
    given.metadata = { ...given.metadata, creationTimestamp: new Date('2026-01-01T00:00:00Z') };
    expect(podView(given)).toEqual({ namespace: 'tenant-acme', name: 'wordpress-1', app: 'wordpress', ready: 1, containers: 2, phase: 'Running', reason: 'started, not ready yet', restarts: 3, node: 'node-1', createdAt: '2026-01-01T00:00:00.000Z' });
  });
});
