import { Option, type Command } from 'commander';
import { ISOLATION_LEVELS, PLATFORM_PRESETS, TENANT_PRESETS } from '../../tenant/choices.js';
import { choice, oneOf, positiveNumber, seconds, withCommon, withExamples, withPlatform, withToken, type Finish } from './parts.js';

/** Settings of a tenant, and how a plan for it is made and approved. */
const withTenantSettings = (command: Command): Command => {
  command
    .optionsGroup('Settings of the tenant:')
    .option('-f, --file <path>', 'tenant file with the answers')
    .addOption(choice('--preset <name>', 'size', TENANT_PRESETS))
    .addOption(choice('--isolation <level>', 'how the tenant is kept apart', ISOLATION_LEVELS))
    .option('--display-name <text>', 'name for people')
    .option('--wordpress-admin-email <address>', 'first administrator of WordPress')
    .option('--openwebui-admin-email <address>', 'first administrator of Open WebUI')
    .option('--allow <networks>', 'networks that may reach the tenant, separated by commas')
    .option('--models <ids>', 'model ids separated by commas, or none')
    .option('--models-url <url>', 'address of another OpenAI-compatible model service')
    .option('--model-token-file <path>', 'file with the model token; else IONOS_MODEL_TOKEN')
    .option('--insist-on-model-token', 'take a model token that may do more than use models');
  withToken(withPlatform(command.optionsGroup('Where it lives:'))).addOption(choice('--platform-preset <name>', 'size of the platform', PLATFORM_PRESETS));
  return command;
};

const withApproval = (command: Command): Command =>
  command
    .optionsGroup('How it is done:')
    .option('-y, --yes', 'do what was planned without asking')
    .option('--dry-run', 'change nothing; show the plan and print the tenant file')
    .addOption(seconds('--timeout <seconds>', 'how long the pods may take', 900))
    .addOption(seconds('--cloud-timeout <seconds>', 'how long IONOS Cloud may take for one object', 3600));

/** The life of a tenant, from its first day to its last. */
export const registerTenants = (program: Command, finish: Finish): void => {
  program.commandsGroup('Tenants:');

  const create = program.command('create').argument('[name]', 'tenant name').description('onboard a tenant; asks only what flags and file leave open');
  withTenantSettings(create).option('--location <location>', 'IONOS location of a platform that is made, for example de/txl');
  withExamples(withCommon(withApproval(create)), 'create acme --preset small --sandbox', 'create -f acme.yaml --yes', 'create acme --dry-run')
    .action(async (name: string | undefined, options: object) => finish(await (await import('../create.js')).create(name, options)));

  const status = program.command('status').argument('[name]', 'look at one tenant').description('how the tenants are: a live dashboard, or one look with --once');
  withToken(withPlatform(status, 'platform to look at')).option('--once', 'look once, print it, and end with 8 if anything is not well');
  withExamples(withCommon(status), 'status', 'status acme --once', 'status --once --json --sandbox')
    .action(async (name: string | undefined, options: object) => finish(await (await import('../status.js')).status(name, options)));

  const list = program.command('list').alias('ls').description('tenants with phase, isolation, endpoints, age and cost');
  withExamples(withCommon(withToken(withPlatform(list, 'platform to look at'))), 'list', 'list --platform main --json')
    .action(async (options: object) => finish(await (await import('../list.js')).list(options)));

  const credentials = program.command('credentials').argument('<name>', 'tenant name').description('the logins that a tenant began with, passwords included');
  withExamples(withCommon(withToken(withPlatform(credentials))), 'credentials acme', 'credentials acme --json')
    .action(async (name: string, options: object) => finish(await (await import('../show-logins.js')).showLogins(name, options)));

  const open = program.command('open').argument('<name>', 'tenant name').addArgument(oneOf('[app]', 'wordpress, which is the default, or openwebui', ['wordpress', 'openwebui'])).description('print the URL of an application, and open it where there is a screen');
  withToken(withPlatform(open)).option('--no-browser', 'only print it');
  withExamples(withCommon(open), 'open acme', 'open acme openwebui --no-browser')
    .action(async (name: string, app: string | undefined, options: object) => finish(await (await import('../open.js')).open(name, app, options)));

  const logs = program.command('logs').argument('<name>', 'tenant name').addArgument(oneOf('[app]', 'wordpress, openwebui, mariadb or gateway; else all', ['wordpress', 'openwebui', 'mariadb', 'gateway'])).description('what a tenant\'s containers write');
  withToken(withPlatform(logs))
    .option('--follow', 'go on with what they write from now on, until Ctrl-C')
    .option('--previous', 'of containers that were restarted: what they wrote before')
    .addOption(new Option('--tail <lines>', 'lines of each container, from the newest back').argParser(positiveNumber).default(100));
  withExamples(withCommon(logs), 'logs acme', 'logs acme openwebui --tail 20')
    .action(async (name: string, app: string | undefined, options: object) => finish(await (await import('../logs.js')).logs(name, app, options)));

  const update = program.command('update').argument('<name>', 'tenant name').description('bring a tenant to its settings, changed by flags and file, and to the charts of this version');
  withExamples(withCommon(withApproval(withTenantSettings(update))), 'update acme --preset medium', 'update acme -f acme.yaml --yes', 'update acme --dry-run --sandbox')
    .action(async (name: string, options: object) => finish(await (await import('../update.js')).update(name, options)));

  const remove = program.command('delete').argument('<name>', 'tenant name').description('remove a tenant for good, in order, and prove that nothing is left; keeps no data');
  withToken(withPlatform(remove))
    .option('-y, --yes', 'remove it without typing its name')
    .option('--dry-run', 'change nothing; show what would be removed')
    .addOption(seconds('--timeout <seconds>', 'how long each step may take', 900));
  withExamples(withCommon(remove), 'delete acme --dry-run', 'delete acme', 'delete acme --yes --json --sandbox')
    .action(async (name: string, options: object) => finish(await (await import('../delete.js')).deleteCommand(name, options)));
};
