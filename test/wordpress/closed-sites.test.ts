import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { call, send } from './support/client.js';
import { login } from './support/login.js';
import { activate } from './support/plugins.js';
import { Site } from './support/site.js';

let site: Site;
beforeAll(async () => {
  site = await Site.start();
});
afterAll(() => site.remove());

const status = async (path: string, init: RequestInit = {}): Promise<number> => (await fetch(site.publicUrl + path, { redirect: 'manual', ...init })).status;
const ping = { jsonrpc: '2.0', id: 1, method: 'ping' };

describe('a plugin that closes the site to guests', () => {
  beforeAll(async () => {
    await activate(
      site,
      'closed',
      `add_filter( 'rest_authentication_errors', fn() => is_user_logged_in() ? null : new WP_Error( 'closed', 'Members only.', array( 'status' => 401 ) ), 1000 );
       add_action( 'template_redirect', fn() => is_user_logged_in() ? null : wp_die( 'Coming soon', '', 503 ) );`,
    );
    expect([await status('/'), await status('/wp-json/')]).toEqual([503, 401]);
  });

  it('does not take the pod off the network: what the readiness probe asks is answered, and the dashboard is there', async () => {
    expect([await status('/tenant-ready.php'), await status('/wp-login.php')]).toEqual([200, 200]);
  });

  it('does not shut out the assistant', async () => {
    expect(await call(site, 'site-info')).toMatchObject({ acting_as: 'Assistant' });
    expect(await call(site, 'create-post', { title: 'Behind the door', content: 'x' })).toMatchObject({ status: 'draft' });
  });

  it('leaves the token what lets in, and the only thing that does', async () => {
    const { cookie } = await login(site, 'admin', site.secrets['admin-password'] as string);
    const nonce = await (await fetch(`${site.publicUrl}/wp-admin/admin-ajax.php?action=rest-nonce`, { headers: { cookie } })).text();
    const administrator = { cookie, 'x-wp-nonce': nonce };
    expect(await status('/wp-json/wp/v2/users/me', { headers: administrator }), 'the administrator, on the public listener').toBe(200);
    for (const headers of [{ authorization: null }, { authorization: `Bearer ${'x'.repeat(48)}` }, { authorization: null, ...administrator }]) {
      const answer = await send(site, ping, headers);
      expect([answer.status, answer.body.code]).toEqual([401, 'tenant_mcp_unauthorized']);
    }
    const other = await send(site, undefined, administrator, { method: 'GET', url: `http://127.0.0.1:${site.ports.mcp}/wp-json/wp/v2/users/me` });
    expect(other.status, 'another route of the listener').toBe(404);
    expect((await send(site, undefined, {}, { method: 'GET', url: `${site.publicUrl}/wp-json/wp/v2/posts` })).status, 'the token on the public listener').toBe(401);
  });
});

it('the readiness probe is refused as soon as the database lets the site no longer in, or has no site', async () => {
  const answers = await site.php<string[]>(`
    $ask = function () {
      $page = file_get_contents( '${site.publicUrl}/tenant-ready.php', false, stream_context_create( array( 'http' => array( 'ignore_errors' => true ) ) ) );
      return substr( $http_response_header[0], 9, 3 ) . ' ' . trim( $page );
    };
    $answers = array( $ask() );
    $wpdb->query( "SET PASSWORD = PASSWORD( 'another' )" );
    $answers[] = $ask();
    $wpdb->query( $wpdb->prepare( 'SET PASSWORD = PASSWORD( %s )', DB_PASSWORD ) );
    $wpdb->query( "RENAME TABLE $wpdb->options TO elsewhere" );
    $answers[] = $ask();
    $wpdb->query( "RENAME TABLE elsewhere TO $wpdb->options" );
    $answers[] = $ask();
    return $answers;`);
  expect(answers).toEqual(['200 ready', '503 the database does not answer', '503 the database does not answer', '200 ready']);
});
