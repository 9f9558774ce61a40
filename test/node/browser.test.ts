import { randomUUID } from 'node:crypto';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { succeeded } from '../support/outcome.js';
import { startBrowser } from './support/browser.js';
import { addUser } from './support/chat.js';
import type { Answer, Asked } from './support/model-server.js';
import { openTwoTenants, type TwoTenants } from './support/two-tenants.js';
import { listenToWire, type Wire } from './support/wire.js';

const BOB = { name: 'Bob', email: 'bob@acme.example', password: 'Bob-writes-posts-1' };
/** Another one in each run: the site stays between them. */
const TITLE = `Written in a browser ${randomUUID().slice(0, 8)}`;

interface Login {
  url: string;
  user: string;
  password: string;
}

describe('the tenant’s people in a browser', () => {
  let both: TwoTenants;
  let browser: Browser;
  let wire: Wire;
  /** The administrator's browser: one jar of cookies for both applications. */
  let profile: BrowserContext;
  let logins: { wordpress: Login; openwebui: Login };
  let release: () => void = () => undefined;
  const released = new Promise<void>((resolve) => {
    release = resolve;
  });

  /** Publishes when it has the tools, and keeps the end of what it says about it until somebody has read the beginning. */
  const script = ({ messages, tools }: Asked): Answer => {
    const create = tools.find((name) => name.endsWith('create-post'));
    if (create === undefined) return { say: 'A title' };
    if (messages.at(-1)?.role === 'tool') return { say: 'Published, everybody can read it.', afterFirst: released };
    return { call: create, with: { title: TITLE, content: '<p>Every word of it.</p>', status: 'publish' } };
  };

  beforeAll(async () => {
    both = await openTwoTenants(script);
    [browser, wire] = await Promise.all([startBrowser(), listenToWire(both.node, 'tenant-acme')]);
    profile = await browser.newContext();
    logins = succeeded(await both.run('credentials', 'acme')).data as typeof logins;
  });
  afterAll(async () => {
    release();
    await Promise.all([browser?.close(), wire?.close(), both?.close()]);
  });

  const onDashboard = async (page: Page): Promise<void> => page.getByRole('heading', { name: 'Dashboard', level: 1 }).waitFor();
  const inChat = async (page: Page): Promise<void> => page.locator('#chat-input').waitFor();
  const logInToChat = async (page: Page, email: string, password: string): Promise<void> => {
    await page.goto(both.endpoints.acme.openwebui);
    await page.getByLabel('Email').fill(email);
    await page.locator('input[type=password]').fill(password);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await inChat(page);
  };

  it('leads from the bare address of the dashboard through the login to the dashboard, and never to another port', async () => {
    const page = await profile.newPage();
    const asked = new Set<string>();
    page.on('request', (request) => asked.add(new URL(request.url()).origin));
    await page.goto(`${both.endpoints.acme.wordpress}/wp-admin`);
    expect(await page.title()).toContain(both.created.acme.tenant.name);
    // The page puts the cursor there itself, a moment after it has loaded: what is typed into another field just then would end here.
    await page.locator('#user_login:focus').waitFor();
    await page.getByLabel('Username or Email Address').fill(logins.wordpress.user);
    await page.getByLabel('Password', { exact: true }).fill(logins.wordpress.password);
    await page.getByRole('button', { name: 'Log In' }).click();
    await onDashboard(page);
    expect(page.url()).toBe(`${both.endpoints.acme.wordpress}/wp-admin/`);
    expect([...asked].filter((origin) => /\/\/[\d.]+/.test(origin))).toEqual([both.endpoints.acme.wordpress]);
  });

  it('stays logged in to both applications with one jar of cookies, of which each gets its own only', async () => {
    const [site, chat] = [await profile.newPage(), await profile.newPage()];
    await logInToChat(chat, logins.openwebui.user, logins.openwebui.password);
    await site.goto(`${both.endpoints.acme.wordpress}/wp-admin/`);
    await onDashboard(site);
    await chat.reload();
    await inChat(chat);

    const names = (await profile.cookies()).map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining(['token', expect.stringMatching(/^wordpress_logged_in_/)]));
    const [sites, chats] = [/^cookie:.*\bwordpress_logged_in_\w+=/im, /^cookie:.*\btoken=/im];
    const counts = (cookie: RegExp): unknown => Object.fromEntries((['gateway', 'wordpress', 'openwebui'] as const).map((application) => [application, wire.reached(application).filter((head) => cookie.test(head)).length > 0]));
    expect(counts(sites)).toEqual({ gateway: true, wordpress: true, openwebui: false });
    expect(counts(chats)).toEqual({ gateway: true, wordpress: false, openwebui: true });
  });

  it('lets one of its people ask the chat for a post, read the answer while it is written, and open the post on the site', async () => {
    await addUser(await both.admin('acme'), BOB).catch((error: unknown) => expect(String(error)).toContain('400'));
    const context = await browser.newContext();
    const page = await context.newPage();
    await logInToChat(page, BOB.email, BOB.password);
    // They come a moment after the page. Nobody types as fast as a test does.
    await page.getByRole('button', { name: 'Available Tools' }).waitFor();
    const sent = page.waitForRequest((request) => request.method() === 'POST' && request.url().endsWith('/api/chat/completions'));
    await page.locator('#chat-input').click();
    await page.keyboard.type(`Publish a post called ${TITLE}`);
    await page.keyboard.press('Enter');
    // Nobody has chosen them: they are there for each model.
    expect((await sent).postDataJSON()).toMatchObject({ tool_ids: ['server:mcp:wordpress'] });
    // The model does not go on before this has been seen.
    const answer = page.locator('#messages-container');
    await answer.getByText('Published,').waitFor();
    expect(await answer.innerText()).not.toContain('everybody can read it.');
    release();
    await answer.getByText('Published, everybody can read it.').waitFor();

    await page.goto(both.endpoints.acme.wordpress);
    await page.getByRole('link', { name: TITLE }).click();
    await page.getByText('Every word of it.').waitFor();
    expect(new URL(page.url()).origin).toBe(both.endpoints.acme.wordpress);
    await context.close();
  });

  it('offers nobody an account', async () => {
    const context = await browser.newContext();
    const page = await context.newPage();
    await page.goto(both.endpoints.acme.openwebui);
    await page.getByRole('button', { name: 'Sign in' }).waitFor();
    expect(await page.locator('body').innerText()).not.toMatch(/sign up|create an account|registrieren/i);
    const status = await page.evaluate(async () => (await fetch('/api/v1/auths/signup', { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ name: 'Eve', email: 'eve@elsewhere.example', password: 'Let-me-in-please-1' }) })).status);
    expect(status).toBe(403);
    await page.goto(`${both.endpoints.acme.wordpress}/wp-login.php?action=register`);
    await page.getByText('User registration is currently not allowed.').waitFor();
    await context.close();
  });
});
