import { createHash } from 'node:crypto';
import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { connect } from 'node:net';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { Door } from './support/door.js';
import type { App, Seen } from './support/web.js';

let door: Door;
let wordpress = '';
let openwebui = '';
beforeAll(async () => {
  door = await Door.prepare(4);
  await door.open();
  wordpress = `http://${door.address}`;
  openwebui = `http://${door.address}:8080`;
});
afterAll(() => door.close());
afterEach(() => {
  door.wordpress.answer = undefined;
  door.openwebui.answer = undefined;
});

const seenBy = async (url: string, headers: Record<string, string> = {}): Promise<Seen> => (await (await fetch(url, { headers })).json()) as Seen;

/** What each application sets; read in the sources of WordPress 7.1 and Open WebUI 0.12. */
const OF_WORDPRESS = ['wordpress_1a2b', 'wordpress_sec_1a2b', 'wordpress_logged_in_1a2b', 'wordpress_test_cookie', 'wp-settings-1', 'wp-settings-time-1', 'wp-postpass_1a2b', 'wp_lang', 'comment_author_1a2b', 'comment_author_email_1a2b', 'PHPSESSID'];
const OF_OPENWEBUI = ['token', 'oui-session', 'owui-session', 'oauth_id_token', 'oauth_access_token', 'oauth_session_id', 'mfa_challenge'];
const names = (cookies: string | undefined): string[] => (cookies ?? '').split('; ').map((each) => each.split('=')[0] as string).filter(Boolean);

describe('two applications at one address', () => {
  it('each has a port of its own', async () => {
    await fetch(`${wordpress}/a?b=c`);
    await fetch(`${openwebui}/d`);
    expect([door.wordpress.seen.at(-1)!.url, door.openwebui.seen.at(-1)!.url]).toEqual(['/a?b=c', '/d']);
  });

  it('a browser that has the cookies of both sends each application its own only', async () => {
    const jar = [...OF_WORDPRESS, ...OF_OPENWEBUI, 'mytoken', 'keep'].sort();
    for (const order of [jar, [...jar].reverse()]) {
      const cookie = order.map((name) => `${name}=v.${name}%7C=="x"`).join('; ');
      const [blog, chat] = [await seenBy(wordpress, { cookie }), await seenBy(openwebui, { cookie })];
      expect(names(blog.headers.cookie)).toEqual(order.filter((name) => !OF_OPENWEBUI.includes(name)));
      expect(names(chat.headers.cookie)).toEqual(order.filter((name) => !OF_WORDPRESS.includes(name)));
      expect(blog.headers.cookie).toContain('keep=v.keep%7C=="x"');
    }
  });

  it('neither can replace the other\'s login', async () => {
    const setsAll = (app: App): void => {
      app.answer = (_, response) => response.writeHead(200, { 'set-cookie': [...OF_WORDPRESS, ...OF_OPENWEBUI, 'keep'].map((name) => `${name}=1; Path=/; HttpOnly`) }).end();
    };
    setsAll(door.wordpress);
    setsAll(door.openwebui);
    const set = async (url: string): Promise<string[]> => (await fetch(url)).headers.getSetCookie().filter(Boolean).map((each) => each.split('=')[0] as string);
    expect(await set(wordpress)).toEqual([...OF_WORDPRESS, 'keep']);
    expect(await set(openwebui)).toEqual([...OF_OPENWEBUI, 'keep']);
  });
});

