import { describe, expect, it, onTestFinished } from 'vitest';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { call } from './support/client.js';
import { dashboard, login } from './support/login.js';
import { mustUse } from './support/plugins.js';
import { Site } from './support/site.js';

const lay = async (): Promise<Site> => {
  const site = await Site.lay();
  onTestFinished(() => site.remove());
  return site;
};
const install = (site: Site) => site.run('install-wordpress', 'bootstrap.php');

describe('a start on which WordPress gives up', () => {
  it.each([
    ['before anything is installed', "add_action( 'init', fn() => wp_die( 'The database went away.' ) );"],
    ['with half of it installed', "add_action( 'populate_options', fn() => wp_die( 'The database went away.' ) );"],
  ])('%s is not taken for done, although WordPress ends with code 0', async (_title, code) => {
    const site = await lay();
    await mustUse(site, 'gives-up', code);
    const { exitCode, stdout, stderr } = await install(site);
    expect([exitCode, stderr]).toEqual([1, expect.stringMatching(/^bootstrap: ended before it was done$/m)]);
    expect(stdout).toContain('The database went away.');
  });
});

describe('an installation that is interrupted', () => {
  it.each([
    ['with tables and nothing in them', "add_action( 'populate_options', 'stop', 0 );"],
    ['with settings and no people', "add_filter( 'pre_update_option_admin_email', 'stop' );"],
    ['with a person who is not yet the administrator', "add_action( 'user_register', 'stop' );"],
    ['with an administrator and no content', "add_action( 'profile_update', 'stop' );"],
    ['with everything but the assistant', "add_action( 'wp_install', 'stop' );"],
  ])('%s, is finished by the next start', async (_title, hook) => {
    const site = await lay();
    await mustUse(site, 'stops', `function stop() { throw new Exception( 'interrupted' ); }\n${hook}`);
    const first = await install(site);
    expect([first.exitCode, first.stdout + first.stderr]).toEqual([1, expect.stringContaining('interrupted')]);
    await rm(join(site.html, 'wp-content/mu-plugins/stops.php'));

    await site.install();
    expect(await site.install(), 'once more').toBe('bootstrap: done\n');
    await site.serve();
    const { ok, cookie } = await login(site, 'admin', site.secrets['admin-password'] as string);
    expect(ok).toBe(true);
    expect(await dashboard(site, cookie)).toBe(200);
    expect(
      await site.php(`
        $posts = array_map( fn( $post ) => $post->post_name, get_posts( array( 'post_type' => array( 'post', 'page' ), 'post_status' => 'publish', 'orderby' => 'ID', 'order' => 'ASC' ) ) );
        return array( get_userdata( 1 )->roles, get_option( 'timezone_string' ), get_option( 'default_comment_status' ), get_option( 'show_avatars' ), get_option( 'permalink_structure' ), $posts, get_term( 1 )->slug );`),
    ).toEqual([['administrator'], 'Europe/Berlin', 'closed', '0', '/%postname%/', ['hello-world', 'sample-page'], 'uncategorized']);
    expect(await call(site, 'site-info')).toMatchObject({ acting_as: 'Assistant' });
  });
});

it('a database with people and without settings is left alone, with the reason', async () => {
  const site = await lay();
  await site.install();
  await site.php("$wpdb->query( \"DELETE FROM $wpdb->options WHERE option_name = 'siteurl'\" );");
  const { exitCode, stderr } = await install(site);
  expect([exitCode, stderr]).toEqual([1, expect.stringContaining('bootstrap: the database has users, but its settings cannot be read: it is damaged, or only partly restored. Nothing was changed\n')]);
});
