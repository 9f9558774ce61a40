import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { imagesOf, memoryOf, partsOf } from './support/figures.js';
import { MODEL_TOKEN, type Asked, type Answer } from './support/model-server.js';
import { openTwoTenants, TENANTS, type TenantName, type TwoTenants } from './support/two-tenants.js';

/** The model writes what it is told to write, once, and then says so. */
const script = ({ messages, tools }: Asked): Answer => {
  const last = messages.at(-1);
  const create = tools.find((name) => name.endsWith('create-post'));
  if (last?.role === 'tool') return { say: `The site answered: ${JSON.stringify(last.content)}` };
  if (create === undefined) return { say: 'A title' };
  const text = typeof last?.content === 'string' ? last.content : (last?.content?.map((part) => part.text ?? '').join('') ?? '');
  return { call: create, with: { title: text.replace(/^Publish a post called /, ''), content: 'Written by the assistant.', status: 'publish' } };
};

describe('two tenants on a real node', () => {
  let both: TwoTenants;

  beforeAll(async () => {
    both = await openTwoTenants(script);
  });
  afterAll(async () => {
    console.log('memory of acme:', await memoryOf(both.node, 'tenant-acme'), 'images:', await imagesOf(both.node));
    await both.close();
  });

  it.each(TENANTS)('creates %s, and both of its applications answer at its own address', async (tenant) => {
    const { tenant: created } = both.created[tenant];
    console.log(`create ${tenant}:`, partsOf(both.created[tenant]));
    expect(created).toMatchObject({ addressSource: 'load-balancer', http: { wordpress: 200, openwebui: 200 } });
    const [site, chat] = await Promise.all([fetch(both.endpoints[tenant].wordpress), fetch(both.endpoints[tenant].openwebui)]);
    expect([site.status, await site.text()]).toEqual([200, expect.stringContaining('wp-content')]);
    expect([chat.status, await chat.text()]).toEqual([200, expect.stringContaining('<title>Open WebUI')]);
  });

  it('publishes on a tenant’s own site what one of its people asks for in the chat, and nowhere else', async () => {
    const ada = await both.person('acme', 'Ada');
    const started = Date.now();
    const { answer } = await ada.say('Publish a post called Hello from the chat');
    console.log(`from the message to the answer: ${((Date.now() - started) / 1000).toFixed(1)} s`);
    expect(answer).toContain('The site answered');
    const titles = async (tenant: TenantName): Promise<string[]> => (await both.posts(tenant)).map(({ title }) => title.rendered);
    expect(await titles('acme')).toContain('Hello from the chat');
    expect(await titles('globex')).not.toContain('Hello from the chat');
    // The service user wrote it, not the site's administrator.
    const [post] = (await both.posts('acme')).filter(({ title }) => title.rendered === 'Hello from the chat');
    expect(post?.author).not.toBe(1);
    expect(both.models.asked.every(({ authorization }) => authorization === `Bearer ${MODEL_TOKEN}`)).toBe(true);
  });
});
