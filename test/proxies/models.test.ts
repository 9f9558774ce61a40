import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Hub } from './support/hub.js';
import { KEYS, Models, TOKEN, ask } from './support/models.js';
import type { Pod } from './support/pod.js';

let models: Models;
let hub: Hub;
let pod: Pod;
let url = '';
beforeAll(async () => {
  models = await Models.prepare(1);
  hub = await models.newHub();
  ({ pod, url } = await models.newPod(['acme', 'globex']));
});
afterAll(() => models.close());

const codeOf = async (answer: Response): Promise<string> => ((await answer.json()) as { error: { code: string } }).error.code;

describe('a tenant\'s question', () => {
  it('reaches the hub with the hub\'s token, and nothing about who asked', async () => {
    const answer = await ask(url, 'acme', {}, { headers: { cookie: 'a=b', 'x-forwarded-for': '198.51.100.1', 'x-real-ip': '198.51.100.1' } });
    expect(answer.status).toBe(200);
    const { headers, url: path } = hub.asked.at(-1)!.request;
    expect([path, headers.host, headers.authorization]).toEqual(['/v1/chat/completions', 'hub.models.example', `Bearer ${TOKEN}`]);
    for (const name of ['cookie', 'x-forwarded-for', 'x-real-ip']) expect(headers).not.toHaveProperty(name);
    expect(JSON.stringify(headers)).not.toContain(KEYS.acme);
  });

  it('has a connection of its own: none is lost on one that the hub gives up at that moment', async () => {
    const asked = hub.asked.length;
    for (let i = 0; i < 3; i++) expect((await ask(url, 'globex')).status).toBe(200);
    const connections = hub.asked.slice(asked).map(({ request }) => request);
    expect(new Set(connections.map(({ socket }) => socket)).size).toBe(3);
    // Later versions of nginx keep connections unless they are told not to.
    expect(connections.map(({ headers }) => headers.connection)).toEqual(['close', 'close', 'close']);
  });

  it('may be about embeddings, and about which models there are', async () => {
    expect((await ask(url, 'globex', { input: 'x' }, {}, '/v1/embeddings')).status).toBe(200);
    expect((await fetch(`${url}/v1/models?x=1`, { headers: { authorization: `Bearer ${KEYS.globex}` } })).status).toBe(200);
    expect(hub.asked.at(-1)!.request.url).toBe('/v1/models?x=1');
  });

  it.each(['/v1/images/generations', '/v1/audio/transcriptions', '/v1/files', '/v1/chat/completions/x', '/v1/', '/v1/files/..%2fresponses'])('may not be about anything else: %s', async (path) => {
    const before = hub.asked.length;
    const answer = await ask(url, 'acme', {}, {}, path);
    expect([answer.status, await codeOf(answer)]).toEqual([403, 'path_not_offered']);
    expect(hub.asked).toHaveLength(before);
  });

  it('is passed on by the path that was checked, not by what was written', async () => {
    expect((await ask(url, 'globex', {}, {}, '/v1/files/%2e%2e//chat/completions')).status).toBe(200);
    expect(hub.asked.at(-1)!.request.url).toBe('/v1/chat/completions');
    for (const path of ['/v1/..%2fadmin', '/admin', '/']) expect((await ask(url, 'globex', {}, {}, path)).status, path).toBe(404);
  });

  it.each([
    ['no key', {}],
    ['an unknown key', { authorization: `Bearer ${'x'.repeat(56)}` }],
    ['the key in other letters', { authorization: `Bearer ${KEYS.acme.toLowerCase()}` }],
    ['a key and more', { authorization: `Bearer ${KEYS.acme}x` }],
    ['the hub\'s own token', { authorization: `Bearer ${TOKEN}` }],
    ['a tenant\'s name', { authorization: 'Bearer acme' }],
  ])('with %s is refused in OpenAI\'s words, wherever it goes', async (_title, headers) => {
    const before = hub.asked.length;
    for (const path of ['/v1/chat/completions', '/v1/files']) {
      const answer = await fetch(url + path, { method: 'POST', body: '{}', headers: headers as Record<string, string> });
      expect([answer.status, answer.headers.get('www-authenticate'), await codeOf(answer)], path).toEqual([401, 'Bearer', 'invalid_api_key']);
    }
    expect(hub.asked).toHaveLength(before);
  });

  it('may have 32 MiB, and not a byte more', async () => {
    const [fits, tooLarge] = [32 * 2 ** 20, 32 * 2 ** 20 + 1].map((size) => Buffer.alloc(size, ' '));
    expect(await (await ask(url, 'acme', {}, { body: fits as Buffer<ArrayBuffer> })).json()).toEqual({ bytes: 32 * 2 ** 20 });
    const answer = await ask(url, 'acme', {}, { body: tooLarge as Buffer<ArrayBuffer> });
    expect([answer.status, await codeOf(answer)]).toEqual([413, 'request_too_large']);
    // Nothing of it waits on the pod's disk, which a single tenant could fill.
    expect((await pod.exec(['sh', '-c', 'find /tmp -type f -size +0 | grep -v nginx.pid'])).stdout).toBe('');
  });
});

describe('a streamed answer', () => {
  it('arrives word by word: the next word is only said when the last one was read', async () => {
    const [stream, answer] = await Promise.all([hub.nextStream(), ask(url, 'globex', { stream: true })]);
    const reader = answer.body!.getReader();
    const decoder = new TextDecoder();
    for (const word of ['one', 'two', 'three', 'four']) {
      stream.response.write(`data: ${word}\n\n`);
      let read = '';
      while (!read.endsWith('\n\n')) read += decoder.decode((await reader.read()).value);
      expect(read).toBe(`data: ${word}\n\n`);
    }
    stream.response.end('data: [DONE]\n\n');
  });

  it('ends at the hub when the client has gone', async () => {
    const leave = new AbortController();
    const [stream, answer] = await Promise.all([hub.nextStream(), ask(url, 'acme', { stream: true }, { signal: leave.signal })]);
    stream.response.write('data: one\n\n');
    await answer.body!.getReader().read();
    const gone = new Promise((resolve) => stream.response.on('close', () => resolve('gone')));
    leave.abort();
    expect(await gone).toBe('gone');
  });
});

it('writes down who asked what, and neither keys nor the token nor what was said', async () => {
  await ask(url, 'acme', { messages: 'a private question' }, {}, '/v1/chat/completions?api_key=in-the-query');
  await vi.waitFor(() => expect(pod.log()).toContain('"tenant":"acme"'));
  expect(pod.log()).toMatch(/"tenant":"acme","method":"POST","path":"\/v1\/chat\/completions","status":200/);
  for (const secret of [...Object.values(KEYS), TOKEN, 'a private question', 'in-the-query']) expect(pod.log()).not.toContain(secret);
});
