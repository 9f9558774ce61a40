import { protectedNetworks, readNodes } from '../../../../src/cluster/facts.js';
import { helmPath } from '../../../support/helm.js';
import { cleanEnvironment, runTool } from '../../../support/tool.js';
import { changed } from '../../../charts/tenants.js';
import { find, render, type Values } from '../../../charts/rendering.js';
import type { TheNode } from '../the-node.js';

/** The rule by which the tenant's chart opens the internet, with the values that the tenant was created with and the networks that the command line finds here. */
export const internetRule = async (node: TheNode, tenant: string): Promise<{ egress: { to: { ipBlock: { cidr: string; except?: string[] } }[] }[] }> => {
  const { exitCode, stdout, stderr } = await runTool(helmPath('4.3.1'), ['get', 'values', `tenant-${tenant}`, '--namespace', 'ionos-tenants-system', '--output', 'json', '--kubeconfig', node.kubeconfigPath], { env: cleanEnvironment() });
  if (exitCode !== 0) throw new Error(stderr);
  const exceptCidrs = await protectedNetworks(node.cluster, await readNodes(node.cluster));
  return find(await render('tenant', changed(JSON.parse(stdout) as Values, { egress: { internet: true, exceptCidrs } })), 'NetworkPolicy', 'internet').spec as Awaited<ReturnType<typeof internetRule>>;
};
