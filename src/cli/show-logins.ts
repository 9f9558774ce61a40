import { readTenantLogins, type TenantLogins } from '../operations/tenant-logins.js';
import type { PlatformChoice } from './list.js';
import { lookAtTenant } from './look-at-tenant.js';
import { runCommand, type CommonOptions } from './session.js';

/** What the log may have of them. */
const withoutPasswords = ({ wordpress, openwebui }: TenantLogins): unknown => ({
  wordpress: { url: wordpress.url, user: wordpress.user },
  openwebui: { url: openwebui.url, user: openwebui.user },
});

/** `credentials <name>`: the logins that a tenant began with. Asking for them by name is the consent; they go to the screen and nowhere else. */
export const showLogins = (name: string, options: CommonOptions & PlatformChoice): Promise<number> =>
  runCommand({
    operation: 'credentials',
    options,
    about: { tenant: name },
    onlyLooks: true,
    frontEnd: options.json ? 'json' : 'plain',
    run: (session) =>
      lookAtTenant(session, name, options, async ({ record, openCell }) => {
        const logins = await readTenantLogins(session, await openCell(), record);
        return { changed: false, data: { tenant: record.name, ...(withoutPasswords(logins) as object) }, confidential: { tenant: record.name, ...logins }, next: [] };
      }),
  });
