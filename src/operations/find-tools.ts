import { ensureTool } from '../toolchain/ensure.js';
import { HELM, TERRAFORM } from '../toolchain/tools.js';
import { baseToolEnvironment, type RunContext, type Tools } from './context.js';

/** Variables that decide how a missing tool is installed. */
const INSTALLING = ['GOPROXY', 'GOPATH', 'GOCACHE', 'GOSUMDB', 'GOFLAGS', 'IONOS_TENANTS_NO_INSTALL', 'IONOS_TENANTS_TERRAFORM_MIRROR', 'IONOS_TENANTS_HELM_MIRROR'];

/** Finds terraform and helm, installs what is missing, and names both in an event. */
export const findTools = async (context: RunContext, progress: (message: string) => void): Promise<Tools> => {
  const { env, paths, interrupts, bus } = context;
  const options = {
    env: { ...baseToolEnvironment(env), ...Object.fromEntries(INSTALLING.flatMap((name) => (env[name] === undefined ? [] : [[name, env[name]]]))) },
    cacheDir: paths.cache,
    signal: interrupts.signal,
    progress,
  };
  const [terraform, helm] = await Promise.all([ensureTool(TERRAFORM, options), ensureTool(HELM, options)]);
  bus.emit({ type: 'tools', terraform, helm });
  return { terraform, helm };
};
