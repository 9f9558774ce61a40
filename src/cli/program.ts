import { Command, CommanderError } from 'commander';
import { registerAccount } from './commands/account.js';
import { registerMachine } from './commands/machine.js';
import type { Finish } from './commands/parts.js';
import { registerPlatforms } from './commands/platforms.js';
import { registerTenants } from './commands/tenants.js';
import { registerTrial } from './commands/trial.js';
import { commandOf, unknownCommand } from './command-of.js';

/** Everything about the command line that can be told without running anything: commands, flags, help. In the order of a tenant's life. */
export const buildProgram = (finish: Finish): Command => {
  const program = new Command('ionos-tenants')
    .description('Gives each tenant a dedicated WordPress and a dedicated Open WebUI, wired over MCP, on IONOS Cloud managed Kubernetes.')
    .version(__CLI_VERSION__, '-V, --version', 'print the version')
    .helpOption('-h, --help', 'show this help')
    // The known values are told in the description.
    .configureHelp({ argumentDescription: ({ description }) => description, optionDescription: ({ description, defaultValue, required }) => (required && defaultValue !== undefined ? `${description} (default: ${String(defaultValue)})` : description) })
    .exitOverride();
  for (const register of [registerTenants, registerPlatforms, registerAccount, registerMachine, registerTrial]) register(program, finish);
  program.commandsGroup('Help:').helpCommand('help [command]', 'the help of a command');
  return program;
};

/** A closed window or a reader that left (`| head`) must not end a run before it has cleaned up; the log still has everything. */
const surviveClosedOutput = (): void => {
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);
};

/** `help platform adopt` is `platform adopt --help`. Refuses words that name no command. */
const helpWords = (program: Command, words: readonly string[]): string[] => {
  const { command, path, unknown } = commandOf(program, words);
  if (unknown === undefined) return [...path, '--help'];
  return command.error(unknownCommand(command, unknown));
};

/** Runs the program and returns its exit code. Wrong use is 2. */
export const runProgram = async (argv: readonly string[]): Promise<number> => {
  surviveClosedOutput();
  let code = 0;
  const program = buildProgram((result) => {
    code = result;
  });
  if (argv.length <= 2) {
    const { canAsk, thisTerminal } = await import('./front-end.js');
    if (!canAsk(thisTerminal())) {
      program.outputHelp();
      return 0;
    }
    return (await import('./create.js')).create(undefined, {});
  }
  let said = '';
  const listen = (command: Command): void => {
    command.configureOutput({ writeErr: (text) => void (said += text) });
    command.commands.forEach(listen);
  };
  listen(program);
  try {
    const [first, ...words] = argv.slice(2);
    await program.parseAsync(first === 'help' ? helpWords(program, words) : argv.slice(2), { from: 'user' });
    return code;
  } catch (error) {
    if (error instanceof CommanderError && error.exitCode === 0) return 0;
    const { reportThrown, reportWrongUse } = await import('./wrong-use.js');
    return error instanceof CommanderError ? reportWrongUse(program, argv, error, said) : reportThrown(program, argv, error);
  }
};