describe('what comes from outside', () => {
  it('cannot pretend to come from elsewhere, or over https', async () => {
    const forged = { 'x-forwarded-for': '10.0.0.1', 'x-forwarded-host': 'evil.example', 'x-forwarded-proto': 'https', 'x-forwarded-port': '443', 'x-forwarded-user': 'admin', 'x-real-ip': '10.0.0.1', forwarded: 'for=10.0.0.1;proto=https' };
    for (const url of [wordpress, openwebui]) {
      const { headers } = await seenBy(url, forged);
      expect(headers['x-forwarded-for']).toMatch(/^198\.\d+\.\d+\.\d+$/);
      expect([headers['x-forwarded-host'], headers['x-forwarded-proto']]).toEqual([new URL(url).host, 'http']);
      for (const name of ['x-forwarded-port', 'x-forwarded-user', 'x-real-ip', 'forwarded']) expect(headers).not.toHaveProperty(name);
    }
  });

  it('headers for one hop go one hop', async () => {
    const before = door.wordpress.seen.length;
    const socket = connect(80, door.address);
    socket.write('GET / HTTP/1.1\r\nHost: x\r\nConnection: close, X-Only-Here\r\nX-Only-Here: 1\r\nTE: gzip\r\nProxy-Authorization: Basic eA==\r\nKeep-Alive: 5\r\n\r\n');
    await once(socket.resume(), 'close');
    expect(door.wordpress.seen).toHaveLength(before + 1);
    for (const name of ['x-only-here', 'te', 'proxy-authorization', 'keep-alive']) expect(door.wordpress.seen.at(-1)!.headers, name).not.toHaveProperty(name);
  });

  it.each([
    '/wp-json/tenant/mcp', '//wp-json//tenant//mcp', '/wp-json/tenant', '/WP-JSON/tenant/mcp', '/%77p-json/tenant/mcp', '/wp-json%2ftenant%2fmcp', '/wp-json/./tenant/mcp', '/wp-json/x/../tenant/mcp', '/wp-json/x/%2e%2e/tenant/mcp',
    '/index.php/wp-json/tenant/mcp', '/?rest_route=/tenant/mcp', '/?rest_route=%2Ftenant%2Fmcp', '/?rest_route=//tenant/mcp', '/index.php?rest_route=/tenant/mcp', '/index.php?a=b&rest_route=/tenant/mcp',
    '/wp-json/wp/v2/posts?rest_route=/wp/v2/posts&rest_route=/tenant/mcp', '/?rest.route=/tenant/mcp', '/?rest+route=/tenant/mcp', '/?rest%5Froute=/tenant/mcp', '/?rest_route=/%74enant/mcp',
  ])('does not find the MCP endpoint at %s', async (path) => {
    const before = door.wordpress.seen.length;
    const statusOf = async (method: string): Promise<string> => {
      const socket = connect(80, door.address);
      socket.write(`${method} ${path} HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\nConnection: close\r\n\r\n`);
      const [first] = (await once(socket, 'data')) as [Buffer];
      socket.destroy();
      return first.toString().split(' ')[1] as string;
    };
    expect([await statusOf('POST'), await statusOf('GET')]).toEqual(['404', '404']);
    expect(door.wordpress.seen).toHaveLength(before);
  });

  it('finds everything else of WordPress\' REST API', async () => {
    for (const path of ['/wp-json/wp/v2/posts', '/?rest_route=/wp/v2/posts', '/wp-json/tenants', '/a-tenant/mcp']) expect((await seenBy(wordpress + path)).url).toBe(path);
  });

  it.each([['with its length', false], ['in chunks', true]])('may be a file of 256 MiB with a form around it, and not a byte more, %s', async (_title, chunked) => {
    const MIB = 2 ** 20;
    const LARGEST = 257 * MIB;
    /** Node's fetch sends a stream in chunks. */
    const post = (url: string, size: number): Promise<Response> => {
      let left = size;
      const piece = new Uint8Array(MIB);
      const stream = new ReadableStream({
        pull(controller) {
          if (left === 0) return controller.close();
          controller.enqueue(left >= MIB ? piece : piece.slice(0, left));
          left -= Math.min(left, MIB);
        },
      });
      return fetch(url, { method: 'POST', body: chunked ? stream : Buffer.alloc(size), duplex: 'half' });
    };
    for (const [url, app] of [[wordpress, door.wordpress], [openwebui, door.openwebui]] as const) {
      expect((await post(url, LARGEST)).status, door.pod!.log().slice(-2000)).toBe(200);
      expect(app.seen.at(-1)).toMatchObject({ bytes: LARGEST, whole: true });
      // Whoever still sends may find the connection closed before it reads the answer.
      expect(await post(url, LARGEST + 1).then(async (answer) => [answer.status, await answer.text()], () => 'closed')).toBeOneOf([[413, 'Too large: a file may have up to 256 MiB.'], 'closed']);
      expect(app.seen.at(-1)!.whole).toBe(false);
    }
  });
});

describe('an application that does not answer', () => {
  const applications = [['WordPress', 'This site', () => [wordpress, door.wordpress]], ['Open WebUI', 'The assistant', () => [openwebui, door.openwebui]]] as [string, string, () => [string, App]][];

  it.each(applications)('%s: people read why, and a page that they read loads again by itself, but nothing that they sent', async (_title, name, of) => {
    const [url, app] = of();
    // As a pod that is killed leaves its connections.
    app.answer = (incoming) => incoming.socket.destroy();
    const [read, sent] = [await fetch(url), await fetch(url, { method: 'POST', body: 'a=b' })];
    for (const answer of [read, sent]) {
      expect(answer.status).toBe(502);
      expect(await answer.text()).toMatch(new RegExp(`^${name} does not answer just now\\. It may be starting again`));
      expect(Object.fromEntries(answer.headers)).toMatchObject({ 'content-type': 'text/plain; charset=utf-8', 'retry-after': '10', 'cache-control': 'no-store' });
    }
    expect([read, sent].map(({ headers }) => headers.get('refresh'))).toEqual(['10', null]);
  });

  it.each(applications)('%s: a failure that it tells itself passes unchanged', async (_title, _name, of) => {
    const [url, app] = of();
    app.answer = (_, response) => response.writeHead(502, { 'content-type': 'application/json' }).end('{"detail":"its own"}');
    const answer = await fetch(url);
    expect([answer.status, await answer.text(), answer.headers.get('refresh')]).toEqual([502, '{"detail":"its own"}', null]);
  });
});

