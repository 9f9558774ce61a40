import { faultHelp } from '../sandbox/faults/fault.js';
import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import type { AdoptOptions } from './platform.js';

/** Everything about the command line that can be told without running anything: commands, flags, help. */

const positiveNumber = (text: string): number => {
  const value = Number(text);
  if (!Number.isFinite(value) || value <= 0) throw new InvalidArgumentError('a number above 0 is needed.');
  return value;
};

const collect = (text: string, earlier: string[] = []): string[] => [...earlier, text];

const withCommon = (command: Command): Command =>
  command
    .option('--sandbox', 'use the sandbox on this machine: nothing is created in the cloud, nothing costs')
    .addOption(new Option('--fault <name[:parameter=value,…]>', 'with --sandbox: something that goes wrong; may be repeated; see `sandbox fault --help`').argParser(collect))
    .option('--json', 'print one JSON object a line, ending with a result')
    .option('--plain', 'print lines instead of drawing, for logs and screen readers')
    .option('--no-color', 'print without colours')
    .option('--log-file <path>', 'write the log there')
    .option('--verbose', 'show where in the program an error happened');

/** Settings of a tenant, and how a plan for it is made and approved. */
const withTenantSettings = (command: Command): Command =>
  command
    .option('-f, --file <path>', 'tenant file with the answers')
    .option('--preset <name>', 'size: small, medium or large')
    .option('--platform <name>', 'platform that the tenant lives on')
    .option('--platform-preset <name>', 'size of the platform: starter or production')
    .option('--isolation <level>', 'namespace, node-pool or cluster')
    .option('--display-name <text>', 'name for people')
    .option('--wordpress-admin-email <address>', 'first administrator of WordPress')
    .option('--openwebui-admin-email <address>', 'first administrator of Open WebUI')
    .option('--models <ids>', 'model ids separated by commas, or none')
    .option('--models-url <url>', 'address of another OpenAI-compatible model service')
    .option('--model-token-file <path>', 'file with the model token; else IONOS_MODEL_TOKEN')
    .option('--insist-on-model-token', 'take a model token that may do more than use models')
    .option('--allow <networks>', 'networks that may reach the tenant, separated by commas')
    .option('--token-file <path>', 'file with the IONOS token; else IONOS_TOKEN')
    .option('-y, --yes', 'do what was planned without asking')
    .option('--dry-run', 'change nothing; show the plan and print the tenant file')
    .addOption(new Option('--timeout <seconds>', 'how long the pods may take').argParser(positiveNumber).default(900))
    .addOption(new Option('--cloud-timeout <seconds>', 'how long IONOS Cloud may take for one object').argParser(positiveNumber).default(3600));

