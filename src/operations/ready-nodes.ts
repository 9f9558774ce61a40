import { readNodes, unreadyWords, type NodeFacts } from '../cluster/facts.js';
import { InstallerError } from '../engine/errors.js';
import { cellOf, type Onboarding } from './onboarding.js';

/** The platform's nodes. Throws where none is ready: whatever was made would wait for one; warns where some are not. */
export const readReadyNodes = async (run: Onboarding): Promise<NodeFacts[]> => {
  const nodes = await readNodes(cellOf(run).cluster);
  const unready = unreadyWords(nodes);
  if (unready === '') return nodes;
  if (nodes.some(({ ready }) => ready)) {
    run.context.bus.emit({ type: 'notice', level: 'warning', message: `Not all nodes of platform ${run.input.platform.name} can take pods: ${unready}.` });
    return nodes;
  }
  throw new InstallerError({
    code: 'nodes-not-ready',
    what: `no node of platform ${run.input.platform.name} can take pods`,
    why: unready,
    next: ['Look at the nodes (kubectl describe nodes) and at their node pool in the DCD; IONOS mends or replaces a node that stays NotReady.', 'Then run the same command again. Nothing was changed.'],
  });
};
