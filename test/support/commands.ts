import type { Command } from 'commander';
import { buildProgram } from '../../src/cli/program.js';

/** A command as its help tells it. */
export interface DocumentedCommand {
  /** `platform adopt`; empty for the program itself. */
  name: string;
  path: string[];
  help: string;
  /** What follows `$ ionos-tenants ` in its help. */
  examples: string[];
  /** Its flags, `--preset`. */
  flags: string[];
  /** Whether it does something itself, and does not only hold others. */
  runs: boolean;
}

const helpOf = (command: Command): string => {
  let text = '';
  command.configureOutput({ writeOut: (part) => void (text += part) });
  command.outputHelp();
  return text;
};

const documented = (command: Command, path: string[]): DocumentedCommand[] => {
  const help = helpOf(command);
  const subcommands = command.createHelp().visibleCommands(command).filter((each) => command.commands.includes(each));
  const own: DocumentedCommand = {
    name: path.join(' '),
    path,
    help,
    examples: [...help.matchAll(/^ {2}\$ ionos-tenants ?(.*)$/gm)].map(([, words]) => words ?? ''),
    flags: command.options.flatMap(({ long }) => (long === undefined || long === null ? [] : [long])),
    runs: subcommands.length === 0,
  };
  return [own, ...subcommands.flatMap((each) => documented(each, [...path, each.name()]))];
};

/** The program and all of its commands, hidden ones left out. */
export const everyCommand = (): DocumentedCommand[] => documented(buildProgram(() => undefined), []);
