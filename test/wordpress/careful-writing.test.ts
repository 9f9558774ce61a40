import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { call, problem } from './support/client.js';
import { activate } from './support/plugins.js';
import { Site } from './support/site.js';

let site: Site;
beforeAll(async () => {
  site = await Site.start();
});
afterAll(() => site.remove());

const PIXEL = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';
const create = (args: Record<string, unknown> = {}): Promise<{ id: number; note?: string }> => call(site, 'create-post', { title: 'A title', content: '<p>Some text</p>', ...args });
const update = (id: number, args: Record<string, unknown>): Promise<{ note?: string }> => call(site, 'update-post', { id, ...args });

describe('a text that was there before', () => {
  const BLOCKS = '<!-- wp:paragraph --><p>New:</p><!-- /wp:paragraph --><!-- wp:latest-posts /-->';
  const BACK = /tell the person: the text before is kept as a revision/;

  it('does not lose its blocks unnoticed: the answer says how many are gone, and the way back', async () => {
    const { id, note } = await create({ content: BLOCKS });
    expect(note).toBeUndefined();
    expect((await update(id, { content: BLOCKS.replace('New', 'Newest') })).note).toBeUndefined();
    const { note: said } = await update(id, { content: '<p>Newest:</p>' });
    expect(said).toMatch(/^2 of the blocks .* are gone\./);
    expect(said).toMatch(BACK);
    expect((await update(id, { title: 'Another title' })).note).toBeUndefined();
  });

  it('does not lose its end unnoticed, when only the part that was read is sent back', async () => {
    const content = Array.from({ length: 3000 }, () => '<p>Zeile</p>').join('');
    const { id } = await create({ content });
    const part = await call(site, 'read-post', { id });
    const { note } = await update(id, { content: part.content });
    expect(note).toContain(`The text had ${content.length} characters and now has ${part.content.length}; tenant-read-post gives a long one in parts.`);
    expect(note).toMatch(BACK);
    expect((await update(id, { content: '<p>short</p>' })).note, 'a text that could be read at once').toBeUndefined();
  });
});

it('what is published has its categories, tags and image already: plugins that send it elsewhere look once', async () => {
  await activate(
    site,
    'sends-on',
    "add_action( 'publish_post', function ( $id ) { update_option( 'sent_on', array( wp_get_post_categories( $id ), wp_get_post_tags( $id, array( 'fields' => 'names' ) ), (int) get_post_thumbnail_id( $id ) ) ); } );",
  );
  const sent = (): Promise<unknown> => site.php("return get_option( 'sent_on' );");
  const news = (await call(site, 'create-term', { name: 'News' })).id as number;
  const image = (await call(site, 'upload-media', { filename: 'dot.png', data: PIXEL })).id as number;
  const [tag, other] = ["Rock'n'Roll", 'AC\\DC "live"'];

  await create({ status: 'publish', categories: [news], tags: [tag], image });
  expect(await sent()).toEqual([[news], [tag], image]);
  const { id } = await create();
  await update(id, { status: 'publish', categories: [news], tags: [other], image });
  expect(await sent()).toEqual([[news], [other], image]);
  await update(id, { categories: [], tags: [], image: 0 });
  expect(await call(site, 'read-post', { id })).toMatchObject({ categories: [1], tags: [], image: 0 });
});

describe('what is left empty', () => {
  it.each(['title', 'content', 'slug', 'date'])('is refused where it would take something away: %s', async (name) => {
    const { id } = await create({ slug: 'stays' });
    const before = await call(site, 'read-post', { id });
    expect(await problem(site, 'update-post', { id, [name]: '' })).toMatch(new RegExp(`${name} must be at least 1 character long`));
    expect(await call(site, 'read-post', { id })).toEqual(before);
  });

  it('may be a summary, which can be taken away', async () => {
    const { id } = await create({ excerpt: 'short' });
    await update(id, { excerpt: '' });
    expect(await call(site, 'read-post', { id })).toMatchObject({ excerpt: 'Some text' });
  });

  it('as null is the same as not given', async () => {
    const { id } = await create({ slug: null, date: null, tags: null, status: null });
    const before = await call(site, 'read-post', { id });
    expect(await problem(site, 'update-post', { id, title: null, content: null })).toMatch(/Nothing to change/);
    expect(await call(site, 'read-post', { id })).toEqual(before);
    expect(await problem(site, 'create-post', { title: null, content: 'x', slug: null })).toMatch(/title is a required property/);
    expect(await problem(site, 'update-post', { id, title: null, status: 'live' }), 'the reason is what is wrong').toMatch(/status is not one of/);
  });
});
