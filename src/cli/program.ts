import { Command, CommanderError } from 'commander';
import { registerAccount } from './commands/account.js';
import { registerMachine } from './commands/machine.js';
import type { Finish } from './commands/parts.js';
import { registerPlatforms } from './commands/platforms.js';
import { registerTenants } from './commands/tenants.js';
import { registerTrial } from './commands/trial.js';

/** Everything about the command line that can be told without running anything: commands, flags, help. In the order of a tenant's life. */
export const buildProgram = (finish: Finish): Command => {
  const program = new Command('ionos-tenants')
    .description('Gives each tenant a dedicated WordPress and a dedicated Open WebUI, wired over MCP, on IONOS Cloud managed Kubernetes.')
    .version(__CLI_VERSION__, '-V, --version', 'print the version')
    .helpOption('-h, --help', 'show this help')
    .showHelpAfterError('(--help shows what there is)')
    // The values of a flag are told in its description.
    .configureHelp({ optionDescription: ({ description, defaultValue, required }) => (required && defaultValue !== undefined ? `${description} (default: ${String(defaultValue)})` : description) })
    .exitOverride();
  for (const register of [registerTenants, registerPlatforms, registerAccount, registerMachine, registerTrial]) register(program, finish);
  program.commandsGroup('Help:').helpCommand('help [command]', 'the help of a command');
  return program;
};

/** Runs the program and returns its exit code. Wrong use is 2. */
export const runProgram = async (argv: readonly string[]): Promise<number> => {
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
  try {
    await program.parseAsync([...argv]);
    return code;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    throw error;
  }
};
