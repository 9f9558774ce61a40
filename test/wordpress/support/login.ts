import type { Site } from './site.js';

/** Logs a person in, as the form does. */
export const login = async (site: Site, user: string, password: string): Promise<{ ok: boolean; cookie: string }> => {
  const answer = await fetch(`${site.publicUrl}/wp-login.php`, {
    method: 'POST',
    redirect: 'manual',
    headers: { 'content-type': 'application/x-www-form-urlencoded', cookie: 'wordpress_test_cookie=WP+Cookie+check' },
    body: new URLSearchParams({ log: user, pwd: password, testcookie: '1' }),
  });
  return { ok: answer.status === 302, cookie: answer.headers.getSetCookie().map((each) => each.split(';')[0]).join('; ') };
};

/** What the dashboard answers to a browser with these cookies: 200, or 302 to the form. */
export const dashboard = async (site: Site, cookie: string): Promise<number> => (await fetch(`${site.publicUrl}/wp-admin/profile.php`, { redirect: 'manual', headers: { cookie } })).status;
