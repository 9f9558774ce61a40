import { usageError } from '../engine/errors.js';
import { adoptPlatform } from '../operations/adopt-platform.js';
import { ADDRESS_SOURCES, type AddressSource } from '../tenant/address-source.js';
import { PLATFORM_DEFAULTS } from '../tenant/platform-spec.js';
import { locationOf } from './answers.js';
import { findCredentials } from './credentials.js';
import { platformOf, type PlatformChoice } from './list.js';
import { runCommand, type CommonOptions } from './session.js';

export interface AdoptOptions extends CommonOptions, PlatformChoice {
  kubeconfig: string;
  context?: string;
  address?: string;
  location?: string;
}

const addressSourceOf = (text: string): AddressSource => {
  const found = ADDRESS_SOURCES.find((source) => source === text);
  if (found) return found;
  throw usageError({ code: 'address-unknown', what: `there is no address source ${text}`, why: `there are ${ADDRESS_SOURCES.join(', ')}`, next: ['Choose one of them with --address, or leave it out.'] });
};

/** `platform adopt --kubeconfig <path>`: an existing cluster becomes a platform. */
export const platformAdopt = (options: AdoptOptions): Promise<number> =>
  runCommand({
    operation: 'platform-adopt',
    options,
    about: { platform: options.platform ?? PLATFORM_DEFAULTS.name },
    run: async (session) => {
      const name = platformOf(options);
      const addresses = options.address === undefined ? undefined : addressSourceOf(options.address);
      const location = options.location === undefined ? undefined : locationOf(options.location);
      const found = await findCredentials(session, options);
      const { changed, platform } = await adoptPlatform({ ...session, credentials: found?.credentials }, { name, kubeconfig: options.kubeconfig, context: options.context, addresses, location });
      return { changed, data: { platform }, next: [session.command('create'), session.command('status')] };
    },
  });
