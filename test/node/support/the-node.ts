import { readFileSync } from 'node:fs';
import { inject } from 'vitest';
import { connect, type Cluster } from '../../../src/cluster/client.js';
import { callerOf, type Call } from '../../real/support/api.js';
import { cleanEnvironment, runTool, type ToolResult } from '../../support/tool.js';
import { firstProcessIn, onNode } from '../rig/enter.js';

export interface TheNode {
  kubeconfigPath: string;
  /** The product's own client, as administrator. */
  cluster: Cluster;
  call: Call;
  kubectl(args: readonly string[], input?: string): Promise<ToolResult>;
  /** Runs a command on the node. */
  onNode(command: readonly string[]): Promise<ToolResult>;
  /** Runs a command in a pod, which reads this input. */
  inPod(namespace: string, pod: string, command: readonly string[], input?: string): Promise<ToolResult>;
}

/** The node that runs while these tests do. */
export const theNode = (): TheNode => {
  const { folder } = inject('node');
  const kubeconfigPath = `${folder}/kubeconfig`;
  const kubeconfig = readFileSync(kubeconfigPath, 'utf8');
  const kubectl: TheNode['kubectl'] = (args, input) => runTool('kubectl', ['--kubeconfig', kubeconfigPath, '--cache-dir', `${folder}/kubectl`, ...args], { env: cleanEnvironment(), ...(input === undefined ? {} : { input }) });
  return {
    kubeconfigPath,
    cluster: connect(kubeconfig),
    call: callerOf(kubeconfig).call,
    kubectl,
    onNode: (command) => onNode(firstProcessIn(folder), command),
    inPod: (namespace, pod, command, input) => kubectl(['--namespace', namespace, 'exec', ...(input === undefined ? [] : ['--stdin']), pod, '--', ...command], input),
  };
};
