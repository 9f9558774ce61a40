import { orUndefined } from '../cluster/client.js';
import type { TenantRecord } from '../cluster/registry.js';
import { InstallerError } from '../engine/errors.js';
import type { TenantSpec } from '../tenant/spec.js';
import { namespaceOf, SECRET_NAMES } from '../tenant/resource-names.js';
import type { RunContext } from './context.js';
import type { Cell } from './open-platform.js';

/** How somebody gets into an application for the first time. */
export interface Login {
  url: string;
  user: string;
  password: string;
}

export interface TenantLogins {
  wordpress: Login;
  openwebui: Login;
}

/** The chart's `site.adminUser`. */
const WORDPRESS_USER = 'admin';

/**
 * The logins that a tenant was onboarded with. Both passwords are known to the redactor before they are returned. Throws InstallerError
 * `logins-missing` where onboarding has not come that far.
 */
export const readTenantLogins = async (context: Pick<RunContext, 'redactor' | 'command'>, cell: Pick<Cell, 'cluster'>, record: TenantRecord): Promise<TenantLogins> => {
  const namespace = namespaceOf(record.name);
  const passwordIn = async (name: string): Promise<string> => {
    const value = (await orUndefined(cell.cluster.core.readNamespacedSecret({ name, namespace })))?.data?.['admin-password'];
    if (value === undefined) {
      throw new InstallerError({ code: 'logins-missing', what: `${record.name} has no logins yet`, why: `there is no Secret ${name} with an admin-password in ${namespace}`, next: [`Finish its onboarding: ${context.command(`create ${record.name}`)}`] });
    }
    const password = Buffer.from(value, 'base64').toString();
    context.redactor.register(password);
    return password;
  };
  const [wordpress, openwebui] = await Promise.all([passwordIn(SECRET_NAMES.wordpress), passwordIn(SECRET_NAMES.openwebui)]);
  const spec = record.spec as TenantSpec;
  const site = record.endpoints?.wordpress ?? '';
  return {
    wordpress: { url: site === '' ? '' : `${site.replace(/\/$/, '')}/wp-login.php`, user: WORDPRESS_USER, password: wordpress },
    openwebui: { url: record.endpoints?.openwebui ?? '', user: spec.openwebui.adminEmail, password: openwebui },
  };
};