describe('what stays open', () => {
  it('an answer of Open WebUI arrives word by word: the next is only said when the last was read', async () => {
    const asked = new Promise<ServerResponse>((resolve) => {
      door.openwebui.answer = (_, response) => {
        response.writeHead(200, { 'content-type': 'text/event-stream' }).flushHeaders();
        resolve(response);
      };
    });
    const [response, answer] = await Promise.all([asked, fetch(`${openwebui}/api/chat/completions`)]);
    const reader = answer.body!.getReader();
    for (const word of ['one', 'two', 'three']) {
      response.write(`data: ${word}\n\n`);
      expect(new TextDecoder().decode((await reader.read()).value)).toBe(`data: ${word}\n\n`);
    }
    response.end();
  });

  it('a websocket passes, both ways', async () => {
    let upgraded: Duplex | undefined;
    door.openwebui.server.once('upgrade', (request, socket) => {
      upgraded = socket;
      const accept = createHash('sha1').update(`${request.headers['sec-websocket-key']}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest('base64');
      socket.write(`HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`);
      socket.on('data', (data: Buffer) => socket.write(data)).on('end', () => socket.end());
    });
    const key = Buffer.from('0123456789abcdef').toString('base64');
    const socket = connect(8080, door.address);
    socket.write(`GET /ws/socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: ${key}\r\nSec-WebSocket-Version: 13\r\n\r\n`);
    expect(String((await once(socket, 'data'))[0])).toMatch(/^HTTP\/1\.1 101 /);
    for (const word of ['one', 'two', 'three']) {
      socket.write(word);
      expect(String((await once(socket, 'data'))[0])).toBe(word);
    }
    const closed = new Promise((resolve) => upgraded!.on('close', resolve));
    socket.destroy();
    await closed;
  });

  it.each(['wordpress', 'openwebui'] as const)('what is sent to %s is not lost on a connection that it gives up at that moment', async (name) => {
    const used = new WeakSet<Socket>();
    door[name].answer = (incoming, response) => {
      // As when its time as an idle connection runs out while the next request is on its way.
      if (used.has(incoming.socket)) return void incoming.socket.destroy();
      used.add(incoming.socket);
      incoming.resume().on('end', () => response.end());
    };
    const url = name === 'wordpress' ? wordpress : openwebui;
    const statuses: number[] = [];
    for (let i = 0; i < 5; i++) statuses.push((await fetch(url, { method: 'POST', body: 'a form' })).status);
    expect(statuses).toEqual([200, 200, 200, 200, 200]);
  });

  it('hundreds that never end their first line lose the connection, and others are served meanwhile', async () => {
    const sockets = await Promise.all(Array.from({ length: 500 }, async () => {
      const socket = connect(80, door.address).on('error', () => undefined);
      await once(socket, 'connect');
      socket.write('GET / HTTP/1.1\r\nHost: ');
      return socket.resume();
    }));
    const lost = Promise.all(sockets.map((socket) => new Promise((resolve) => (socket.closed ? resolve(true) : socket.on('close', resolve)))));
    for (const url of [wordpress, openwebui]) expect((await fetch(url)).status).toBe(200);
    await lost;
  });
});

it('the log says who asked for what and how it went, and no secret', async () => {
  const secret = 'S3cret';
  const query = `?action=rp&key=${secret}&login=admin&code=${secret}&token=${secret}`;
  const headers = { cookie: `token=${secret}; wordpress_logged_in_x=${secret}`, authorization: `Bearer ${secret}`, referer: `http://x/?key=${secret}`, 'x-api-key': secret, 'user-agent': secret };
  door.wordpress.answer = (_, response) => response.writeHead(200, { 'set-cookie': `wordpress_x=${secret}`, location: `/?key=${secret}` }).end();
  await fetch(`${wordpress}/wp-login.php${query}`, { headers });
  // One that goes wrong is written down elsewhere too.
  door.openwebui.answer = (incoming) => incoming.socket.destroy();
  expect((await fetch(`${openwebui}/oauth/callback${query}`, { headers })).status).toBe(502);
  await vi.waitFor(() => expect(door.pod!.log()).toMatch(/"uri":"\/oauth\/callback/));
  const log = door.pod!.log();
  expect(log).toMatch(/"remote_ip":"198\.[\d.]+".*"uri":"\/wp-login\.php\?\(query\)".*"status":200/);
  expect(log).toContain('"status":502');
  expect(log).not.toContain(secret);
});

it('stays small while it passes on much', async () => {
  const status = await door.pod!.exec(['sh', '-c', 'grep VmHWM /proc/1/status']);
  // The limit of the small preset and of the chart is 128 Mi.
  expect(Number(/(\d+) kB/.exec(status.stdout)?.[1])).toBeLessThan(110_000);
});
