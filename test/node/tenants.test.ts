import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newOperator, type CliResult, type Operator } from '../support/cli.js';
import { succeeded } from '../support/outcome.js';
import { REPOSITORY } from '../support/workspace.js';
import { addUser, logIn } from './support/chat.js';
import { MODEL, MODEL_TOKEN, startModelServer, type Asked, type Answer, type ModelServer } from './support/model-server.js';
import { theNode, type TheNode } from './support/the-node.js';

const TENANTS = ['acme', 'globex'] as const;

/** The model writes what it is told to write, once, and then says so. */
const script = ({ messages, tools }: Asked): Answer => {
  const last = messages.at(-1);
  const create = tools.find((name) => name.endsWith('create-post'));
  if (last?.role === 'tool') return { say: `The site answered: ${JSON.stringify(last.content)}` };
  if (create === undefined) return { say: 'A title' };
  const text = typeof last?.content === 'string' ? last.content : (last?.content?.map((part) => part.text ?? '').join('') ?? '');
  return { call: create, with: { title: text.replace(/^Publish a post called /, ''), content: 'Written by the assistant.', status: 'publish' } };
};

interface Post {
  title: { rendered: string };
  author: number;
}

describe('two tenants on a real node', () => {
  let node: TheNode;
  let operator: Operator;
  let models: ModelServer;
  const run = (...args: string[]): Promise<CliResult> => operator.run([...args, '--platform', 'trial', '--json'], { main: join(REPOSITORY, 'dist/main.js') });
  const endpoints: Record<string, { wordpress: string; openwebui: string }> = {};
  const secret = async (tenant: string, name: string, key: string): Promise<string> =>
    Buffer.from(((await node.call('GET', `/api/v1/namespaces/tenant-${tenant}/secrets/${name}`)).body as { data: Record<string, string> }).data[key] ?? '', 'base64').toString();
  const posts = async (tenant: string): Promise<Post[]> => (await (await fetch(`${endpoints[tenant]?.wordpress}/wp-json/wp/v2/posts`)).json()) as Post[];

  beforeAll(async () => {
    node = theNode();
    [operator, models] = await Promise.all([newOperator(), startModelServer(script)]);
    await writeFile(join(operator.home, 'model-token'), MODEL_TOKEN, { mode: 0o600 });
    succeeded(await run('platform', 'adopt', '--kubeconfig', node.kubeconfigPath, '--address', 'load-balancer'));
  });
  afterAll(async () => {
    await models.close();
    await rm(operator.home, { recursive: true, force: true });
  });

  it.each(TENANTS)('creates %s, and both of its applications answer at its own address', async (tenant) => {
    const started = Date.now();
    const result = succeeded(await run('create', tenant, '--yes', '--wordpress-admin-email', `web@${tenant}.example`, '--openwebui-admin-email', `chat@${tenant}.example`, '--models', MODEL, '--models-url', models.url, '--model-token-file', join(operator.home, 'model-token')));
    console.log(`create ${tenant}: ${((Date.now() - started) / 1000).toFixed(1)} s`);
    expect(result.tenant).toMatchObject({ addressSource: 'load-balancer', http: { wordpress: 200, openwebui: 200 } });
    endpoints[tenant] = { wordpress: result.tenant?.endpoints.wordpress ?? '', openwebui: result.tenant?.endpoints.openwebui ?? '' };
    const [site, chat] = await Promise.all([fetch(endpoints[tenant].wordpress), fetch(endpoints[tenant].openwebui)]);
    expect([site.status, await site.text()]).toEqual([200, expect.stringContaining('wp-content')]);
    expect([chat.status, await chat.text()]).toEqual([200, expect.stringContaining('<title>Open WebUI')]);
  });

  it('publishes on a tenant’s own site what one of its people asks for in the chat, and nowhere else', async () => {
    const { openwebui } = endpoints['acme'] ?? { openwebui: '' };
    const admin = await logIn(openwebui, 'chat@acme.example', await secret('acme', 'openwebui', 'admin-password'));
    await addUser(admin, { name: 'Ada', email: 'ada@acme.example', password: 'Ada-writes-posts-1' });
    const ada = await logIn(openwebui, 'ada@acme.example', 'Ada-writes-posts-1');
    const started = Date.now();
    const { answer } = await ada.say('Publish a post called Hello from the chat');
    console.log(`from the message to the answer: ${((Date.now() - started) / 1000).toFixed(1)} s`);
    expect(answer).toContain('The site answered');
    const titles = async (tenant: string): Promise<string[]> => (await posts(tenant)).map(({ title }) => title.rendered);
    expect(await titles('acme')).toContain('Hello from the chat');
    expect(await titles('globex')).not.toContain('Hello from the chat');
    // The service user wrote it, not the site's administrator.
    const [post] = (await posts('acme')).filter(({ title }) => title.rendered === 'Hello from the chat');
    expect(post?.author).not.toBe(1);
    expect(models.asked.every(({ authorization }) => authorization === `Bearer ${MODEL_TOKEN}`)).toBe(true);
  });
});
