import { createHash, randomBytes } from 'node:crypto';
import { expect, vi } from 'vitest';
import { use } from './as-told.js';
import type { TenantName, TwoTenants } from './two-tenants.js';

const sha256 = (data: ArrayBuffer | Buffer | string): string => createHash('sha256').update(Buffer.from(data as Buffer)).digest('hex');

/** What has been written through the public doors of a tenant, and how it was. */
export interface Sentinels {
  tenant: TenantName;
  posts: { id: number; title: string; text: string }[];
  /** Path below the site's address, and the digest of what is there. */
  upload: { path: string; sha256: string };
  chat: { id: string; answer: string; file: { id: string; sha256: string } };
  /** A post that the chat has scheduled, and when it is due (milliseconds). WordPress takes nothing that is due within a minute. */
  scheduled: { id: number; due: number };
}

/** Writes posts and a file as the site's administrator, and a chat and a file as an ordinary person. */
export const plant = async (both: TwoTenants, tenant: TenantName): Promise<Sentinels> => {
  const [site, ada] = await Promise.all([both.siteAdmin(tenant), both.person(tenant, 'Ada')]);
  const posts = [];
  for (let index = 1; index <= 3; index++) {
    const [title, text] = [`Kept ${index}`, randomBytes(2000).toString('hex')];
    const { id } = (await site.ask('POST', 'wp/v2/posts', { title, content: `<p>${text}</p>`, status: 'publish' })) as { id: number };
    posts.push({ id, title, text });
  }
  const words = randomBytes(1_000_000).toString('base64');
  const file = (await site.ask('POST', 'wp/v2/media', new Blob([words], { type: 'text/plain' }), 'kept.txt')) as { source_url: string };
  const form = new FormData();
  form.set('file', new Blob([words], { type: 'text/plain' }), 'kept.txt');
  const { id } = (await ada.upload('/api/v1/files/?process=false', form)) as { id: string };
  const { chat, answer } = await ada.say(`tenant-search ${JSON.stringify({ query: 'Kept' })}`);
  // The assistant speaks in the time zone of the site.
  const { gmt_offset: hours } = (await site.ask('GET', '')) as { gmt_offset: number };
  const due = Math.ceil(Date.now() / 1000) * 1000 + 90_000;
  const later = await use(ada, 'create-post', { title: 'Scheduled', content: '<p>Now.</p>', status: 'future', date: new Date(due + hours * 3_600_000).toISOString().slice(0, 19) });
  return { tenant, posts, scheduled: { id: later['id'] as number, due }, upload: { path: new URL(file.source_url).pathname, sha256: sha256(words) }, chat: { id: chat, answer, file: { id, sha256: sha256(words) } } };
};

/** Waits until both applications answer again, and then finds everything as it was: what was written, who may log in, and the tools. */
export const expectAllThere = async (both: TwoTenants, { tenant, posts, upload, chat }: Sentinels): Promise<void> => {
  const { wordpress, openwebui } = both.endpoints[tenant];
  const answers = async (url: URL | string): Promise<void> => expect((await fetch(url, { signal: AbortSignal.timeout(10_000) })).status).toBe(200);
  await vi.waitFor(() => Promise.all([answers(new URL('wp-json/wp/v2/posts', wordpress)), answers(new URL('ready', openwebui))]), { timeout: 400_000, interval: 500 });
  const shown = await both.posts(tenant);
  for (const { id, title, text } of posts) expect(shown).toContainEqual(expect.objectContaining({ id, title: { rendered: title }, content: expect.objectContaining({ rendered: expect.stringContaining(text) as string }) as unknown }));
  const file = await fetch(new URL(upload.path, wordpress));
  expect([file.status, sha256(await file.arrayBuffer())]).toEqual([200, upload.sha256]);
  const [ada] = await Promise.all([both.person(tenant, 'Ada'), both.siteAdmin(tenant)]);
  const { history } = ((await ada.ask('GET', `/api/v1/chats/${chat.id}`)) as { chat: { history: { messages: Record<string, { content: string }> } } }).chat;
  expect(Object.values(history.messages).map(({ content }) => content)).toContain(chat.answer);
  expect(sha256(await ada.download(`/api/v1/files/${chat.file.id}/content`))).toBe(chat.file.sha256);
  // An application that has just started finds the other's tools with the next message, if not with this one.
  await vi.waitFor(async () => expect(await use(ada, 'read-post', { id: posts[0]?.id })).toMatchObject({ id: posts[0]?.id, title: posts[0]?.title }), { timeout: 120_000, interval: 1000 });
};
