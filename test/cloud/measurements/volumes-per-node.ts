import type { Measurement } from '../suite.js';

/**
 * How many volumes can a node attach? Assumed: whatever the storage driver reports in CSINode, which limits how many tenants fit; where it
 * reports nothing, the platform preset's hint of ten small tenants on two nodes.
 */
export const volumesPerNode: Measurement = {
  id: 'volumes-per-node',
  question: 'volumes that a node can attach (CSINode allocatable)',
  assumed: 'reported by the driver',
  needsReality: false,
  async measure({ cluster }) {
    const { items } = await cluster.storage.listCSINode();
    return items.map(({ metadata, spec }) => `${metadata?.name}: ${spec.drivers.map(({ name, allocatable }) => `${name} ${allocatable?.count ?? 'says nothing'}`).join(', ') || 'no driver'}`).join('; ') || 'no CSINode';
  },
};
