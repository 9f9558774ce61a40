import { join } from 'node:path';
import { Helm } from '../helm/driver.js';
import { baseToolEnvironment } from '../engine/tool-environment.js';
import { logLinesOf } from '../engine/log-lines.js';
import type { RunContext, RunFolder, Tools } from './context.js';

/** helm on one platform's cluster; its files live and end with the run. What it says is logged under the task with the path `task`. */
export const openHelm = (context: RunContext, folder: RunFolder, tools: Tools, kubeconfig: string, task: string): Helm => {
  const lines = logLinesOf(context.bus, task);
  return new Helm({
    tool: tools.helm,
    env: baseToolEnvironment(context.env),
    kubeconfig,
    work: join(folder.path, 'helm'),
    onLine: (line) => lines.write(line, 'helm'),
    signal: context.interrupts.signal,
  });
};
