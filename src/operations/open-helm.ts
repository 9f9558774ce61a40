import { join } from 'node:path';
import { Helm } from '../helm/driver.js';
import { baseToolEnvironment } from '../engine/tool-environment.js';
import type { RunContext, RunFolder, Tools } from './context.js';

/** helm on one platform's cluster; its files live and end with the run. */
export const openHelm = (context: RunContext, folder: RunFolder, tools: Tools, kubeconfig: string): Helm =>
  new Helm({
    tool: tools.helm,
    env: baseToolEnvironment(context.env),
    kubeconfig,
    work: join(folder.path, 'helm'),
    signal: context.interrupts.signal,
  });
