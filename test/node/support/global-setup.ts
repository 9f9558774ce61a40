import type { TestProject } from 'vitest/node';
import { startNode, type NodePlace } from '../rig/node.js';

declare module 'vitest' {
  interface ProvidedContext {
    node: NodePlace;
  }
}

/** One node for all test files: it takes a minute to start. */
export const setup = async (project: TestProject): Promise<() => Promise<void>> => {
  const started = Date.now();
  const node = await startNode();
  console.log(`the node is ready after ${Math.round((Date.now() - started) / 1000)} s`);
  project.provide('node', node.place);
  return node.stop;
};
