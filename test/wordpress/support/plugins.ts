import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Site } from './site.js';

const write = (site: Site, folder: string, name: string, code: string): Promise<void> => writeFile(join(site.html, 'wp-content', folder, `${name}.php`), `<?php\n/* Plugin Name: ${name} */\n${code}`);

/** A plugin that an administrator has installed and activated, active from the next request on. */
export const activate = async (site: Site, name: string, code: string): Promise<void> => {
  await write(site, 'plugins', name, code);
  await site.php(`update_option( 'active_plugins', array_merge( get_option( 'active_plugins', array() ), array( '${name}.php' ) ) );`);
};

/** A must-use plugin, which also runs while WordPress is installed. The next `prepare` takes it away. */
export const mustUse = (site: Site, name: string, code: string): Promise<void> => write(site, 'mu-plugins', name, code);
