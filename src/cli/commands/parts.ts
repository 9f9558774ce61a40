import { faultNames } from '../../sandbox/faults/fault.js';
import { Argument, InvalidArgumentError, Option, type Command } from 'commander';

/** What the registrations of commands have in common: flags that several take, and the form of their help. */

/** Told the exit code of the command that ran. */
export type Finish = (code: number) => void;

export const positiveNumber = (text: string): number => {
  const value = Number(text);
  if (!Number.isFinite(value) || value <= 0) throw new InvalidArgumentError('A number above 0 is needed.');
  return value;
};

const collect = (text: string, earlier: string[] = []): string[] => [...earlier, text];

/** A flag with known values, for its help and for completion. The command judges what was typed: a file may have said it too. */
export const choice = (flags: string, description: string, values: readonly string[]): Option => {
  const option = new Option(flags, `${description}: ${values.slice(0, -1).join(', ')} or ${values.at(-1) ?? ''}`);
  option.argChoices = [...values];
  return option;
};

/** The same of an argument. */
export const oneOf = (name: string, description: string, values: readonly string[]): Argument => {
  const argument = new Argument(name, description);
  argument.argChoices = [...values];
  return argument;
};

export const seconds = (flags: string, description: string, byDefault: number): Option => new Option(flags, description).argParser(positiveNumber).default(byDefault);

/** Shown below the flags, and run by a test: each has to work as it is written. */
export const withExamples = (command: Command, ...examples: string[]): Command =>
  command.addHelpText('after', `\nExamples:\n${examples.map((example) => `  $ ionos-tenants ${example}`).join('\n')}`);

/** Flags about what is printed. They come last, under a heading of their own. */
export const withOutput = (command: Command): Command =>
  command
    .optionsGroup('Common flags:')
    .option('--json', 'print one JSON object a line, ending with a result')
    .option('--plain', 'print lines instead of drawing, for logs and screen readers')
    .option('--no-color', 'print without colours')
    .option('--log-file <path>', 'write the log there')
    .option('--verbose', 'with --plain, print what tools and applications write; show where in the program an error happened')
    .helpOption('-h, --help', 'show this help');

const fault = (): Option => {
  const option = new Option('--fault <name[:parameter=value,…]>', 'with --sandbox: something that goes wrong; may be repeated; see `sandbox fault --help`').argParser(collect);
  option.argChoices = faultNames();
  return option;
};

/** Flags of every command that works on a cloud, or could. */
export const withCommon = (command: Command): Command =>
  withOutput(command.optionsGroup('Common flags:').option('--sandbox', 'use the sandbox on this machine: nothing is created in the cloud, nothing costs').addOption(fault()));

export const withPlatform = (command: Command, description = 'platform that the tenant lives on'): Command => command.option('--platform <name>', description);

export const withToken = (command: Command): Command => command.option('--token-file <path>', 'file with the IONOS token; else IONOS_TOKEN');
