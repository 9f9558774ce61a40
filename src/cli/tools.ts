import { ensureTool } from '../toolchain/ensure.js';
import { findTool } from '../toolchain/find.js';
import { HELM, TERRAFORM } from '../toolchain/tools.js';
import { runCommand, type CommonOptions } from './session.js';

/** `tools`: which terraform and helm are used, and from where; with `--install`, what is missing comes into the cache. */
export const tools = (options: CommonOptions & { install?: boolean }): Promise<number> =>
  runCommand({
    operation: 'tools',
    options,
    onlyLooks: options.install !== true,
    run: async (session) => {
      const found = [];
      let changed = false;
      for (const pin of [TERRAFORM, HELM]) {
        const search = await findTool(pin, session.env, session.paths.cache);
        if (search.found) {
          found.push({ name: pin.name, ...search.found });
          continue;
        }
        if (!options.install) {
          found.push({ name: pin.name, version: null, path: null, source: null, refused: search.refused });
          continue;
        }
        const progress = (detail: string): void => session.bus.emit({ type: 'task', task: `tools/${pin.name}`, title: pin.name, state: 'progress', detail });
        session.bus.emit({ type: 'task', task: `tools/${pin.name}`, title: pin.name, state: 'started' });
        const tool = await ensureTool(pin, { env: session.env, cacheDir: session.paths.cache, progress, signal: session.interrupts.signal });
        session.bus.emit({ type: 'task', task: `tools/${pin.name}`, title: pin.name, state: 'done', detail: `${tool.version} at ${tool.path}` });
        changed = true;
        found.push({ name: pin.name, ...tool, source: 'cache' });
      }
      const missing = found.some((tool) => tool.path === null);
      return { changed, data: { tools: found }, next: missing ? [session.command('tools --install')] : [], exitCode: missing ? 1 : 0 };
    },
  });
