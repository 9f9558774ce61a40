import { randomBytes, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { request, type IncomingMessage } from 'node:http';
import { connect } from 'node:net';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { succeeded } from '../support/outcome.js';
import { ADDRESSES } from './rig/settings.js';
import { MODEL, type Answer, type Asked } from './support/model-server.js';
import { openTwoTenants, type TwoTenants } from './support/two-tenants.js';
import { openWebSocket, type RawWebSocket } from './support/websocket.js';

const MIB = 1024 * 1024;
const LARGEST = 256 * MIB;

/** A form with one file of this many bytes, as browsers send it. */
const formOf = (bytes: number, name: string, type: string): { body: Readable; headers: Record<string, string | number> } => {
  const boundary = randomUUID();
  const [head, tail] = [`--${boundary}\r\ncontent-disposition: form-data; name="file"; filename="${name}"\r\ncontent-type: ${type}\r\n\r\n`, `\r\n--${boundary}--\r\n`];
  // What begins as a film and goes on as anything: of nothing but zeros PHP would think that it may be an image of one line.
  const film = Buffer.concat([Buffer.from('\0\0\0\x18ftypisom\0\0\x02\0isomiso2mp41', 'latin1'), randomBytes(MIB)]).subarray(0, MIB);
  const parts = function* (): Generator<Buffer> {
    yield Buffer.from(head);
    for (let left = bytes; left > 0; left -= film.length) yield film.subarray(0, left);
    yield Buffer.from(tail);
  };
  return { body: Readable.from(parts()), headers: { 'content-type': `multipart/form-data; boundary=${boundary}`, 'content-length': head.length + bytes + tail.length } };
};

/** Sends it, and takes the answer also when it comes before all is sent. */
const post = async (url: string, { body, headers }: ReturnType<typeof formOf>, more: Record<string, string>): Promise<{ status: number | undefined; text: string }> => {
  const asked = request(url, { method: 'POST', headers: { ...headers, ...more } });
  const answered = once(asked, 'response') as Promise<[IncomingMessage]>;
  body.pipe(asked);
  const [response] = await answered;
  // The rest is not wanted any more.
  asked.on('error', () => undefined);
  return { status: response.statusCode, text: await text(response).catch(() => '') };
};

/** Everything that a server says to these bytes until it closes. */
const say = async (host: string, bytes: string): Promise<string> => {
  const socket = connect(80, host);
  socket.end(bytes);
  return text(socket);
};

describe('the gateway, from outside', () => {
  let both: TwoTenants;
  let site: string;
  let chat: string;
  let host: string;
  let idle: RawWebSocket;
  let release: () => void = () => undefined;
  const released = new Promise<void>((resolve) => {
    release = resolve;
  });
  const script = (_asked: Asked): Answer => ({ say: 'first last', afterFirst: released });

  beforeAll(async () => {
    both = await openTwoTenants(script);
    ({ wordpress: site, openwebui: chat } = both.endpoints.acme);
    host = new URL(site).hostname;
    idle = await openWebSocket(`${chat}/ws/socket.io/?EIO=4&transport=websocket`);
    // From here on the server asks every 25 seconds whether anybody is there; beside that nobody says anything.
    idle.on('2', () => idle.send('3'));
  });
  afterAll(async () => {
    release();
    idle?.close();
    await both?.close();
  });

  /** Asks the model through the chat's API. The model gateway leaves a service alone for some seconds after it was away, as it was between two test files. */
  const ask = async (stream: boolean): Promise<Response> => {
    const { token } = await both.admin('acme');
    const body = JSON.stringify({ model: MODEL, stream, messages: [{ role: 'user', content: 'Two words, please' }] });
    return vi.waitFor(async () => {
      const answer = await fetch(`${chat}/api/chat/completions`, { method: 'POST', headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' }, body });
      if (!answer.ok) throw new Error(`${answer.status} ${await answer.text()}`);
      return answer;
    }, { timeout: 60_000, interval: 1_000 });
  };
  const logOf = async (application: string): Promise<string> => (await both.node.kubectl(['--namespace', 'tenant-acme', 'logs', `deployment/${application}`, '--all-containers', '--tail=2000'])).stdout;

  it('passes on a file of 256 MiB to the media library, and says that more is too large', async () => {
    const admin = await both.siteAdmin('acme');
    const upload = (bytes: number): ReturnType<typeof post> => post(`${site}/wp-json/wp/v2/media`, formOf(bytes, 'film.mp4', 'video/mp4'), admin.headers);
    const { status, text: answer } = await upload(LARGEST);
    expect([status, answer]).toEqual([201, expect.stringContaining('film')]);
    const { id, media_details } = JSON.parse(answer) as { id: number; media_details: { filesize: number } };
    expect(media_details.filesize).toBe(LARGEST);
    expect((await fetch(`${site}/wp-json/wp/v2/media/${id}?force=true`, { method: 'DELETE', headers: admin.headers })).status).toBe(200);
    expect(await upload(LARGEST + MIB)).toEqual({ status: 413, text: 'Too large: a file may have up to 256 MiB.' });
  });

  it('passes on a file of 256 MiB to the chat, and says that more is too large', async () => {
    const { token } = await both.admin('acme');
    const upload = (bytes: number): ReturnType<typeof post> => post(`${chat}/api/v1/files/?process=false`, formOf(bytes, 'film.mp4', 'video/mp4'), { authorization: `Bearer ${token}` });
    const { status, text: answer } = await upload(LARGEST);
    expect([status, answer]).toEqual([200, expect.stringContaining('film')]);
    expect(JSON.parse(answer)).toMatchObject({ meta: { size: LARGEST } });
    expect(await upload(LARGEST + MIB)).toEqual({ status: 413, text: 'Too large: a file may have up to 256 MiB.' });
  });

  it('takes a text for the assistant to read', async () => {
    const { token } = await both.admin('acme');
    const headers = { authorization: `Bearer ${token}` };
    const form = new FormData();
    form.set('file', new Blob(['We open at eight.'], { type: 'text/plain' }), 'hours.txt');
    const { id } = (await (await fetch(`${chat}/api/v1/files/?process_in_background=false`, { method: 'POST', headers, body: form })).json()) as { id: string };
    expect(await (await fetch(`${chat}/api/v1/files/${id}`, { headers })).json()).toMatchObject({ data: { status: 'completed', content: 'We open at eight.' } });
  });

  it('lets the first word of an answer through before the model has said the last', async () => {
    const response = await ask(true);
    let said = '';
    for await (const chunk of (response.body as ReadableStream<Uint8Array>).pipeThrough(new TextDecoderStream())) {
      said += chunk;
      if (!said.includes('first ')) continue;
      // The model says no more until this has been read.
      if (!said.includes('last')) release();
    }
    expect(said.indexOf('first ')).toBeLessThan(said.indexOf('last'));
    await released;
  });

  it('knows no MCP, by whatever path and with the right token', async () => {
    const headers = { authorization: `Bearer ${await both.secret('acme', 'wordpress', 'mcp-token')}`, 'content-type': 'application/json', accept: 'application/json, text/event-stream' };
    const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/list' });
    const ways = ['/wp-json/tenant/mcp', '/wp-json/tenant/mcp/', '/WP-JSON/tenant/mcp', '//wp-json//tenant/mcp', '/wp-json/tenant%2Fmcp', '/%77p-json/tenant/mcp', '/?rest_route=/tenant/mcp', '/index.php?rest_route=/tenant/mcp', '/index.php?rest%5Froute=%2Ftenant%2Fmcp', '/index.php/wp-json/tenant/mcp', '/wp-json/?rest_route=/tenant/mcp'];
    const answers = await Promise.all(ways.map(async (way) => {
      const response = await fetch(`${site}${way}`, { method: 'POST', headers, body });
      return [way, response.status, (await response.text()).includes('tenant-create-post')];
    }));
    expect(answers).toEqual(ways.map((way) => [way, 404, false]));
    expect((await fetch(`${site}/wp-json/wp/v2/posts`)).status).toBe(200);
  });

  it('tells the applications itself who asks and how, whatever a client claims', async () => {
    const probe = randomUUID();
    const claims = { 'x-forwarded-for': '203.0.113.99', 'x-forwarded-proto': 'https', 'x-real-ip': '203.0.113.99', forwarded: 'for=203.0.113.99;proto=https', 'x-forwarded-host': 'elsewhere.example' };
    const answer = await fetch(`${site}/wp-login.php`, { headers: { ...claims, 'user-agent': probe } });
    expect(await answer.text()).not.toMatch(/elsewhere\.example|https:\/\/[\d.]+\//);
    // Over what WordPress takes for HTTPS its cookies are marked so.
    expect(answer.headers.getSetCookie().join()).not.toMatch(/secure/i);
    const line = await vi.waitFor(async () => {
      const found = (await logOf('wordpress')).split('\n').find((each) => each.includes(probe));
      if (found === undefined) throw new Error('not in the log yet');
      return found;
    }, { timeout: 30_000 });
    expect(line).not.toContain('203.0.113.99');
    expect(line).toMatch(/^[\d.]+ /);
  });

  it('reads one request where a client tries to hide a second one', async () => {
    const probe = randomUUID();
    const asked = `HTTP/1.1\r\nHost: ${host}\r\nUser-Agent: ${probe}\r\n`;
    const hidden = `POST /wp-json/tenant/mcp ${asked}Content-Length: 0\r\nConnection: close\r\n\r\n`;
    const lengths = await say(host, `POST / ${asked}Content-Length: 0\r\nContent-Length: ${hidden.length}\r\n\r\n${hidden}`);
    expect(lengths).toMatch(/^HTTP\/1\.1 400 /);
    const encodings = await say(host, `POST / ${asked}Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n0\r\n\r\n${hidden}`);
    expect(encodings).toMatch(/^HTTP\/1\.1 (400|501) /);
    const disguised = await say(host, `POST / ${asked}Transfer-Encoding: xchunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n${hidden}`);
    expect(disguised).toMatch(/^HTTP\/1\.1 (400|501) /);
    // A length beside chunks counts for nothing: what follows the chunks is a request to the gateway itself.
    await say(host, `POST / ${asked}Content-Length: ${hidden.length + 5}\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n${hidden}`);
    const end = randomUUID();
    await fetch(site, { headers: { 'user-agent': end } });
    const seen = await vi.waitFor(async () => {
      const log = (await logOf('wordpress')).split('\n');
      if (!log.some((line) => line.includes(end))) throw new Error('not in the log yet');
      return log.filter((line) => line.includes(probe));
    }, { timeout: 30_000 });
    expect(seen.filter((line) => line.includes('/mcp'))).toEqual([]);
    expect(seen.length).toBeLessThanOrEqual(1);
  });

  it('keeps a websocket open on which nobody says anything', async () => {
    await idle.heard('2');
    idle.send('40');
    expect(await idle.heard('40')).toContain('sid');
  });

  it('answers whom the access list names, and nobody else', async () => {
    /** From the operator's end of the cable, or from an address somewhere on the internet. */
    const answers = (url: string, localAddress: string): Promise<number | string> =>
      new Promise((resolve) => {
        const asked = request(url, { localAddress, timeout: 5_000, agent: false }, (response) => {
          response.resume();
          resolve(response.statusCode ?? 0);
        });
        asked.once('timeout', () => asked.destroy(new Error('no answer'))).once('error', (error) => resolve(error.message));
        asked.end();
      });
    const all = async (): Promise<unknown> => ({ operator: [await answers(site, ADDRESSES.gateway), await answers(chat, ADDRESSES.gateway)], elsewhere: [await answers(site, ADDRESSES.models), await answers(chat, ADDRESSES.models)] });
    const open = { operator: [200, 200], elsewhere: [200, 200] };
    expect(await all()).toEqual(open);
    try {
      succeeded(await both.run('update', 'acme', '--yes', '--allow', `${ADDRESSES.gateway}/32`));
      await vi.waitFor(async () => expect(await all()).toEqual({ operator: [200, 200], elsewhere: ['no answer', 'no answer'] }), { timeout: 120_000 });
      // The other tenant has a list of its own.
      expect(await answers(both.endpoints.globex.wordpress, ADDRESSES.models)).toBe(200);
    } finally {
      succeeded(await both.run('update', 'acme', '--yes', '--allow', '0.0.0.0/0'));
    }
    await vi.waitFor(async () => expect(await all()).toEqual(open), { timeout: 120_000 });
    // Who changed the list did not say where the models are: that is still known.
    expect(await (await ask(false)).text()).toContain('first last');
  });
});
