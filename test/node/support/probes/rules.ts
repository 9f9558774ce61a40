import type { TheNode } from '../the-node.js';

const ALL = { podSelector: {} };

/** Takes away a wall of a namespace: policies only add up, so that one which allows everything is as good as none. */
export const WALLS = {
  egress: { ...ALL, policyTypes: ['Egress'], egress: [{}] },
  ingress: { ...ALL, policyTypes: ['Ingress'], ingress: [{}] },
} as const;

/** Adds a policy to a namespace, as it is written: the client library would lose a rule's `from`. Returns how to take it away. */
export const addPolicy = async (node: TheNode, namespace: string, name: string, spec: object): Promise<() => Promise<void>> => {
  const path = `/apis/networking.k8s.io/v1/namespaces/${namespace}/networkpolicies`;
  const { status, body } = await node.call('POST', path, { apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy', metadata: { name: `probe-${name}`, namespace, labels: { probe: name } }, spec });
  if (status !== 201) throw new Error(`no policy ${name} in ${namespace}: ${JSON.stringify(body)}`);
  return async () => void (await node.call('DELETE', `${path}/probe-${name}`));
};

/** Does something while these walls of namespaces are away. They are back before it returns; that packets are dropped again, the caller awaits. */
export const withoutWalls = async (node: TheNode, walls: readonly (readonly [namespace: string, wall: keyof typeof WALLS])[], work: () => Promise<void>): Promise<void> => {
  const restore: (() => Promise<void>)[] = [];
  try {
    for (const [namespace, wall] of walls) restore.push(await addPolicy(node, namespace, `without-${wall}`, WALLS[wall]));
    await work();
  } finally {
    for (const each of restore) await each();
  }
};
