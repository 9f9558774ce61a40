import { echoAddresses } from '../echo.js';
import { eventually, PROBE_NAMESPACE, type Measurement } from '../suite.js';

/**
 * Does a load balancer work whose Service has no node ports (`allocateLoadBalancerNodePorts: false`)? Assumed: yes. Every tenant's gateway
 * is one, and the tenants' quota has no node ports at all.
 */
export const noNodePorts: Measurement = {
  id: 'no-node-ports',
  question: 'a load balancer without node ports answers',
  assumed: 'yes',
  needsReality: true,
  async measure(suite) {
    const [ip] = await echoAddresses(suite);
    const service = await suite.cluster.core.readNamespacedService({ name: 'echo-0', namespace: PROBE_NAMESPACE });
    const status = await eventually(async () => fetch(`http://${ip}/`, { signal: AbortSignal.timeout(5_000) }).then((answer) => answer.status, () => undefined), { seconds: 120, signal: suite.signal, what: 'the echo answers' });
    return `HTTP ${status}; node ports: ${service.spec?.ports?.map(({ nodePort }) => nodePort ?? 'none').join(', ')}`;
  },
};
