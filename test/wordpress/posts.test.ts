import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { call, problem } from './support/client.js';
import { Site } from './support/site.js';

let site: Site;
beforeAll(async () => {
  site = await Site.start();
});
afterAll(() => site.remove());

const create = (args: Record<string, unknown> = {}): Promise<{ id: number; status: string; url: string; note?: string }> => call(site, 'create-post', { title: 'A title', content: '<p>Some text</p>', ...args });
const read = (id: number): Promise<Record<string, unknown>> => call(site, 'read-post', { id });
/** The page of a post as a visitor gets it. */
const visit = async (url: string): Promise<{ status: number; text: string }> => {
  const answer = await fetch(url, { redirect: 'manual' });
  return { status: answer.status, text: await answer.text() };
};

describe('creating', () => {
  it('makes a draft that visitors do not see, owned by the service user', async () => {
    const { id, status, url } = await create({ title: 'Not yet' });
    expect(status).toBe('draft');
    expect((await visit(url)).status).toBe(404);
    expect(await site.php<string>(`return get_userdata( get_post( ${id} )->post_author )->user_login;`)).toBe('assistant');
    expect(await read(id)).toMatchObject({ type: 'post', title: 'Not yet', content: '<p>Some text</p>', author: 'Assistant', next: null });
  });

  it('publishes at once when told to', async () => {
    const { status, url } = await create({ title: 'Grüße aus Köln & <Bonn>', status: 'publish', content: '<h2>Überschrift</h2><p>10 % von 5 € sind "viel" \\ wenig</p>' });
    expect(status).toBe('publish');
    const page = await visit(url);
    expect(page.status).toBe(200);
    expect(page.text).toContain('<h2>Überschrift</h2>');
  });

  it('keeps every character of the text', async () => {
    const content = '<p>C:\\temp\\new "quoted" \'single\' 100 % $1 \\1 😀 ä</p>';
    const { id } = await create({ content, title: 'Back\\slash "quotes"', excerpt: 'a \\ b' });
    expect(await read(id)).toMatchObject({ content, title: 'Back\\slash "quotes"', excerpt: 'a \\ b' });
  });

  it('makes pages, with an address of its own', async () => {
    const { id, url } = await create({ type: 'page', title: 'About us', slug: 'who-we-are', status: 'publish' });
    expect(url).toBe(`${site.publicUrl}/who-we-are/`);
    expect(await read(id)).toMatchObject({ type: 'page', slug: 'who-we-are' });
  });

  it('gives categories, tags and an image', async () => {
    const news = await call(site, 'create-term', { name: 'News' });
    const image = await call(site, 'upload-media', { filename: 'dot.png', data: 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==' });
    const { id } = await create({ categories: [news.id], tags: ['Köln', 'new tag'], image: image.id });
    expect(await read(id)).toMatchObject({ categories: [news.id], tags: ['Köln', 'new tag'], image: image.id });
    await call(site, 'update-post', { id, categories: [1], tags: [], image: 0 });
    expect(await read(id)).toMatchObject({ categories: [1], tags: [], image: 0 });
  });

  it('removes what is dangerous, and says so', async () => {
    const { id, note } = await create({
      status: 'publish',
      title: 'Title <script>alert(1)</script><b>bold</b>',
      content: '<p onclick="x()">fine</p><script>alert(1)</script><iframe src="https://evil.example"></iframe><a href="javascript:alert(1)">link</a><img src=x onerror=alert(1)>',
      excerpt: 'short <script>alert(1)</script>',
    });
    const { content, title, excerpt } = (await site.php<{ content: string; title: string; excerpt: string }>(`$post = get_post( ${id} ); return array( 'content' => $post->post_content, 'title' => $post->post_title, 'excerpt' => $post->post_excerpt );`));
    for (const text of [content, title, excerpt]) expect(text).not.toMatch(/<script|onclick|onerror|iframe|javascript:/);
    expect(content).toContain('<p>fine</p>');
    expect(title).toBe('Title bold');
    expect(note).toContain('HTML was removed');
    expect(await create()).not.toHaveProperty('note');
  });

  it.each([
    [{ title: undefined }, /title is a required property/],
    [{ content: undefined }, /content is a required property/],
    [{ title: '' }, /title must be at least 1 character/],
    [{ title: 'x'.repeat(301) }, /title must be at most 300 characters/],
    [{ status: 'live' }, /status is not one of publish, future, draft, pending, and private/],
    [{ status: 'trash' }, /status is not one of/],
    [{ type: 'attachment' }, /type is not one of post and page/],
    [{ text: 'x' }, /text is not a valid property.*Known arguments: type, title \(required\), content \(required\)/],
    [{ categories: 'News' }, /categories\[0\] is not of type integer/],
    [{ categories: [999] }, /There is no category with id 999\. There are: .*1 \(Uncategorized\)/],
    [{ image: 999 }, /There is no image with id 999\..*tenant-list-media/],
    [{ image: 1 }, /There is no image with id 1\./],
    [{ type: 'page', categories: [1] }, /Pages have neither categories nor tags/],
    [{ type: 'page', tags: ['x'] }, /Pages have neither categories nor tags/],
    [{ date: 'tomorrow' }, /The date tomorrow is not understood\. Write it like 2026-11-23T10:00:00/],
    [{ date: '2026-02-30T10:00:00' }, /is not understood/],
    [{ date: '2026-11-23' }, /is not understood/],
    [{ status: 'future' }, /Status future needs a date.*On the site it is now \d{4}-/],
    [{ status: 'future', date: '2020-01-01T10:00:00' }, /needs a date that is at least a minute from now/],
  ])('says what is wrong with %j, and writes nothing', async (wrong, words) => {
    const count = (): Promise<number> => site.php<number>("return (int) $wpdb->get_var( \"SELECT COUNT(*) FROM $wpdb->posts WHERE post_type IN ( 'post', 'page' )\" );");
    const before = await count();
    expect(await problem(site, 'create-post', { title: 'x', content: 'y', ...wrong })).toMatch(words);
    expect(await count()).toBe(before);
  });

  it('takes numbers that a model writes as text', async () => {
    const { id } = await create();
    expect((await call(site, 'read-post', { id: String(id) })).id).toBe(id);
    await call(site, 'update-post', { id: String(id), categories: ['1'] });
    expect(await read(id)).toMatchObject({ categories: [1] });
  });

  it('understands a date in the time zone of the site, and one that names its own', async () => {
    const dates = async (date: string): Promise<string[]> => site.php(`$post = get_post( ${(await create({ date, status: 'publish' })).id} ); return array( $post->post_date, $post->post_date_gmt );`);
    expect(await dates('2024-07-01T10:00:00')).toEqual(['2024-07-01 10:00:00', '2024-07-01 08:00:00']);
    expect(await dates('2024-07-01T10:00:00Z')).toEqual(['2024-07-01 12:00:00', '2024-07-01 10:00:00']);
    expect(await dates('2024-01-01 10:00')).toEqual(['2024-01-01 10:00:00', '2024-01-01 09:00:00']);
  });
});

describe('changing', () => {
  it('changes what is given and leaves the rest', async () => {
    const { id } = await create({ title: 'Old', content: '<p>text</p>', excerpt: 'short', tags: ['one'] });
    expect(await call(site, 'update-post', { id, title: 'New' })).toMatchObject({ id, title: 'New', status: 'draft' });
    expect(await read(id)).toMatchObject({ title: 'New', content: '<p>text</p>', excerpt: 'short', tags: ['one'] });
  });

  it('keeps what was there before as a revision', async () => {
    const { id } = await create({ content: '<p>first</p>' });
    await call(site, 'update-post', { id, content: '<p>second</p>' });
    expect(await site.php<string[]>(`return array_map( fn( $revision ) => $revision->post_content, array_values( wp_get_post_revisions( ${id} ) ) );`)).toContain('<p>first</p>');
  });

  it('publishes a draft, and takes it back', async () => {
    const { id, url } = await create({ slug: 'there-and-back' });
    expect(url).toContain('?p=');
    const published = await call(site, 'update-post', { id, status: 'publish' });
    expect((await visit(published.url)).status).toBe(200);
    await call(site, 'update-post', { id, status: 'draft' });
    expect((await visit(published.url)).status).toBe(404);
  });

  it('says what is wrong', async () => {
    const { id } = await create();
    expect(await problem(site, 'update-post', { id: 99999, title: 'x' })).toBe('There is no post or page with id 99999. tenant-list-posts and tenant-search show which there are.');
    expect(await problem(site, 'update-post', { title: 'x' })).toMatch(/id is a required property/);
    expect(await problem(site, 'update-post', { id })).toMatch(/Nothing to change: give at least one of title, content/);
    expect(await problem(site, 'update-post', { id: 0, title: 'x' })).toMatch(/id must be greater than or equal to 1/);
    // A file of the media library is a post inside WordPress, but not one of these.
    const file = await site.php<number>("return wp_insert_attachment( array( 'post_title' => 'file', 'post_mime_type' => 'image/png' ) );");
    expect(await problem(site, 'update-post', { id: file, title: 'x' })).toMatch(/There is no post or page/);
  });
});

describe('throwing away', () => {
  it('moves to the trash, from where it can be taken out again', async () => {
    const { id, url } = await create({ status: 'publish', title: 'Gone for now' });
    expect(await call(site, 'trash-post', { id })).toEqual({ id, status: 'trash' });
    expect((await visit(url)).status).toBe(404);
    expect(await call(site, 'trash-post', { id }), 'a second time').toEqual({ id, status: 'trash' });
    expect((await call(site, 'list-posts', { status: 'trash' })).entries.map((post: { id: number }) => post.id)).toContain(id);

    expect(await problem(site, 'update-post', { id, title: 'x' })).toMatch(/is in the trash\. Give a status/);
    expect(await call(site, 'update-post', { id, status: 'publish' })).toMatchObject({ status: 'publish', url });
    expect((await visit(url)).status).toBe(200);
  });

  it('never deletes: everything that was ever made is still there', async () => {
    const { id } = await create();
    for (let time = 0; time < 3; time += 1) await call(site, 'trash-post', { id });
    expect(await site.php<string>(`return get_post( ${id} )->post_status;`)).toBe('trash');
    expect(await problem(site, 'trash-post', { id: 99999 })).toMatch(/There is no post or page/);
  });
});

describe('listing', () => {
  beforeAll(async () => {
    await site.php("foreach ( range( 1, 45 ) as $n ) wp_insert_post( array( 'post_title' => sprintf( 'Paged %02d', $n ), 'post_content' => 'zebra ' . $n, 'post_status' => 'publish', 'post_type' => 'page', 'post_date' => sprintf( '2025-01-01 10:%02d:00', $n ) ) );");
  });

  it('shows one page, what there is in all, and which page is next', async () => {
    const total = await site.php<number>("return (int) wp_count_posts( 'page' )->publish + (int) wp_count_posts( 'page' )->draft;");
    const first = await call(site, 'list-posts', { type: 'page' });
    expect(first).toMatchObject({ page: 1, per_page: 20, total, next: 2 });
    expect(first.entries).toHaveLength(20);
    const seen: number[] = [];
    for (let page: number | null = 1; page !== null; ) {
      const { entries, next } = await call(site, 'list-posts', { type: 'page', per_page: 7, page });
      seen.push(...entries.map((entry: { id: number }) => entry.id));
      page = next as number | null;
    }
    expect(new Set(seen).size).toBe(total);
    expect(seen).toHaveLength(total);
  });

  it('shows nothing beyond the end, and says that there is no more', async () => {
    expect(await call(site, 'list-posts', { type: 'page', page: 99 })).toMatchObject({ entries: [], page: 99, next: null });
  });

  it('does not show more at once than a model can read', async () => {
    expect(await problem(site, 'list-posts', { per_page: 51 })).toMatch(/per_page must be between 1 \(inclusive\) and 50 \(inclusive\)/);
    expect(await problem(site, 'list-posts', { page: 0 })).toMatch(/page must be greater than or equal to 1/);
  });

  it('shows only the state and the category asked for, the newest first', async () => {
    const { id } = await create({ title: 'Waiting', status: 'pending' });
    expect((await call(site, 'list-posts', { status: 'pending' })).entries.map((post: { id: number }) => post.id)).toEqual([id]);
    const { id: category } = await call(site, 'create-term', { name: 'Only here' });
    const inside = await create({ categories: [category] });
    expect((await call(site, 'list-posts', { category })).entries.map((post: { id: number }) => post.id)).toEqual([inside.id]);
    const { entries } = await call(site, 'list-posts', { type: 'page', status: 'publish', per_page: 50 });
    const dates = entries.map((post: { date: string }) => post.date);
    expect(dates).toEqual([...dates].sort().reverse());
    expect(await problem(site, 'list-posts', { status: 'published' })).toMatch(/status is not one of publish, future/);
  });

  it('leaves out the trash unless it is asked for', async () => {
    const { id } = await create();
    await call(site, 'trash-post', { id });
    for (const args of [{}, { status: 'any' }]) expect((await call(site, 'list-posts', { per_page: 50, ...args })).entries.map((post: { id: number }) => post.id)).not.toContain(id);
  });
});

describe('searching', () => {
  it('finds words in posts and pages, by page', async () => {
    await create({ title: 'The zebra crossing', status: 'draft' });
    expect(await call(site, 'search', { query: 'zebra', per_page: 10 })).toMatchObject({ total: 46, next: 2 });
    expect((await call(site, 'search', { query: 'zebra crossing' })).entries).toMatchObject([{ title: 'The zebra crossing', type: 'post', status: 'draft' }]);
    expect(await call(site, 'search', { query: 'zebra', type: 'post' })).toMatchObject({ total: 1, next: null });
    expect(await call(site, 'search', { query: 'xylophone' })).toMatchObject({ entries: [], total: 0, next: null });
    expect(await problem(site, 'search', {})).toMatch(/query is a required property/);
    expect(await problem(site, 'search', { query: 'x' })).toMatch(/query must be at least 2 characters/);
  });
});

describe('reading', () => {
  it('reads a long text in parts that together are all of it', async () => {
    const content = Array.from({ length: 6000 }, (_, line) => `<p>Zeile ${line} ä</p>`).join('');
    const { id } = await create({ content });
    let text = '';
    for (let from: number | null = 0; from !== null; ) {
      const part = await call(site, 'read-post', { id, from });
      expect(part.content.length).toBeLessThanOrEqual(20_000);
      text += part.content;
      from = part.next as number | null;
    }
    expect(text).toBe(content);
  });

  it('says when there is nothing of that id', async () => {
    expect(await problem(site, 'read-post', { id: 99999 })).toMatch(/There is no post or page with id 99999/);
    expect(await problem(site, 'read-post', { id: 'abc' })).toMatch(/id is not of type integer/);
  });
});
