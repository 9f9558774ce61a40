import type { Command } from 'commander';
import { ADDRESS_SOURCES } from '../../tenant/address-source.js';
import type { AdoptOptions } from '../platform.js';
import { choice, seconds, withCommon, withExamples, withPlatform, withToken, type Finish } from './parts.js';

export const registerPlatforms = (program: Command, finish: Finish): void => {
  program.commandsGroup('Platforms:');
  const platform = program.command('platform').description('the shared cell that tenants live on: adopt or delete one');
  withExamples(platform, 'platform adopt --kubeconfig ~/.kube/config', 'platform delete --dry-run');

  const adopt = platform.command('adopt').description('make an existing cluster a platform: IONOS, or kind or k3s for a trial');
  adopt
    .requiredOption('--kubeconfig <path>', 'kubeconfig of the cluster; stays where it is')
    .option('--context <name>', 'context in it; else its current one')
    .addOption(choice('--address <source>', 'where tenants get their address, found out without it', ADDRESS_SOURCES))
    .option('--location <location>', 'IONOS location of the addresses, where the cluster does not tell it');
  withToken(withPlatform(adopt, 'name of the platform'));
  withExamples(withCommon(adopt), 'platform adopt --kubeconfig ~/.kube/config', 'platform adopt --kubeconfig ~/.kube/config --context kind-trial --platform trial')
    .action(async (options: AdoptOptions) => finish(await (await import('../platform.js')).platformAdopt(options)));

  const remove = platform.command('delete').description('remove a platform without tenants for good, and prove that nothing is left; an adopted cluster stays');
  withToken(withPlatform(remove, 'name of the platform'))
    .option('-y, --yes', 'remove it without typing its name')
    .option('--dry-run', 'change nothing; show what would be removed')
    .addOption(seconds('--timeout <seconds>', 'how long each step may take', 3600));
  withExamples(withCommon(remove), 'platform delete --dry-run', 'platform delete --platform main')
    .action(async (options: object) => finish(await (await import('../platform-delete.js')).platformDelete(options)));
};
