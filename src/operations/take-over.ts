import { InstallerError } from '../engine/errors.js';
import type { PlannedChange } from '../engine/events.js';
import type { IonosApi } from '../ionos/client.js';
import { listKeptBlocks, listNamed } from '../ionos/named.js';
import { listClusters } from '../ionos/reads.js';
import { clusterName, nodeBlockName, readsAsAnothers } from '../tenant/resource-names.js';
import type { TakeOver } from '../terraform/driver.js';
import { typeOf } from '../terraform/protect.js';
import type { RunContext } from './context.js';

/** Name of the private network of a data centre of ours, as terraform/modules/network has it. */
const LAN = 'nodes';

/**
 * The name that our stacks give the object at this address; `prefix` is the stack's own, `cluster` that of its cluster and data centre.
 * Undefined for what is not looked for.
 */
export const nameAt = (address: string, prefix: string, cluster = prefix): string | undefined => {
  const [, key, type, resource, index] = /^(?:module\.\w+(?:\["(.+)"\]|\[\d+\])?\.)?(ionoscloud_\w+)\.(\w+)(?:\[(\d+)\])?$/.exec(address) ?? [];
  const base = key === undefined ? prefix : `${prefix}-${key}`;
  if (type === 'ionoscloud_lan') return LAN;
  if (type === 'ionoscloud_ipblock') return resource === 'nodes' ? nodeBlockName(base, index ?? '') : base;
  if (type === 'ionoscloud_datacenter' || type === 'ionoscloud_k8s_cluster') return cluster;
  return type === 'ionoscloud_k8s_node_pool' ? base : undefined;
};

/**
 * What a killed terraform has made in the cloud without having written it into its state: it would be made a second time, and paid twice.
 * Found by its name (`cluster` is that of the cluster and data centre it lies in) among what a plan is about to create, but only where that
 * name can be nobody else's and nothing uses it yet, or where what uses it is a node pool that is taken over with it.
 */
export const takeOver =
  (context: RunContext, api: IonosApi, platform: string, prefix: string, cluster = clusterName(platform)): TakeOver =>
  async (creations: readonly PlannedChange[]) => {
    const wanted = creations.map(({ address }) => ({ address, type: typeOf(address), name: nameAt(address, prefix, cluster) })).filter(({ name }) => name !== undefined);
    if (wanted.length === 0) return {};
    const clusters = (await listClusters(api)).map(({ name }) => name);
    const present = (await listNamed(api, new Set(wanted.map(({ type }) => type)), cluster)).filter(({ name }) => !readsAsAnothers(name, platform, clusters));
    const imports: Record<string, string> = {};
    const isPool = (type: string): boolean => type === 'ionoscloud_k8s_node_pool';
    const pools = present.filter(({ type, name }) => isPool(type) && wanted.some((each) => each.type === type && each.name === name)).map(({ importId }) => importId);
    const kept = pools.length === 0 ? [] : (await listKeptBlocks(api)).filter(({ keptBy }) => pools.includes(keptBy));
    for (const { address, type, name } of wanted) {
      const ofItsPool = kept.filter((block) => block.type === type && block.name === name);
      const [found, second] = ofItsPool.length > 0 ? ofItsPool : present.filter((object) => object.type === type && object.name === name);
      if (second) {
        throw new InstallerError({
          code: 'ambiguous',
          what: `${name} is there more than once in IONOS Cloud`,
          why: `${type}: ${present.filter((object) => object.type === type && object.name === name).map(({ importId }) => importId).join(', ')}`,
          next: ['Remove the one that is not used in the DCD, then run the same command again.', 'Nothing was changed.'],
        });
      }
      if (found) imports[address] = found.importId;
    }
    for (const address of Object.keys(imports)) context.bus.emit({ type: 'notice', level: 'info', message: `${address} had been made by an interrupted run, which could not note it: taken over; repaired` });
    return imports;
  };
