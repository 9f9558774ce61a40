/** What WordPress' API says; tests look into it by hand. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any
type Body = any;

/** A person who is logged in to a WordPress, as with a browser. */
export interface SiteUser {
  /** With these the REST API knows this person, as it does in the person's browser. */
  headers: { cookie: string; 'x-wp-nonce': string };
  /**
   * A call of the site's REST API, `path` without its root: `wp/v2/posts`. A Blob is sent as a file of that name, anything else as JSON.
   * @throws Error when the answer is not a success
   */
  ask(method: string, path: string, body?: unknown, filename?: string): Promise<Body>;
}

/** Logs in at this site's own page and works through its public API, as the editor in a browser does. */
export const logInToSite = async (url: string, login: string, password: string): Promise<SiteUser> => {
  const answer = await fetch(new URL('wp-login.php', url), {
    method: 'POST',
    redirect: 'manual',
    headers: { cookie: 'wordpress_test_cookie=WP%20Cookie%20check' },
    body: new URLSearchParams({ log: login, pwd: password, 'wp-submit': 'Log In', testcookie: '1' }),
  });
  const cookie = answer.headers.getSetCookie().map((each) => each.split(';')[0]).join('; ');
  if (!cookie.includes('wordpress_logged_in')) throw new Error(`no login at ${url}: ${answer.status}`);
  const nonce = await (await fetch(new URL('wp-admin/admin-ajax.php?action=rest-nonce', url), { headers: { cookie } })).text();
  return {
    headers: { cookie, 'x-wp-nonce': nonce },
    async ask(method, path, body, filename) {
      const isFile = body instanceof Blob;
      const headers = { cookie, 'x-wp-nonce': nonce, ...(isFile ? { 'content-type': body.type, 'content-disposition': `attachment; filename="${filename}"` } : { 'content-type': 'application/json' }) };
      const response = await fetch(new URL(`wp-json/${path}`, url), { method, headers, ...(body === undefined ? {} : { body: isFile ? body : JSON.stringify(body) }) });
      const text = await response.text();
      if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text.slice(0, 500)}`);
      return JSON.parse(text);
    },
  };
};
