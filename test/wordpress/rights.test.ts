import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { call, problem } from './support/client.js';
import { Site } from './support/site.js';

/** A person's posts, and a comment that waits. */
interface Content {
  published: number;
  draft: number;
  secret: number;
  page: number;
  comment: number;
}

let site: Site;
let theirs: Content;
const PIXEL = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';

beforeAll(async () => {
  site = await Site.start();
  theirs = await site.php<Content>(`
    $make = fn( $more ) => wp_insert_post( $more + array( 'post_author' => 1, 'post_title' => 'Hers', 'post_content' => 'quokka', 'post_status' => 'publish' ) );
    $published = $make( array() );
    return array(
      'published' => $published,
      'draft' => $make( array( 'post_status' => 'draft' ) ),
      'secret' => $make( array( 'post_password' => 'sesame' ) ),
      'page' => $make( array( 'post_type' => 'page' ) ),
      'comment' => wp_insert_comment( array( 'comment_post_ID' => $published, 'comment_content' => 'hello', 'comment_approved' => 0 ) ),
    );`);
});
afterAll(() => site.remove());

const post = (args: Record<string, unknown> = {}): Record<string, unknown> => ({ title: 'Mine', content: 'x', ...args });
const ids = (list: { entries: { id: number }[] }): number[] => list.entries.map(({ id }) => id);
const LACKS = /Not allowed: the site's user for the assistant \((author|contributor)\) lacks the right/;
const MAY_NOT = /Not allowed: the site's user for the assistant may not do this to post/;

describe('an Editor, which is what the assistant is', () => {
  it('may do everything there is a tool for, to other people\'s content too', async () => {
    await site.becomes('editor');
    expect(ids(await call(site, 'list-posts', { status: 'draft' }))).toContain(theirs.draft);
    expect(await call(site, 'update-post', { id: theirs.published, tags: ['seen'] })).toMatchObject({ id: theirs.published });
    expect(await call(site, 'read-post', { id: theirs.secret })).toMatchObject({ content: 'quokka' });
    expect(await call(site, 'list-comments', { status: 'hold' })).toMatchObject({ total: 1 });
  });

  it('is not an administrator: it has no rights over people, plugins or settings', async () => {
    expect(await site.php<boolean[]>("$user = get_user_by( 'login', 'assistant' ); return array_map( fn( $right ) => $user->has_cap( $right ), array( 'manage_options', 'list_users', 'create_users', 'install_plugins', 'edit_theme_options', 'unfiltered_upload' ) );")).toEqual([false, false, false, false, false, false]);
  });

  it('stays the author of nothing but its own posts when it changes those of others', async () => {
    await call(site, 'update-post', { id: theirs.published, title: 'Hers, corrected' });
    expect(await site.php<string>(`return get_post( ${theirs.published} )->post_author;`)).toBe('1');
  });
});

describe('an Author', () => {
  beforeAll(() => site.becomes('author'));

  it('publishes and uploads, and changes and trashes what is its own', async () => {
    const { id } = await call(site, 'create-post', post({ status: 'publish' }));
    await call(site, 'update-post', { id, title: 'Mine, changed' });
    await call(site, 'upload-media', { filename: 'dot.png', data: PIXEL });
    await call(site, 'trash-post', { id });
  });

  it('may not touch other people\'s posts, or pages', async () => {
    for (const id of [theirs.published, theirs.draft, theirs.page]) {
      expect(await problem(site, 'update-post', { id, title: 'x' })).toMatch(MAY_NOT);
      expect(await problem(site, 'trash-post', { id })).toMatch(MAY_NOT);
    }
    expect(await problem(site, 'create-post', post({ type: 'page' }))).toMatch(/may not create a page/);
  });

  it('reads what the public may read, and not what others have not published or have locked', async () => {
    expect(await call(site, 'read-post', { id: theirs.published })).toMatchObject({ id: theirs.published });
    for (const id of [theirs.draft, theirs.secret]) expect(await problem(site, 'read-post', { id })).toMatch(MAY_NOT);
  });

  it('finds other people\'s published posts, but no drafts of theirs', async () => {
    expect(ids(await call(site, 'search', { query: 'quokka' }))).not.toContain(theirs.draft);
    expect(ids(await call(site, 'search', { query: 'quokka' }))).toContain(theirs.published);
    expect(ids(await call(site, 'list-posts'))).not.toContain(theirs.draft);
    const excerpts = async (): Promise<Record<number, string>> => Object.fromEntries((await call(site, 'search', { query: 'quokka' })).entries.map(({ id, excerpt }: { id: number; excerpt: string }) => [id, excerpt]));
    expect(await excerpts(), 'what is behind a password stays there').toMatchObject({ [theirs.published]: 'quokka', [theirs.secret]: '' });
    const mine = await call(site, 'create-post', post());
    expect(ids(await call(site, 'list-posts', { status: 'draft' }))).toEqual([mine.id]);
  });

  it('may not make categories, nor see or moderate comments', async () => {
    expect(await problem(site, 'create-term', { name: 'X' })).toMatch(LACKS);
    expect(await problem(site, 'list-comments')).toMatch(LACKS);
    expect(await problem(site, 'moderate-comment', { id: theirs.comment, verdict: 'approve' })).toMatch(LACKS);
    expect(await site.php<string>(`return wp_get_comment_status( ${theirs.comment} );`)).toBe('unapproved');
  });
});

describe('a Contributor', () => {
  beforeAll(() => site.becomes('contributor'));

  it('writes drafts, and is told what it can do instead of publishing', async () => {
    const { id } = await call(site, 'create-post', post());
    for (const status of ['publish', 'private', 'future']) {
      const date = '2040-01-01T10:00:00';
      expect(await problem(site, 'update-post', { id, status, date })).toBe('Not allowed to publish. Use status draft, or pending to ask a person to publish it.');
      expect(await problem(site, 'create-post', post({ status, date }))).toMatch(/Not allowed to publish/);
    }
    expect(await call(site, 'update-post', { id, status: 'pending' })).toMatchObject({ status: 'pending' });
  });

  it('may not upload, nor look into the library', async () => {
    expect(await problem(site, 'upload-media', { filename: 'dot.png', data: PIXEL })).toMatch(LACKS);
    expect(await problem(site, 'list-media')).toMatch(LACKS);
  });

  it('may still read what is there to read', async () => {
    expect(await call(site, 'site-info')).toMatchObject({ acting_as: 'Assistant' });
    expect(ids(await call(site, 'list-terms'))).toContain(1);
  });
});

describe('the next start of the pod', () => {
  it('leaves it an administrator while there is no other, and says so', async () => {
    await site.becomes('administrator');
    await site.php("get_userdata( 1 )->set_role( 'author' );");
    expect(await site.install()).toContain('service user assistant is the only administrator and stays it');
    expect(await site.php<string[]>("return get_user_by( 'login', 'assistant' )->roles;")).toEqual(['administrator']);
    await site.php("get_userdata( 1 )->set_role( 'administrator' );");
  });

  it('makes it an Editor again, whoever changed that', async () => {
    await site.becomes('administrator');
    expect(await site.install()).toContain('service user assistant is an Editor again');
    expect(await site.php<string[]>("return array_values( get_user_by( 'login', 'assistant' )->roles );")).toEqual(['editor']);
  });
});
