import { Option, type Command } from 'commander';
import { faultHelp, faultNames } from '../../sandbox/faults/fault.js';
import { oneOf, positiveNumber, withCommon, withExamples, type Finish } from './parts.js';

const speed = (): Option => new Option('--speed <factor>', 'how much faster than the default').argParser(positiveNumber).default(1);

/** What works without an account. */
export const registerTrial = (program: Command, finish: Finish): void => {
  program.commandsGroup('Without an account:');

  withExamples(withCommon(program.command('demo').description('the whole journey on a sandbox: wizard, deployment, dashboard').option('--auto', 'plays itself').addOption(speed())), 'demo', 'demo --auto --speed 4')
    .action(async (options: object) => finish(await (await import('../demo.js')).demo(options)));

  const sandbox = program.command('sandbox').description('the sandbox on this machine: run it in the foreground, or empty it');
  withExamples(sandbox, 'sandbox', 'sandbox fault --list', 'sandbox reset');

  withExamples(withCommon(sandbox.command('run', { isDefault: true }).description('run it in the foreground and print what to export').addOption(speed())), 'sandbox run', 'sandbox run --speed 10')
    .action(async (options: object) => finish(await (await import('../sandbox.js')).sandboxRun(options)));
  sandbox
    .command('serve', { hidden: true })
    .description('the background process behind --sandbox')
    .action(async () => finish(await (await import('../sandbox.js')).sandboxServe()));
  const fault = sandbox.command('fault').addArgument(oneOf('[faults...]', 'name[:parameter=value,…]', faultNames())).description('let something go wrong in the running sandbox, or end that');
  fault
    .option('--list', 'show what goes wrong now')
    .option('--clear [name]', 'end all faults, or those of one name')
    .addHelpText('after', () => `\nFaults, with their parameters:\n${faultHelp()}`);
  withExamples(withCommon(fault), 'sandbox fault 429:retry-after=2,as=date', 'sandbox fault image-pull:app=wordpress', 'sandbox fault --clear', 'create acme --sandbox --fault lost-answer:kind=ipblock')
    .action(async (faults: string[], options: object) => finish(await (await import('../sandbox-fault.js')).sandboxFault(faults, options)));
  withExamples(withCommon(sandbox.command('reset').description('remove everything in it')), 'sandbox reset')
    .action(async (options: object) => finish(await (await import('../sandbox.js')).sandboxReset(options)));
};
