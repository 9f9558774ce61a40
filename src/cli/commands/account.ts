import type { Command } from 'commander';
import type { Finish } from './parts.js';

/** Who works with the cloud: credentials and where they are from. */
export const registerAccount = (program: Command, _finish: Finish): void => {
  program.commandsGroup('Account:');
};
