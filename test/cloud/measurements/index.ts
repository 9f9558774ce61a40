import { NOT_IN_SANDBOX, type Figure, type Measurement, type Suite } from '../suite.js';
import { addressesPerNode } from './addresses-per-node.js';
import { admissionPolicies } from './admission-policies.js';
import { conditionalWrites } from './conditional-writes.js';
import { dns } from './dns.js';
import { failOver } from './fail-over.js';
import { fsGroup } from './fs-group.js';
import { metadataAddress } from './metadata-address.js';
import { noNodePorts } from './no-node-ports.js';
import { sourceAddress } from './source-address.js';
import { volumesPerNode } from './volumes-per-node.js';

/** In order; the one that replaces a node comes last. */
export const MEASUREMENTS: readonly Measurement[] = [dns, volumesPerNode, addressesPerNode, noNodePorts, sourceAddress, fsGroup, metadataAddress, admissionPolicies, conditionalWrites, failOver];

/** Answers each question as far as it can be answered here. A question without an answer is a figure too, and stops nothing but itself. */
export const measureAll = async (suite: Suite, say: (line: string) => void): Promise<Figure[]> => {
  const figures: Figure[] = [];
  for (const { id, question, assumed, needsReality, measure } of MEASUREMENTS) {
    suite.signal.throwIfAborted();
    say(`measuring: ${question}`);
    const found = suite.rehearsal && needsReality ? NOT_IN_SANDBOX : await measure(suite).catch((error: unknown) => `no answer: ${error instanceof Error ? error.message : String(error)}`);
    figures.push({ id, question, assumed, found });
  }
  return figures;
};
