import { eventually, type Measurement } from '../suite.js';
import { echoAddresses } from '../echo.js';

/**
 * Which address does a pod see as the source of a request from outside? Assumed: a node's, so that an ingress NetworkPolicy cannot name
 * clients, and `access.allow` has to be the load balancer's loadBalancerSourceRanges.
 */
export const sourceAddress: Measurement = {
  id: 'source-address',
  question: 'source address of outside traffic at the pod',
  assumed: 'the address of the node that holds the IP',
  needsReality: true,
  async measure(suite) {
    const [ip] = await echoAddresses(suite);
    const seen = await eventually(async () => fetch(`http://${ip}/`, { signal: AbortSignal.timeout(5_000) }).then((answer) => answer.text(), () => undefined), { seconds: 120, signal: suite.signal, what: 'the echo answers' });
    const nodes = (await suite.cluster.core.listNode()).items;
    const node = nodes.find(({ status, spec }) => status?.addresses?.some(({ address }) => address === seen) || spec?.podCIDR?.startsWith(seen.split('.').slice(0, 3).join('.')));
    return `${seen}${node ? `, of node ${node.metadata?.name}` : ', not a node\'s'}`;
  },
};
