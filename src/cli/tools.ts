import { ensureTool } from '../toolchain/ensure.js';
import { surveyTool } from '../toolchain/survey.js';
import { HELM, TERRAFORM, type ToolPin } from '../toolchain/tools.js';
import { runCommand, type CommonOptions, type Session } from './session.js';

const install = async (session: Session, pin: ToolPin): Promise<void> => {
  const { bus, env, paths, interrupts } = session;
  const about = { type: 'task', task: `tools/${pin.name}`, title: `Installing ${pin.name} ${pin.version}` } as const;
  bus.emit({ ...about, state: 'started' });
  const { path } = await ensureTool(pin, { env, cacheDir: paths.cache, progress: (detail) => bus.emit({ ...about, state: 'progress', detail }), signal: interrupts.signal });
  bus.emit({ ...about, state: 'done', detail: path });
};

/** `tools`: which terraform and helm the next command uses, and why not others; with `--install`, what is missing comes into the cache. */
export const tools = (options: CommonOptions & { install?: boolean }): Promise<number> =>
  runCommand({
    operation: 'tools',
    options,
    onlyLooks: options.install !== true,
    // A table is read once; there is nothing to draw.
    frontEnd: options.json ? 'json' : 'plain',
    run: async (session) => {
      const survey = (pin: ToolPin): ReturnType<typeof surveyTool> => surveyTool(pin, session.env, session.paths.cache);
      const found = await Promise.all([TERRAFORM, HELM].map(survey));
      let changed = false;
      if (options.install) {
        for (const [index, pin] of [TERRAFORM, HELM].entries()) {
          if (found[index]?.path !== null) continue;
          await install(session, pin);
          changed = true;
          found[index] = await survey(pin);
        }
      }
      const missing = found.some((tool) => tool.path === null);
      return { changed, data: { tools: found, cache: session.paths.cache }, next: missing ? [session.command('tools --install')] : [], exitCode: missing ? 1 : 0 };
    },
  });
