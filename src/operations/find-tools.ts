import { ensureTools } from '../toolchain/ensure.js';
import { HELM, TERRAFORM } from '../toolchain/tools.js';
import type { RunContext, Tools } from './context.js';

/** Finds terraform and helm, installs what is missing, and names both in an event. */
export const findTools = async (context: RunContext, progress: (message: string) => void): Promise<Tools> => {
  const { env, paths, interrupts, bus } = context;
  const options = {
    env,
    cacheDir: paths.cache,
    signal: interrupts.signal,
    progress,
  };
  const [terraform, helm] = await ensureTools([TERRAFORM, HELM], options);
  bus.emit({ type: 'tools', terraform, helm });
  return { terraform, helm };
};
