import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { toolPath } from '../charts/checkers.js';
import type { Manifest } from '../charts/rendering.js';
import { cleanEnvironment, runTool } from '../support/tool.js';

/** Somebody who sends or receives: a pod with labels in a namespace, or only an address outside the cluster. */
export interface Party {
  name: string;
  ip: string;
  pod?: { namespace: string; namespaceLabels: Record<string, string>; labels: Record<string, string> };
}

export interface Attempt {
  from: Party;
  to: Party;
  port: number;
  protocol?: 'TCP' | 'UDP';
}

/** `acme/gateway > acme/wordpress:8080`, as tests list what is allowed. */
export const wordsOf = ({ from, to, port, protocol = 'TCP' }: Attempt): string => `${from.name} > ${to.name}:${port}${protocol === 'UDP' ? '/udp' : ''}`;

const peerOf = ({ ip, pod }: Party): object => ({
  IP: ip,
  // Its word for a pod; without it the address is one outside.
  ...(pod === undefined ? {} : { Internal: { Namespace: pod.namespace, NamespaceLabels: pod.namespaceLabels, PodLabels: pod.labels } }),
});

/**
 * Which of these attempts the policies allow, in the eyes of cyclonus. Its blocks of addresses match whatever has such an address, pods
 * and nodes as well, as those of Calico do and those of Cilium do not.
 */
export const allowedBy = async (policies: readonly Manifest[], attempts: readonly Attempt[]): Promise<string[]> => {
  const folder = await mkdtemp(join(tmpdir(), 'cyclonus-'));
  try {
    const [policyFile, trafficFile] = [join(folder, 'policies.yaml'), join(folder, 'traffic.json')];
    await writeFile(policyFile, JSON.stringify({ apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicyList', items: policies }));
    await writeFile(trafficFile, JSON.stringify(attempts.map(({ from, to, port, protocol = 'TCP' }) => ({ Source: peerOf(from), Destination: peerOf(to), ResolvedPort: port, ResolvedPortName: '', Protocol: protocol }))));
    const { exitCode, stdout, stderr } = await runTool(toolPath('cyclonus', '0.5.6'), ['analyze', '--mode', 'query-traffic', '--policy-path', policyFile, '--traffic-path', trafficFile], { env: cleanEnvironment() });
    const verdicts = [...stdout.matchAll(/IS ALLOWED\?\s*\|\s*(TRUE|FALSE)/gi)].map(([, verdict]) => verdict?.toUpperCase() === 'TRUE');
    if (exitCode !== 0 || verdicts.length !== attempts.length) throw new Error(`cyclonus judged ${verdicts.length} of ${attempts.length} attempts: ${stderr}`);
    return attempts.filter((_attempt, index) => verdicts[index]).map(wordsOf).sort();
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
};
