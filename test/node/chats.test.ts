import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { asTold, use } from './support/as-told.js';
import type { ChatUser } from './support/chat.js';
import type { SiteUser } from './support/site.js';
import { openTwoTenants, type TwoTenants } from './support/two-tenants.js';

/** A real image of 16 by 9 pixels. */
const IMAGE = 'iVBORw0KGgoAAAANSUhEUgAAABAAAAAJCAIAAAC0SDtlAAABC0lEQVR42g3LkbYFIQBA0acXw3AwDMMwHAxbh8IwamVpmqZpmvZbb7bvvx9XcCX34Squ5hqu5Truy/XcwI3cxM3cyv37cQRHch6O4miO4ViO47wczwmcyEmczKmcL2zBluyHrdiabdiW7dgv27MDO7ITO7Mr+wtLsCTrYSmWZhmWZTnWy/KswIqsxMqsyvrCFEzJfJiKqZmGaZmO+TI9MzAjMzEzszK/MARDMh6GYmiGYViGY7wMzwiMyEiMzKiML3RBl/SHruiabuiW7ugv3dMDPdITPdMr/QtN0CTtoSmaphmapTnaS/O0QIu0RMu0SvtCERRJeSiKoimGYimO8lI8JVAiJVEypVL+AYu8ujGR9U+RAAAAAElFTkSuQmCC';
const sha256 = (data: Buffer): string => createHash('sha256').update(data).digest('hex');

describe('what an ordinary person writes in the chat', () => {
  let both: TwoTenants;
  let ada: ChatUser;
  let site: SiteUser;
  let elsewhere: SiteUser;
  let assistant = 0;
  const post = (id: unknown): Promise<Record<string, unknown>> => site.ask('GET', `wp/v2/posts/${String(id)}?context=edit`) as Promise<Record<string, unknown>>;

  beforeAll(async () => {
    both = await openTwoTenants(asTold);
    [ada, site, elsewhere] = await Promise.all([both.person('acme', 'Ada'), both.siteAdmin('acme'), both.siteAdmin('globex')]);
    [{ id: assistant }] = (await site.ask('GET', 'wp/v2/users?slug=assistant')) as [{ id: number }];
  });
  afterAll(() => both.close());

  it('is allowed to somebody who is no administrator', async () => {
    expect(await ada.ask('GET', '/api/v1/auths/')).toMatchObject({ role: 'user', email: 'ada@acme.example' });
    await expect(ada.ask('GET', '/api/v1/users/')).rejects.toThrow(/401|403/);
  });

  it('is scheduled, and nobody sees it yet', async () => {
    const date = new Date(Date.now() + 24 * 3600 * 1000).toISOString().slice(0, 19);
    const { id } = await use(ada, 'create-post', { title: 'Tomorrow', content: '<p>Not yet.</p>', status: 'future', date });
    expect(await post(id)).toMatchObject({ status: 'future', author: assistant, date });
    expect((await fetch(`${both.endpoints.acme.wordpress}/?p=${String(id)}`)).status).toBe(404);
  });

  it('becomes a post of the site, and is edited there', async () => {
    const { id } = await use(ada, 'create-post', { title: 'Our summer', content: '<p>It was warm.</p>', status: 'publish' });
    expect(await post(id)).toMatchObject({ status: 'publish', author: assistant, title: { raw: 'Our summer' } });
    await use(ada, 'update-post', { id, title: 'Our long summer', content: '<p>It was warm, and it was long.</p>' });
    const page = await (await fetch(`${both.endpoints.acme.wordpress}/?p=${String(id)}`)).text();
    expect(page).toContain('Our long summer');
    expect(page).toContain('It was warm, and it was long.');
    expect(await post(id)).toMatchObject({ author: assistant });
  });

  it('brings an image along, which visitors get as it was', async () => {
    const file = await use(ada, 'upload-media', { filename: 'team.png', data: IMAGE, alt: 'The team' });
    const { id } = await use(ada, 'create-post', { title: 'The team', content: '<p>That is us.</p>', status: 'publish', image: file['id'] });
    expect(await post(id)).toMatchObject({ featured_media: file['id'], author: assistant });
    const media = (await site.ask('GET', `wp/v2/media/${String(file['id'])}`)) as { source_url: string; author: number; alt_text: string };
    expect(media).toMatchObject({ author: assistant, alt_text: 'The team' });
    const image = await fetch(media.source_url);
    expect([image.status, image.headers.get('content-type'), sha256(Buffer.from(await image.arrayBuffer()))]).toEqual([200, 'image/png', sha256(Buffer.from(IMAGE, 'base64'))]);
  });

  it('goes into the trash, where it can be taken out again', async () => {
    const { id } = await use(ada, 'create-post', { title: 'By mistake', content: '<p>No.</p>', status: 'publish' });
    await use(ada, 'trash-post', { id });
    expect(await post(id)).toMatchObject({ status: 'trash', author: assistant });
    expect((await fetch(`${both.endpoints.acme.wordpress}/?p=${String(id)}`)).status).toBe(404);
    await use(ada, 'update-post', { id, status: 'draft' });
    expect(await post(id)).toMatchObject({ status: 'draft' });
  });

  it('appears nowhere at the other tenant', async () => {
    const titles = async (user: SiteUser): Promise<string[]> =>
      ((await user.ask('GET', 'wp/v2/posts?per_page=100&status=any&context=edit')) as { title: { raw: string } }[]).map(({ title }) => title.raw);
    const here = await titles(site);
    expect(here).toEqual(expect.arrayContaining(['Tomorrow', 'Our long summer', 'The team', 'By mistake']));
    // What WordPress itself brings is on both.
    const brought = ['Hello world!'];
    expect((await titles(elsewhere)).filter((title) => here.includes(title) && !brought.includes(title))).toEqual([]);
    expect(await elsewhere.ask('GET', 'wp/v2/media?search=team')).toEqual([]);
  });
});
