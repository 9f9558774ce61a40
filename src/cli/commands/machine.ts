import type { Command } from 'commander';
import { withCommon, withExamples, type Finish } from './parts.js';

/** What this machine needs, and how it helps. */
export const registerMachine = (program: Command, finish: Finish): void => {
  program.commandsGroup('This machine:');

  withExamples(withCommon(program.command('tools').description('list terraform and helm, or install them').option('--install', 'install what is missing into the cache')), 'tools', 'tools --install', 'tools --json')
    .action(async (options: object) => finish(await (await import('../tools.js')).tools(options)));
};
