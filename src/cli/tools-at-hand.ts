import { InstallerError } from '../engine/errors.js';
import { ensureTool } from '../toolchain/ensure.js';
import { HELM, TERRAFORM } from '../toolchain/tools.js';
import type { Session } from './session.js';

/**
 * Makes sure that terraform and helm are there, showing what is installed and how far it is. Returns why not, when one of them cannot
 * be had at all; other failures are thrown.
 */
export const bringTools = async (session: Session): Promise<string | undefined> => {
  for (const pin of [TERRAFORM, HELM]) {
    const task = `tools/${pin.name}`;
    let shown = false;
    const progress = (detail: string): void => {
      session.bus.emit({ type: 'task', task, title: `Installing ${pin.name}`, state: shown ? 'progress' : 'started', detail });
      shown = true;
    };
    try {
      const tool = await ensureTool(pin, { env: session.env, cacheDir: session.paths.cache, progress, signal: session.interrupts.signal });
      if (shown) session.bus.emit({ type: 'task', task, title: `Installing ${pin.name}`, state: 'done', detail: `${pin.name} ${tool.version}` });
    } catch (error) {
      if (!(error instanceof InstallerError) || !['tool-missing', 'tool-version'].includes(error.code)) throw error;
      if (shown) session.bus.emit({ type: 'task', task, title: `Installing ${pin.name}`, state: 'failed', detail: 'cannot be had' });
      return error.what;
    }
  }
  return undefined;
};
