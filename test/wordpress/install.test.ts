import { randomBytes } from 'node:crypto';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { call } from './support/client.js';
import { dashboard, login } from './support/login.js';
import { activate } from './support/plugins.js';
import { Site } from './support/site.js';
import type { SiteOptions } from './support/site.js';

const lay = async (options?: SiteOptions): Promise<Site> => {
  const site = await Site.lay(options);
  onTestFinished(() => site.remove());
  return site;
};

/** Everything in the database except what changes by itself: times of caches, and the service user's sessions. */
const contents = (site: Site): Promise<Record<string, string>> =>
  site.php(`
    $rows = array();
    foreach ( $wpdb->get_col( 'SHOW TABLES' ) as $table ) {
      foreach ( $wpdb->get_results( "SELECT * FROM $table", ARRAY_N ) as $row ) {
        if ( ! preg_match( '~transient|^cron$|doing_cron~', $row[1] ?? '' ) ) $rows[ "$table $row[0]" ] = md5( serialize( $row ) );
      }
    }
    return $rows;`);

describe('the first start', () => {
  it('installs: title, administrator, addresses and service user are those of the chart', async () => {
    const site = await lay();
    const said = await site.install();
    expect(said).toMatch(/WordPress is installed\n.*service user assistant is made\n.*done/s);
    expect(said).not.toContain(site.secrets['admin-password']);
    expect(said, 'nothing for an operator to worry about').not.toMatch(/error|warning/i);
    await site.serve();
    expect(await site.php('return array( get_option( "blogname" ), get_option( "timezone_string" ), get_option( "permalink_structure" ), get_option( "default_comment_status" ), home_url() );')).toEqual([
      // As a tenant may be called; WordPress stores it escaped.
      'Müller &amp; Söhne &quot;GmbH&quot; &#039;#1&#039;: {{ x }} $(HOME) $$ `id` &lt;b&gt;',
      'Europe/Berlin',
      '/%postname%/',
      'closed',
      site.publicUrl,
    ]);
    expect((await login(site, 'admin', site.secrets['admin-password'] as string)).ok).toBe(true);
    expect(await (await fetch(`${site.publicUrl}/wp-admin/install.php`)).text()).toContain('Already Installed');
  });

  it('tells nobody outside who looks at the site, until its administrator wants portraits', async () => {
    const site = await lay();
    await site.install();
    await site.serve();
    const { cookie } = await login(site, 'admin', site.secrets['admin-password'] as string);
    // Whatever a browser would fetch from another host than the site's own. Links are only followed by people.
    const fetchedFrom = async (): Promise<string[]> => {
      const pages = await Promise.all(['', 'wp-admin/', 'wp-admin/profile.php', 'wp-admin/users.php', 'wp-admin/edit-comments.php'].map(async (path) => (await fetch(`${site.publicUrl}/${path}`, { headers: { cookie } })).text()));
      const urls = pages.flatMap((page) => [...page.matchAll(/(?:\ssrc=['"]|\ssrcset=['"]|<link rel=['"]stylesheet['"][^>]*href=['"]|url\(['"]?)((?:https?:)?\/\/[^'")\s]+)/g)].map(([, url]) => new URL(url ?? '', site.publicUrl)));
      return [...new Set(urls.filter(({ origin }) => origin !== new URL(site.publicUrl).origin).map(({ hostname }) => hostname))];
    };
    expect(await fetchedFrom()).toEqual([]);
    await site.php("update_option( 'show_avatars', 1 );");
    await site.install();
    expect(await fetchedFrom()).toEqual(['secure.gravatar.com']);
  });

  it('is safe to run twice at once: one installs, both end well', async () => {
    const site = await lay();
    const said = await Promise.all([site.install(), site.install(), site.install()]);
    expect(said.filter((each) => each.includes('WordPress is installed'))).toHaveLength(1);
    expect(await site.php("return count( get_users() );")).toBe(2);
  });

  it('says what it waits for, and gives up with the reason', async () => {
    const site = await lay();
    const { exitCode, stdout, stderr } = await site.run('install-wordpress', 'bootstrap.php', { WORDPRESS_DB_HOST: '127.0.0.1:1', TENANT_DB_WAIT: '2' });
    expect(exitCode).toBe(1);
    expect(stdout).toContain('waiting for the database: Connection refused');
    expect(stderr).toMatch(/the database did not answer within 2 seconds: Connection refused/);
    const wrong = await site.run('install-wordpress', 'bootstrap.php', { WORDPRESS_DB_PASSWORD: 'wrong', TENANT_DB_WAIT: '1' });
    expect(wrong.stderr).toMatch(/Access denied for user/);
  });

  it('does not start without keys and salts of its own', async () => {
    const site = await lay();
    for (const value of ['', 'short']) {
      const { exitCode, stdout, stderr } = await site.run('install-wordpress', 'bootstrap.php', { WORDPRESS_AUTH_SALT: value });
      expect(exitCode).not.toBe(0);
      expect(stdout + stderr).toContain('WORDPRESS_AUTH_SALT is missing or too short');
    }
  });
});

describe('every start after that', () => {
  it('changes nothing when there is nothing to do', async () => {
    const site = await lay();
    await site.install();
    // What a start leaves to the first page is done.
    await site.install();
    const before = await contents(site);
    expect(await site.install()).toBe('bootstrap: done\n');
    expect(await contents(site)).toEqual(before);
  });

  it('keeps what the administrator has changed', async () => {
    const site = await lay();
    await site.install();
    await site.php("wp_set_password( 'a new password', 1 ); wp_update_user( array( 'ID' => 1, 'user_email' => 'new@example.com', 'display_name' => 'New' ) ); update_option( 'blogname', 'New title' ); update_option( 'permalink_structure', '/%year%/%postname%/' ); update_option( 'timezone_string', 'Asia/Tokyo' );");
    expect(await site.install()).toBe('bootstrap: done\n');
    await site.serve();
    expect(await site.php("return array( get_userdata( 1 )->user_email, get_option( 'blogname' ), get_option( 'permalink_structure' ), get_option( 'timezone_string' ) );")).toEqual(['new@example.com', 'New title', '/%year%/%postname%/', 'Asia/Tokyo']);
    expect((await login(site, 'admin', 'a new password')).ok).toBe(true);
    expect((await login(site, 'admin', site.secrets['admin-password'] as string)).ok).toBe(false);
  });

  it('leaves plain addresses plain', async () => {
    const site = await lay();
    await site.install();
    await site.php("update_option( 'permalink_structure', '' );");
    expect(await site.install()).toBe('bootstrap: done\n');
    expect(await site.php("return get_option( 'permalink_structure' );")).toBe('');
    await site.serve();
    expect(await call(site, 'site-info'), 'which the assistant does not notice').toMatchObject({ acting_as: 'Assistant' });
  });

  it('new keys and salts in the Secret end all sessions, and nothing else', async () => {
    const site = await lay();
    await site.install();
    await site.serve();
    const { cookie } = await login(site, 'admin', site.secrets['admin-password'] as string);
    expect(await dashboard(site, cookie)).toBe(200);
    await site.serve();
    expect(await dashboard(site, cookie), 'after a restart').toBe(200);
    for (const key of Object.keys(site.secrets).filter((name) => /(key|salt)$/.test(name))) site.secrets[key] = randomBytes(24).toString('hex');
    await site.serve();
    expect(await dashboard(site, cookie), 'with other keys').toBe(302);
    expect((await login(site, 'admin', site.secrets['admin-password'] as string)).ok).toBe(true);
  });
});

describe('a new address', () => {
  it('moves stored links once, also inside of what PHP and JSON have packed, and nothing that only looks like it', async () => {
    const site = await lay({ values: { site: { url: 'http://203.0.113.10' } } });
    await site.install();
    await site.php(`
      $wpdb->update( $wpdb->posts, array( 'post_content' => '<a href="http://203.0.113.10/a">a</a> http://203.0.113.100/b http://203.0.113.10:8080/c http://203.0.113.10.example.com/d {"url":"http:\\/\\/203.0.113.10\\/e.png"}' ), array( 'ID' => 1 ) );
      update_option( 'packed', array( 'deep' => array( 'http://203.0.113.10/f', (object) array( 'url' => 'http://203.0.113.10' ) ) ) );
      update_option( 'packed_twice', serialize( array( 'http://203.0.113.10/g' ) ) );
      update_user_meta( 1, 'home', 'http://203.0.113.10/h' );`);
    const guid = await site.php('return get_post( 1 )->guid;');
    await site.change({ site: { title: 'x', adminEmail: 'a@example.com', adminUser: 'admin', url: 'https://www.acme.example' } });
    expect(await site.install()).toMatch(/links moved from http:\/\/203\.0\.113\.10 to https:\/\/www\.acme\.example in \d+ rows/);
    expect(await site.php("return array( get_post( 1 )->post_content, get_option( 'packed' ), unserialize( get_option( 'packed_twice' ) ), get_user_meta( 1, 'home', true ), home_url(), get_post( 1 )->guid );")).toEqual([
      '<a href="https://www.acme.example/a">a</a> http://203.0.113.100/b http://203.0.113.10:8080/c http://203.0.113.10.example.com/d {"url":"https:\\/\\/www.acme.example\\/e.png"}',
      { deep: ['https://www.acme.example/f', { url: 'https://www.acme.example' }] },
      ['https://www.acme.example/g'],
      'https://www.acme.example/h',
      'https://www.acme.example',
      guid,
    ]);
    await site.php("wp_update_post( array( 'ID' => 1, 'post_content' => 'see http://203.0.113.10/ as it was' ) );");
    expect(await site.install()).toBe('bootstrap: done\n');
    expect(await site.php('return get_post( 1 )->post_content;')).toBe('see http://203.0.113.10/ as it was');
  });

  it('keeps the pages of plugins where they are', async () => {
    const site = await lay();
    await site.install();
    await activate(site, 'shop', "add_action( 'init', fn() => register_post_type( 'thing', array( 'public' => true, 'rewrite' => array( 'slug' => 'things' ) ) ) );");
    await site.php("wp_insert_post( array( 'post_type' => 'thing', 'post_title' => 'A lamp', 'post_status' => 'publish' ) ); flush_rewrite_rules( false );");
    await site.serve();
    expect((await fetch(`${site.publicUrl}/things/a-lamp/`)).status).toBe(200);
    const address = `http://localhost:${site.ports.public}`;
    await site.change({ site: { title: 'x', adminEmail: 'a@example.com', adminUser: 'admin', url: address } });
    expect(await site.install()).toContain(`links moved from ${site.publicUrl} to ${address}`);
    await site.serve();
    const page = await fetch(`${address}/things/a-lamp/`, { redirect: 'manual' });
    expect([page.status, (await page.text()).includes('A lamp')]).toEqual([200, true]);
  });

  it('with a certificate keeps the dashboard to https', async () => {
    const site = await lay({ values: { site: { url: 'https://www.acme.example' } } });
    await site.install();
    await site.serve();
    const ask = (path: string, headers: Record<string, string>) => fetch(site.publicUrl + path, { redirect: 'manual', headers });
    const plain = await ask('/wp-login.php', {});
    expect([plain.status, plain.headers.get('location')]).toEqual([302, expect.stringMatching(/^https:\/\//)]);
    const gateway = { 'x-forwarded-proto': 'https' };
    expect((await ask('/wp-login.php', gateway)).status).toBe(200);
    expect((await ask('/wp-login.php', gateway)).headers.getSetCookie().join()).toContain('secure');
    // What the probes ask is answered, not redirected, by whatever name they ask.
    for (const headers of [{}, gateway]) expect((await ask('/tenant-ready.php', headers)).status).toBe(200);
  });
});

describe('a newer image', () => {
  it('upgrades the tables of an old WordPress, with everything in it, and then has nothing to do', async () => {
    const site = await lay({ release: 'old' });
    await site.install();
    const before = await site.php<[string, string]>("global $wp_version; wp_insert_post( array( 'post_title' => 'From before', 'post_status' => 'publish', 'post_content' => 'kept' ) ); return array( $wp_version, get_option( 'db_version' ) );");
    expect(before[0]).toMatch(/^6\./);
    await site.prepare('current');
    expect(await site.install()).toMatch(new RegExp(`tables upgraded from schema ${before[1]} to \\d+\\n`));
    const after = await site.php<[string, string]>("global $wp_version, $wp_db_version; return array( $wp_version, get_option( 'db_version' ) === (string) $wp_db_version );");
    expect(after).toEqual([expect.stringMatching(/^7\./), true]);
    expect(await site.install()).toBe('bootstrap: done\n');
    await site.serve();
    const { entries } = await call(site, 'list-posts');
    expect(entries.map(({ title }: { title: string }) => title)).toContain('From before');
  });

  it('back to an older image is refused, with the reason, and nothing is changed', async () => {
    const site = await lay();
    await site.install();
    const before = await contents(site);
    await site.prepare('old');
    const { exitCode, stderr } = await site.run('install-wordpress', 'bootstrap.php');
    expect([exitCode, stderr]).toEqual([1, expect.stringMatching(/the database is of a newer WordPress \(schema \d+, this image has \d+\); use the newer image/)]);
    await site.prepare('current');
    expect(await contents(site)).toEqual(before);
  });
});

describe('the pod', () => {
  it('cannot write core or the plugin, and does not show what is for nobody\'s eyes', async () => {
    const site = await lay();
    await site.install();
    await site.serve();
    expect(await site.php("return array_map( 'is_writable', array( ABSPATH, ABSPATH . 'wp-config.php', ABSPATH . 'wp-includes/version.php', WP_CONTENT_DIR ) );")).toEqual([false, false, false, true]);
    expect(await site.php("return array( defined( 'DISALLOW_FILE_EDIT' ) && DISALLOW_FILE_EDIT, EMPTY_TRASH_DAYS, WP_AUTO_UPDATE_CORE );")).toEqual([true, 30, false]);
      for (const path of ['/wp-config.php', '/xmlrpc.php', '/wp-cron.php', '/readme.html']) expect((await fetch(site.publicUrl + path)).status, path).toBe(403);
  });

  it('logs who asked for what, and no query: a link to reset a password is one', async () => {
    const site = await lay();
    await site.install();
    await site.serve();
    const headers = { referer: `${site.publicUrl}/wp-login.php?action=rp&key=of-the-page-before`, 'user-agent': 'a browser' };
    for (const path of ['/wp-login.php?action=rp&key=of-this-page&login=admin', '/a-page/?key=of-this-page', '/?key=of-this-page']) await fetch(site.publicUrl + path, { headers });
    await call(site, 'site-info');
    for (const line of [/"GET \/wp-login\.php HTTP\/1\.1" \d+ \d+ "-" "a browser"/, /"GET \/a-page\/ HTTP\/1\.1" 404 /, /"GET \/ HTTP\/1\.1" 200 /, /"POST \/wp-json\/tenant\/mcp HTTP\/1\.1" 200 /]) {
      await vi.waitFor(() => expect(site.log()).toMatch(line));
    }
    expect(site.log()).not.toMatch(/of-this-page|of-the-page-before/);
  });
});
