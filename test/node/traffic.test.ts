import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { V1Node, V1Pod } from '@kubernetes/client-node';
import { imageOf } from './support/images.js';
import { theNode, type TheNode } from './support/the-node.js';

/** A server and a client in one. */
const IMAGE = imageOf('model-gateway', 'image');
/** curl's word for no answer at all. A refusal would be another. */
const NO_ANSWER = 28;
const [HERE, THERE] = ['traffic-here', 'traffic-there'] as const;

const SERVER = [
  'sh', '-c',
  "printf 'pid /tmp/pid; error_log stderr; events {} http { access_log off; client_body_temp_path /tmp/1; proxy_temp_path /tmp/2; fastcgi_temp_path /tmp/3; uwsgi_temp_path /tmp/4; scgi_temp_path /tmp/5; server { listen 8080; return 200 here; } }' > /tmp/conf; exec nginx -c /tmp/conf -g 'daemon off;'",
];

const pod = (namespace: string, name: string, command: string[]): object => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name, namespace, labels: { app: name } },
  spec: { terminationGracePeriodSeconds: 0, securityContext: { runAsNonRoot: true, runAsUser: 101, seccompProfile: { type: 'RuntimeDefault' } }, containers: [{ name, image: IMAGE, command }] },
});

const onlyFromItsNamespace = {
  apiVersion: 'networking.k8s.io/v1',
  kind: 'NetworkPolicy',
  metadata: { name: 'only-from-here', namespace: HERE },
  spec: { podSelector: {}, policyTypes: ['Ingress'], ingress: [{ from: [{ podSelector: {} }] }] },
};

describe('the real node', () => {
  let node: TheNode;
  let address = '';
  /** How curl ends that asks the server from a client of this namespace. */
  const reach = async (namespace: string): Promise<{ exitCode: number | null; stdout: string }> => node.inPod(namespace, 'client', ['curl', '--silent', '--max-time', '3', `http://${address}:8080/`]);
  const open = async (namespace: string): Promise<void> => expect(await reach(namespace)).toMatchObject({ exitCode: 0, stdout: 'here' });

  beforeAll(async () => {
    node = theNode();
    for (const namespace of [HERE, THERE]) await node.cluster.objects.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } });
    // Pods are refused until their namespace has its account.
    for (const namespace of [HERE, THERE]) await vi.waitFor(() => node.cluster.core.readNamespacedServiceAccount({ namespace, name: 'default' }), { timeout: 60_000 });
    for (const each of [pod(HERE, 'server', SERVER), pod(HERE, 'client', ['sleep', '86400']), pod(THERE, 'client', ['sleep', '86400'])]) await node.cluster.objects.create(each as never);
    for (const [namespace, name] of [[HERE, 'server'], [HERE, 'client'], [THERE, 'client']] as const) {
      await node.kubectl(['--namespace', namespace, 'wait', '--for=condition=Ready', `pod/${name}`, '--timeout=300s']);
    }
    address = ((await node.call('GET', `/api/v1/namespaces/${HERE}/pods/server`)).body as V1Pod).status?.podIP ?? '';
    await vi.waitFor(() => open(HERE), { timeout: 60_000 });
  });
  afterAll(async () => {
    for (const namespace of [HERE, THERE]) await node.kubectl(['delete', 'namespace', namespace, '--wait=false']);
  });

  it('is ready, with the runtime of containers and the kernel that it says', async () => {
    const { status } = (await node.call('GET', '/api/v1/nodes/node-1')).body as V1Node;
    expect(status?.conditions).toContainEqual(expect.objectContaining({ type: 'Ready', status: 'True' }));
    expect(status?.nodeInfo).toMatchObject({ kubeletVersion: 'v1.34.4', containerRuntimeVersion: expect.stringContaining('containerd://') as string, operatingSystem: 'linux' });
  });

  it('runs a pod as a process of an ordinary user without capabilities', async () => {
    const { stdout } = await node.inPod(HERE, 'client', ['sh', '-c', 'id -u; grep CapEff /proc/self/status']);
    expect(stdout).toMatch(/^101\nCapEff:\s0+\n$/);
  });

  it('drops the packets that a network policy does not allow, lets the others pass, and all of them when the policy is gone', async () => {
    await open(HERE);
    await open(THERE);
    // As it is: the client library would lose the rule's `from`.
    expect((await node.call('POST', `/apis/networking.k8s.io/v1/namespaces/${HERE}/networkpolicies`, onlyFromItsNamespace)).status).toBe(201);
    await vi.waitFor(async () => expect((await reach(THERE)).exitCode).toBe(NO_ANSWER), { timeout: 60_000 });
    await open(HERE);
    await node.kubectl(['--namespace', HERE, 'delete', 'networkpolicy', 'only-from-here']);
    await vi.waitFor(() => open(THERE), { timeout: 60_000 });
  });
});
