import { withContract } from '../../../src/ionos/reads.js';
import { echoAddresses } from '../echo.js';
import type { Measurement } from '../suite.js';

/**
 * Can one node hold several load balancer addresses, and how are they spread? Assumed: each address is a secondary one of one node, with no
 * limit that matters at ten tenants on two nodes. Tried with four addresses on two nodes: two tenants and two load balancers.
 */
export const addressesPerNode: Measurement = {
  id: 'addresses-per-node',
  question: 'which node holds which load balancer address (more addresses than nodes)',
  assumed: 'several per node, each on one node',
  needsReality: false,
  async measure(suite) {
    const wanted = [...Object.values(suite.tenants).map(({ ip }) => ip), ...(await echoAddresses(suite))];
    const { data } = await suite.api.ipBlocks.ipblocksGet({ depth: 2, ...withContract(suite.api) });
    const holders = new Map<string, string[]>();
    for (const ip of wanted) {
      const consumer = (data.items ?? []).flatMap(({ properties }) => properties?.ipConsumers ?? []).find((each) => each.ip === ip);
      const holder = consumer?.serverName ?? consumer?.serverId ?? 'nobody that the API names';
      holders.set(holder, [...(holders.get(holder) ?? []), ip]);
    }
    return [...holders].map(([holder, ips]) => `${holder}: ${ips.length}`).join('; ');
  },
};
