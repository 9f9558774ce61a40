import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Operator } from './cli.js';

export interface BareCluster {
  /** Path of its kubeconfig. */
  kubeconfig: string;
  id: string;
}

/** A managed cluster with two nodes in the operator's sandbox that ionos-tenants has never seen, made by the Cloud API. */
export const bareCluster = async (operator: Operator, name = 'somebody-elses', labels: Record<string, string> = {}): Promise<BareCluster> => {
  // Any command that reaches the sandbox starts it.
  await operator.run(['list', '--sandbox', '--json']);
  const api = `${await operator.apiUrl()}/cloudapi/v6`;
  const call = async (method: string, path: string, body?: unknown): Promise<Response> => {
    const response = await fetch(`${api}${path}`, { method, headers: { authorization: 'Bearer sandbox-token', 'content-type': 'application/json' }, ...(body === undefined ? {} : { body: JSON.stringify(body) }) });
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
    return response;
  };
  const made = async (path: string, properties: object): Promise<string> => ((await (await call('POST', path, { properties })).json()) as { id: string }).id;
  const datacenterId = await made('/datacenters', { name, location: 'de/txl' });
  const id = await made('/k8s', { name, k8sVersion: '1.34.4' });
  await made(`/k8s/${id}/nodepools`, { name: 'workers', datacenterId, nodeCount: 2, coresCount: 4, ramSize: 16384, availabilityZone: 'AUTO', storageType: 'SSD', storageSize: 100, k8sVersion: '1.34.4', cpuFamily: 'INTEL_XEON', labels });
  const kubeconfig = join(operator.home, `${name}.kubeconfig`);
  await writeFile(kubeconfig, await (await call('GET', `/k8s/${id}/kubeconfig`)).text(), { mode: 0o600 });
  return { kubeconfig, id };
};
