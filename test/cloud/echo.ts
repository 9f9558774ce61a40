import { ensureNamespace } from '../../src/cluster/namespaces.js';
import { orUndefined } from '../../src/cluster/client.js';
import { EXTRA_ADDRESSES } from './ceiling.js';
import { IMAGE } from './probe-pod.js';
import { eventually, PROBE_NAMESPACE, type Suite } from './suite.js';

const LABELS = { app: 'cloud-test-echo' };

/** Something that answers with the address that it sees, and load balancers without node ports in front of it: made once, by whoever asks first. */
const makeEcho = async ({ cluster }: Suite): Promise<void> => {
  await ensureNamespace(cluster, PROBE_NAMESPACE);
  const namespace = PROBE_NAMESPACE;
  if (!(await orUndefined(cluster.core.readNamespacedPod({ name: 'echo', namespace })))) {
    await cluster.core.createNamespacedPod({
      namespace,
      body: {
        metadata: { name: 'echo', labels: LABELS },
        spec: {
          automountServiceAccountToken: false,
          securityContext: { runAsNonRoot: true, runAsUser: 10001, seccompProfile: { type: 'RuntimeDefault' } },
          // The binary carries a file capability, with which it cannot start here: a copy does not.
          containers: [{ name: 'echo', image: IMAGE, command: ['sh', '-c', 'cp /usr/bin/caddy /tmp/caddy && exec env HOME=/tmp /tmp/caddy respond --listen :8080 "{http.request.remote.host}"'], securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } } }],
        },
      },
    });
  }
  for (let index = 0; index < EXTRA_ADDRESSES; index += 1) {
    const name = `echo-${index}`;
    if (await orUndefined(cluster.core.readNamespacedService({ name, namespace }))) continue;
    await cluster.core.createNamespacedService({ namespace, body: { metadata: { name }, spec: { type: 'LoadBalancer', allocateLoadBalancerNodePorts: false, selector: LABELS, ports: [{ port: 80, targetPort: 8080 }] } } });
  }
};

/** Addresses of the echo, one for each of its load balancers. */
export const echoAddresses = async (suite: Suite): Promise<string[]> => {
  await makeEcho(suite);
  const { cluster, signal } = suite;
  return Promise.all(
    Array.from({ length: EXTRA_ADDRESSES }, (_, index) =>
      eventually(async () => (await cluster.core.readNamespacedService({ name: `echo-${index}`, namespace: PROBE_NAMESPACE })).status?.loadBalancer?.ingress?.[0]?.ip, { seconds: 600, signal, what: `the load balancer echo-${index} has an address` }),
    ),
  );
};
