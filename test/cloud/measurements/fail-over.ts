import { withContract } from '../../../src/ionos/reads.js';
import { eventually, type Measurement } from '../suite.js';

const ASK_MS = 1_000;
const HEALTHY_SECONDS = 60;
const LONGEST_SECONDS = 45 * 60;

/**
 * How long is a tenant's address away when the node that holds it is replaced, as IONOS does about weekly? Assumed: some minutes. The node
 * is replaced by the Cloud API's own call for that, which maintenance uses too; it is a node of this run's pool and of nobody else's.
 */
export const failOver: Measurement = {
  id: 'fail-over',
  question: 'seconds that an address does not answer while its node is replaced',
  assumed: 'minutes, not hours',
  needsReality: true,
  async measure({ api, cluster, clusterId, tenants, signal }) {
    const { ip } = tenants.acme;
    const blocks = (await api.ipBlocks.ipblocksGet({ depth: 2, ...withContract(api) })).data.items ?? [];
    const consumer = blocks.flatMap(({ properties }) => properties?.ipConsumers ?? []).find((each) => each.ip === ip);
    const [pool] = (await api.kubernetes.k8sNodepoolsGet({ k8sClusterId: clusterId, depth: 1, ...withContract(api) })).data.items ?? [];
    const where = { k8sClusterId: clusterId, nodepoolId: pool?.id ?? '', ...withContract(api) };
    const nodes = (await api.kubernetes.k8sNodepoolsNodesGet({ ...where, depth: 1 })).data.items ?? [];
    const node = nodes.find(({ properties }) => properties?.name === consumer?.serverName);
    if (!node) throw new Error(`the API does not tell which node holds ${ip} (${consumer?.serverName ?? 'no consumer'})`);
    const before = (await cluster.core.listNode()).items.map(({ metadata }) => metadata?.uid);
    await api.kubernetes.k8sNodepoolsNodesReplacePost({ ...where, nodeId: node.id ?? '' });
    let [away, longest, answeredSince] = [undefined as number | undefined, 0, Date.now()];
    const isOver = async (): Promise<true | undefined> => {
      const answered = await fetch(`http://${ip}/`, { signal: AbortSignal.timeout(3_000), redirect: 'manual' }).then(({ status }) => status < 500, () => false);
      const now = Date.now();
      if (!answered) {
        away ??= now;
        longest = Math.max(longest, now - away);
        answeredSince = now + ASK_MS;
        return undefined;
      }
      away = undefined;
      const present = (await cluster.core.listNode()).items;
      const replaced = present.length >= before.length && present.some(({ metadata }) => !before.includes(metadata?.uid)) && before.some((uid) => !present.some(({ metadata }) => metadata?.uid === uid));
      return replaced && now - answeredSince > HEALTHY_SECONDS * 1000 ? true : undefined;
    };
    await eventually(isOver, { seconds: LONGEST_SECONDS, signal, what: `${ip} answers after its node was replaced (longest silence so far ${Math.round(longest / 1000)} s)` });
    return `${Math.round(longest / 1000)} s at the longest`;
  },
};
