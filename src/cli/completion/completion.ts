import type { Command } from 'commander';
import { runCommand, type CommonOptions } from '../session.js';
import { bashCompletion } from './bash.js';
import { fishCompletion } from './fish.js';
import { placesOf } from './words.js';
import { zshCompletion } from './zsh.js';

const WRITERS = { bash: bashCompletion, zsh: zshCompletion, fish: fishCompletion };
export type Shell = keyof typeof WRITERS;

/** A shell's completion of every command, flag and known value of the program. Names of tenants are not completed: they would have to be asked for. */
export const completionScript = (program: Command, shell: Shell): string => WRITERS[shell](program.name(), placesOf(program));

/** `completion <shell>`: the script on stdout and nothing else, so that a shell can read it. */
export const completion = async (program: Command, shell: Shell, options: CommonOptions): Promise<number> => {
  const script = completionScript(program, shell);
  if (options.json) return runCommand({ operation: 'completion', options, onlyLooks: true, run: () => Promise.resolve({ changed: false, data: { shell, script } }) });
  process.stdout.write(script);
  return 0;
};
