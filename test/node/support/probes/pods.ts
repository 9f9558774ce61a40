import { vi } from 'vitest';
import type { TheNode } from '../the-node.js';
import { imageOf } from '../images.js';

/** A namespace that nothing guards: what is refused elsewhere has to work here. */
export const OPEN = 'open';
const IMAGE = imageOf('openwebui', 'image');
export const COMPONENT = (component: string): Record<string, string> => ({ 'app.kubernetes.io/part-of': 'ionos-tenants', 'app.kubernetes.io/component': component });

/** Pods that a hostile tenant might run, by name, with the labels that they give themselves. */
export const HOSTILE: Readonly<Record<string, Record<string, string>>> = {
  stranger: {},
  'as-wordpress': COMPONENT('wordpress'),
  'as-openwebui': COMPONENT('openwebui'),
  'as-system': { 'k8s-app': 'kube-dns', 'app.kubernetes.io/name': 'model-gateway', 'app.kubernetes.io/instance': 'model-gateway' },
};

/** Within what Pod Security `restricted` and the admission policies ask for. The label `probe` is ours, so that we find them again. */
export const hostilePod = (namespace: string, name: string, labels: Record<string, string> = {}, container: Record<string, unknown> = {}, spec: Record<string, unknown> = {}): object => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name, namespace, labels: { ...labels, probe: name } },
  spec: {
    automountServiceAccountToken: false,
    nodeSelector: { 'ionos-tenants.io/pool': 'shared' },
    terminationGracePeriodSeconds: 0,
    restartPolicy: 'Never',
    securityContext: { runAsNonRoot: true, runAsUser: 10_003, seccompProfile: { type: 'RuntimeDefault' } },
    containers: [{ name: 'probe', image: IMAGE, command: ['sleep', '86400'], securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } }, ...container }],
    ...spec,
  },
});

/** Listens on everything that a tenant's pods listen on and on what the outside is asked for, and answers to DNS's question with anything. */
const SERVER = `
import asyncio
class Echo(asyncio.DatagramProtocol):
    def connection_made(self, transport): self.transport = transport
    def datagram_received(self, data, address): self.transport.sendto(data, address)
async def main():
    async def serve(reader, writer):
        await reader.read(1)
        writer.write(b'HTTP/1.0 200 OK\\r\\n\\r\\nopen')
        await writer.drain()
        writer.close()
    for port in (53, 80, 443, 3306, 8080, 8081, 8443): await asyncio.start_server(serve, '0.0.0.0', port)
    await asyncio.get_running_loop().create_datagram_endpoint(Echo, ('0.0.0.0', 53))
    print('ready', flush=True)
    await asyncio.Event().wait()
asyncio.run(main())
`;

/** Pods and Services of the open namespace. Its client also has a token, as pods have by default. */
const openObjects: object[] = [
  { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'client', namespace: OPEN, labels: { probe: 'client' } }, spec: { terminationGracePeriodSeconds: 0, containers: [{ name: 'probe', image: IMAGE, command: ['sleep', '86400'] }] } },
  { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'pretender', namespace: OPEN, labels: { ...COMPONENT('openwebui'), probe: 'pretender' } }, spec: { terminationGracePeriodSeconds: 0, containers: [{ name: 'probe', image: IMAGE, command: ['sleep', '86400'] }] } },
  { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'server', namespace: OPEN, labels: { probe: 'server' } }, spec: { terminationGracePeriodSeconds: 0, securityContext: { runAsUser: 0 }, containers: [{ name: 'probe', image: IMAGE, command: ['python3', '-c', SERVER] }] } },
  ...['server', 'headless'].map((name) => ({ apiVersion: 'v1', kind: 'Service', metadata: { name, namespace: OPEN }, spec: { selector: { probe: 'server' }, ports: [{ port: 8080 }], ...(name === 'headless' ? { clusterIP: 'None' } : {}) } })),
];

const ready = async (node: TheNode, namespace: string): Promise<void> => {
  const { exitCode, stderr } = await node.kubectl(['--namespace', namespace, 'wait', '--for=condition=Ready', 'pod', '--selector=probe', '--timeout=300s']);
  if (exitCode !== 0) throw new Error(`the probes of ${namespace}: ${stderr}`);
};

/** Creates objects as they are written. @throws Error with the API server's words */
export const create = async (node: TheNode, objects: readonly object[]): Promise<void> => {
  const { exitCode, stderr } = await node.kubectl(['create', '--filename=-'], JSON.stringify({ apiVersion: 'v1', kind: 'List', items: objects }));
  if (exitCode !== 0) throw new Error(stderr);
};

/** Takes all of it away again. */
export const endProbes = async (node: TheNode, namespaces: readonly string[]): Promise<void> => {
  await Promise.all([
    ...namespaces.map((namespace) => node.kubectl(['--namespace', namespace, 'delete', 'pods,networkpolicies', '--selector=probe', '--wait'])),
    node.kubectl(['delete', 'namespace', OPEN, '--ignore-not-found', '--wait']),
  ]);
};

/** Makes the open namespace with its pods, and hostile pods in these; all ready. What an earlier run has left is taken away first. */
export const startProbes = async (node: TheNode, namespaces: readonly string[]): Promise<void> => {
  await endProbes(node, namespaces);
  await create(node, [{ apiVersion: 'v1', kind: 'Namespace', metadata: { name: OPEN } }]);
  // Pods are refused until their namespace has its account.
  await vi.waitFor(() => node.cluster.core.readNamespacedServiceAccount({ namespace: OPEN, name: 'default' }), { timeout: 60_000 });
  await create(node, [...openObjects, ...namespaces.flatMap((namespace) => Object.entries(HOSTILE).map(([name, labels]) => hostilePod(namespace, name, labels)))]);
  await Promise.all([OPEN, ...namespaces].map((namespace) => ready(node, namespace)));
};