export const buildProgram = (finish: (code: number) => void): Command => {
  const program = new Command('ionos-tenants')
    .description('Gives each tenant a dedicated WordPress and a dedicated Open WebUI, wired over MCP, on IONOS Cloud managed Kubernetes.')
    .version(__CLI_VERSION__, '-V, --version', 'print the version')
    .showHelpAfterError('(--help shows what there is)')
    .exitOverride();

  withTenantSettings(withCommon(program.command('create').argument('[name]', 'tenant name').description('onboard a tenant; asks only what flags and file leave open')))
    .option('--location <location>', 'IONOS location of a platform that is made, for example de/txl')
    .addHelpText('after', '\nExamples:\n  $ ionos-tenants create acme --preset small --sandbox\n  $ ionos-tenants create -f acme.yaml --yes\n  $ ionos-tenants create acme --dry-run')
    .action(async (name: string | undefined, options: object) => finish(await (await import('./create.js')).create(name, options)));

  withCommon(program.command('delete').argument('<name>', 'tenant name').description('remove a tenant for good, in order, and prove that nothing is left; keeps no data'))
    .option('--platform <name>', 'platform that the tenant lives on')
    .option('--token-file <path>', 'file with the IONOS token; else IONOS_TOKEN')
    .option('-y, --yes', 'remove it without typing its name')
    .option('--dry-run', 'change nothing; show what would be removed')
    .addOption(new Option('--timeout <seconds>', 'how long each step may take').argParser(positiveNumber).default(900))
    .addHelpText('after', '\nExamples:\n  $ ionos-tenants delete acme --dry-run\n  $ ionos-tenants delete acme\n  $ ionos-tenants delete acme --yes --json --sandbox')
    .action(async (name: string, options: object) => finish(await (await import('./delete.js')).deleteCommand(name, options)));

  withTenantSettings(withCommon(program.command('update').argument('<name>', 'tenant name').description('bring a tenant to its settings, changed by flags and file, and to the charts of this version')))
    .addHelpText('after', '\nExamples:\n  $ ionos-tenants update acme --preset medium\n  $ ionos-tenants update acme -f acme.yaml --yes\n  $ ionos-tenants update acme --dry-run --sandbox')
    .action(async (name: string, options: object) => finish(await (await import('./update.js')).update(name, options)));

  withCommon(program.command('list').alias('ls').description('tenants with phase, isolation, endpoints, age and cost'))
    .option('--platform <name>', 'platform to look at')
    .option('--token-file <path>', 'file with the IONOS token')
    .action(async (options: object) => finish(await (await import('./list.js')).list(options)));

  withCommon(program.command('demo').description('the whole journey on a sandbox: wizard, deployment, dashboard'))
    .option('--auto', 'plays itself')
    .addOption(new Option('--speed <factor>', 'how much faster than the default').argParser(positiveNumber).default(1))
    .action(async (options: object) => finish(await (await import('./demo.js')).demo(options)));

  withCommon(program.command('status').argument('[name]', 'look at one tenant').description('how the tenants are: a live dashboard, or one look with --once'))
    .option('--platform <name>', 'platform to look at')
    .option('--once', 'look once, print it, and end with 8 if anything is not well')
    .option('--token-file <path>', 'file with the IONOS token')
    .addHelpText('after', '\nExamples:\n  $ ionos-tenants status\n  $ ionos-tenants status acme --once\n  $ ionos-tenants status --once --json --sandbox')
    .action(async (name: string | undefined, options: object) => finish(await (await import('./status.js')).status(name, options)));

  const sandbox = program.command('sandbox').description('the sandbox on this machine: run it in the foreground, or empty it');
  withCommon(sandbox.command('run', { isDefault: true }).description('run it in the foreground and print what to export'))
    .addOption(new Option('--speed <factor>', 'how much faster than the default').argParser(positiveNumber).default(1))
    .action(async (options: object) => finish(await (await import('./sandbox.js')).sandboxRun(options)));
  sandbox
    .command('serve', { hidden: true })
    .description('the background process behind --sandbox')
    .action(async () => finish(await (await import('./sandbox.js')).sandboxServe()));
  withCommon(sandbox.command('fault').argument('[faults...]', 'name[:parameter=value,…]').description('let something go wrong in the running sandbox, or end that'))
    .option('--list', 'show what goes wrong now')
    .option('--clear [name]', 'end all faults, or those of one name')
    .addHelpText('after', () => `\nFaults, with their parameters:\n${faultHelp()}\n\nExamples:\n  $ ionos-tenants sandbox fault 429:retry-after=2,as=date\n  $ ionos-tenants sandbox fault image-pull:app=wordpress\n  $ ionos-tenants sandbox fault --clear\n  $ ionos-tenants create acme --sandbox --fault lost-answer:kind=ipblock`)
    .action(async (faults: string[], options: object) => finish(await (await import('./sandbox-fault.js')).sandboxFault(faults, options)));
  withCommon(sandbox.command('reset').description('remove everything in it')).action(async (options: object) => finish(await (await import('./sandbox.js')).sandboxReset(options)));

  const platform = program.command('platform').description('the shared cell that tenants live on');
  withCommon(platform.command('adopt').description('make an existing cluster a platform: IONOS, or kind or k3s for a trial'))
    .requiredOption('--kubeconfig <path>', 'kubeconfig of the cluster; stays where it is')
    .option('--context <name>', 'context in it; else its current one')
    .option('--platform <name>', 'name of the platform')
    .option('--address <source>', 'where tenants get their address: ip-block, load-balancer or node-port; else found out')
    .option('--location <location>', 'IONOS location of the addresses, where the cluster does not tell it')
    .option('--token-file <path>', 'file with the IONOS token; else IONOS_TOKEN')
    .addHelpText('after', '\nExamples:\n  $ ionos-tenants platform adopt --kubeconfig ~/.kube/config\n  $ ionos-tenants platform adopt --kubeconfig ~/.kube/config --context kind-trial --platform trial')
    .action(async (options: AdoptOptions) => finish(await (await import('./platform.js')).platformAdopt(options)));

  withCommon(platform.command('delete').description('remove a platform without tenants for good, and prove that nothing is left; an adopted cluster stays'))
    .option('--platform <name>', 'name of the platform')
    .option('--token-file <path>', 'file with the IONOS token; else IONOS_TOKEN')
    .option('-y, --yes', 'remove it without typing its name')
    .option('--dry-run', 'change nothing; show what would be removed')
    .addOption(new Option('--timeout <seconds>', 'how long each step may take').argParser(positiveNumber).default(3600))
    .addHelpText('after', '\nExamples:\n  $ ionos-tenants platform delete --dry-run\n  $ ionos-tenants platform delete --platform main')
    .action(async (options: object) => finish(await (await import('./platform-delete.js')).platformDelete(options)));

  withCommon(program.command('tools').description('list terraform and helm, or install them'))
    .option('--install', 'install what is missing into the cache')
    .action(async (options: object) => finish(await (await import('./tools.js')).tools(options)));

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
