import { once } from 'node:events';
import { readdir, writeFile } from 'node:fs/promises';
import { connect as connectPlainly } from 'node:net';
import { basename, join } from 'node:path';
import { connect } from 'node:tls';
import type { PeerCertificate } from 'node:tls';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { startAuthority } from './support/authority.js';
import type { PublicAuthority } from './support/authority.js';
import { makeAuthority } from './support/certificates.js';
import type { Certificate } from './support/certificates.js';
import { startNames } from './support/dns.js';
import type { Names } from './support/dns.js';
import { Door } from './support/door.js';
import { addAddress } from './support/network.js';
import { askSecurely } from './support/web.js';

const [BLOG, CHAT] = ['www.acme.example', 'chat.acme.example'];

let door: Door;
let names: Names;
beforeAll(async () => {
  door = await Door.prepare(5);
  names = await startNames(door.folder, await addAddress('198.18.5.1'));
  for (const name of [BLOG, CHAT, 'evil.example']) await names.set(name, door.address);
});
afterAll(async () => {
  await door.close();
  await names.stop();
});

const openWith = (authority: PublicAuthority) => door.open({ domains: { wordpress: BLOG, openwebui: CHAT, email: 'web@acme.example', ...authority.values } }, authority.hosts);

/** What is shown to whoever asks for this name and trusts these roots. @throws Error of the handshake */
const certificateOf = async (host: string, ...roots: string[]): Promise<PeerCertificate> => {
  const socket = connect({ host: door.address, port: 443, servername: host, ca: roots });
  try {
    await once(socket, 'secureConnect');
    return socket.getPeerCertificate();
  } finally {
    socket.destroy();
  }
};
const bothAnswer = (authority: PublicAuthority) =>
  vi.waitFor(() => Promise.all([BLOG, CHAT].map((host) => certificateOf(host, authority.root))), { timeout: 60_000, interval: 200 });

/** Puts another certificate where the gateway keeps the one that it has fetched for this name from this authority. */
const replaceStored = async (host: string, authority: PublicAuthority, { cert, key }: Certificate): Promise<void> => {
  const all = await readdir(door.certificates, { recursive: true });
  const stored = all.filter((path) => path.includes(authority.host) && basename(path) === `${host}.crt`).map((path) => join(door.certificates, path));
  expect(stored).toHaveLength(1);
  await writeFile(stored[0]!, cert);
  await writeFile(stored[0]!.replace(/crt$/, 'key'), key);
};

const location = async (url: string): Promise<[number, string | null]> => {
  const { status, headers } = await fetch(url, { redirect: 'manual' });
  return [status, headers.get('location')];
};

describe('from an address to names', () => {
  let authority: PublicAuthority;
  beforeAll(async () => {
    authority = await startAuthority(door.folder, '198.18.5.2', '198.18.5.1');
  });
  afterAll(() => authority.stop());

  it('as long as there is only an address, nothing is asked of a certificate authority', async () => {
    await door.open();
    expect((await fetch(`http://${door.address}/`)).status).toBe(200);
    expect((await fetch(`http://${door.address}:8080/`)).status).toBe(200);
    await expect(certificateOf(BLOG, authority.root)).rejects.toThrow();
    await door.shut();
  });

  it('with names, it fetches a certificate for each by itself, and serves each application under its own', async () => {
    await openWith(authority);
    const shown = await bothAnswer(authority);
    expect(shown.map(({ subjectaltname }) => subjectaltname)).toEqual([`DNS:${BLOG}`, `DNS:${CHAT}`]);
    expect(authority.issued()).toBe(2);
    const [blog, chat] = await Promise.all([BLOG, CHAT].map((host) => askSecurely(door.address, host, authority.root, { path: '/a?b=c' })));
    expect([blog!.status, chat!.status]).toEqual([200, 200]);
    expect(door.wordpress.seen.at(-1)).toMatchObject({ url: '/a?b=c', headers: { host: BLOG, 'x-forwarded-proto': 'https', 'x-forwarded-host': BLOG } });
    expect(door.openwebui.seen.at(-1)).toMatchObject({ url: '/a?b=c', headers: { host: CHAT, 'x-forwarded-proto': 'https' } });
    expect(blog!.headers['strict-transport-security']).toMatch(/^max-age=\d{8}$/);
    // HTTP/3 would be announced on a port that the Service does not have.
    expect(blog!.headers).not.toHaveProperty('alt-svc');
  });

  it('sends old links by address, and links without https, to the right name', async () => {
    expect(await location(`http://${door.address}/a?b=c`)).toEqual([308, `https://${BLOG}/a?b=c`]);
    expect(await location(`http://${door.address}:8080/c/1`)).toEqual([308, `https://${CHAT}/c/1`]);
    const byName = async (host: string): Promise<string> => {
      const socket = connectPlainly(80, door.address);
      socket.write(`GET /x HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`);
      const [text] = (await once(socket, 'data')) as [Buffer];
      socket.destroy();
      return /location: (\S+)/i.exec(text.toString())?.[1] ?? text.toString();
    };
    expect(await byName(BLOG)).toBe(`https://${BLOG}/x`);
    expect(await byName(CHAT)).toBe(`https://${CHAT}/x`);
  });

  it('knows no other name: no certificate is asked for, and no application hears of it', async () => {
    const before = [door.wordpress.seen.length, door.openwebui.seen.length];
    for (const host of ['evil.example', 'acme.example', '']) await expect(certificateOf(host, authority.root), host).rejects.toThrow();
    const answer = await askSecurely(door.address, 'evil.example', authority.root, { servername: BLOG });
    expect(answer.status).toBe(421);
    expect([door.wordpress.seen.length, door.openwebui.seen.length]).toEqual(before);
    expect(authority.issued()).toBe(2);
    expect(authority.log()).not.toContain('evil.example');
  });

  it('keeps the login cookies of the two apart here too', async () => {
    await askSecurely(door.address, CHAT, authority.root, { headers: { cookie: 'token=1; wordpress_logged_in_x=2' } });
    expect(door.openwebui.seen.at(-1)!.headers.cookie).toBe('token=1');
  });

  it('does not know the MCP endpoint here either', async () => {
    expect((await askSecurely(door.address, BLOG, authority.root, { path: '/wp-json/tenant/mcp' })).status).toBe(404);
  });

  it('has the same certificates after a restart, without asking again', async () => {
    const before = await bothAnswer(authority);
    await door.shut();
    await openWith(authority);
    expect((await bothAnswer(authority)).map(({ serialNumber }) => serialNumber)).toEqual(before.map(({ serialNumber }) => serialNumber));
    expect(authority.issued()).toBe(2);
    await door.shut();
  });
});

it('renews a certificate when two thirds of its time are over, and not sooner', async () => {
  const authority = await startAuthority(door.folder, '198.18.5.3', '198.18.5.1');
  await openWith(authority);
  await bothAnswer(authority);
  await door.shut();
  // As if these had been fetched 71 and 49 days ago.
  const former = await makeAuthority(door.folder, 'former');
  const roots = [authority.root, former.root];
  await replaceStored(BLOG, authority, await former.issue(BLOG, 19, 71));
  await replaceStored(CHAT, authority, await former.issue(CHAT, 41, 49));
  await openWith(authority);
  const issuers = () => Promise.all([BLOG, CHAT].map(async (host) => (await certificateOf(host, ...roots)).issuer.CN));
  await vi.waitFor(async () => expect(await issuers()).toEqual([expect.stringContaining('Pebble'), 'former']), { timeout: 60_000, interval: 200 });
  expect(authority.issued()).toBe(3);
  await authority.stop();
});
