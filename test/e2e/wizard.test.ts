import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { TerminalSession } from '../support/terminal-session.js';

const main = fileURLToPath(new URL('../../dist/main.js', import.meta.url));

let folder: string;
let env: Record<string, string>;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'wizard-'));
  const { CI: _ci, IONOS_TOKEN: _token, NO_COLOR: _noColor, FORCE_COLOR: _forceColor, ...rest } = process.env;
  env = { ...(rest as Record<string, string>), TERM: 'xterm-256color', LANG: 'C.UTF-8', IONOS_TENANTS_STATE_DIR: folder, IONOS_TENANTS_SANDBOX_SPEED: '20' };
});

afterEach(() => {
  spawnSync(process.execPath, [main, 'sandbox', 'reset', '--json'], { env });
  rmSync(folder, { recursive: true, force: true });
});

describe.skipIf(!existsSync(main))('the built command in a terminal', () => {
  it('leads by keys from the first question to two answering URLs', async () => {
    const session = new TerminalSession([main], env);
    await session.shows('Where should it run?');
    session.type('2\r');
    await session.shows('main (new)');
    session.type('\r');
    await session.shows('Name of the tenant');
    session.type('acme\r');
    await session.shows('Name for people');
    session.type('Acme GmbH\r');
    for (const [question, effect] of [['\n Size', 'for 30 days'], ['\n Isolation', 'Shares nodes'], ['E-mail of WordPress', 'administrator of WordPress'], ['E-mail of Open WebUI', 'administrator of Open WebUI'], ['\n Models', 'request'], ['Who may reach it', 'Everybody']] as const) {
      await session.shows(question);
      await session.shows(effect);
      session.type('\r');
    }
    await session.shows('Create acme in the sandbox?');
    session.type('y');
    expect(await session.ended).toBe(0);
    const text = session.text();
    expect(text).toContain('✔ acme is ready');
    const urls = [...text.matchAll(/(http:\/\/127\.0\.0\.1:\d+) {2}answers 200/g)].map((match) => match[1] ?? '');
    expect(urls).toHaveLength(2);
    for (const url of urls) expect((await fetch(url)).status).toBe(200);
    expect(session.bytes).not.toContain('\u001b[3J');
    expect(session.bytes.lastIndexOf('\u001b[?25h')).toBeGreaterThan(session.bytes.lastIndexOf('\u001b[?25l'));
  });

  it('goes back and forward, back from the review, saves, and keeps every answer on the way to two answering URLs', async () => {
    const session = new TerminalSession([main, 'create', '--sandbox'], env, { cwd: folder });
    await session.shows('main (new)');
    session.type('\r');
    await session.shows('Name of the tenant');
    session.type('kube-system');
    await session.shows('▲ "kube-system" cannot be the name of a tenant');
    // What is pasted ends with a line end.
    session.type('\u0015');
    await session.showsNow('Platform main');
    session.type('acme\n');
    await session.shows('Name for people');
    session.type('Donaudampfschifffahrts-GmbH 漢字\r');
    await session.shows('❯ 1 small');
    session.type('\r');
    await session.shows('own namespace on shared nodes');
    session.type('\r');
    await session.shows('administrator of WordPress');

    for (const before of ['❯ 1 namespace', '❯ 1 small', '❯ Donaudampfschifffahrts-GmbH 漢字', '❯ acme']) {
      session.type('\u001b');
      await session.showsNow(before);
    }
    session.type('\t');
    await session.showsNow('administrator of WordPress');
    session.type('\r');
    await session.showsNow('administrator of Open WebUI');
    session.type('\r');
    await session.showsNow('Models of the IONOS AI Model Hub');
    session.type('\r');
    await session.showsNow('Who may reach it');
    session.type('\u0013');
    await session.showsNow('✔ saved as acme.yaml, without secrets');
    session.type('\r');

    await session.showsNow('Create acme in the sandbox?');
    session.type('\u001b');
    await session.showsNow('Who may reach it');
    for (const before of ['Models of the', 'administrator of Open WebUI', 'administrator of WordPress', '❯ 1 namespace', '❯ 1 small']) {
      session.type('\u001b');
      await session.showsNow(before);
    }
    session.type('2');
    await session.showsNow('❯ 2 medium');
    session.type('\t');
    await session.showsNow('Create acme in the sandbox?');
    expect(session.screen().join('\n')).toContain('size medium');
    session.type('s');
    await session.showsNow('✔ saved as acme.yaml');
    session.type('y');
    expect(await session.ended).toBe(0);
    const urls = [...session.text().matchAll(/(http:\/\/127\.0\.0\.1:\d+) {2}answers 200/g)].map((match) => match[1] ?? '');
    expect(urls).toHaveLength(2);
    for (const url of urls) expect((await fetch(url)).status).toBe(200);
    const file = readFileSync(join(folder, 'acme.yaml'), 'utf8');
    for (const line of ['preset: medium', 'displayName: "Donaudampfschifffahrts-GmbH 漢字"']) expect(file).toContain(line);
    expect(session.bytes).not.toContain('\u001b[3J');
    expect(session.bytes).not.toContain('\u001b[2J');
  });

  it('takes a file that was saved half way, and asks for the rest', async () => {
    const first = new TerminalSession([main, 'create', '--sandbox'], env, { cwd: folder });
    await first.shows('main (new)');
    first.type('\r');
    await first.shows('Name of the tenant');
    first.type('acme');
    await first.shows('Namespace tenant-acme');
    first.type('\u0013');
    await first.shows('saved as acme.yaml');
    first.type('\u0003');
    expect(await first.ended).toBe(130);
    expect(first.text()).toContain('create -f acme.yaml --sandbox');
    expect(statSync(join(folder, 'acme.yaml')).mode & 0o777).toBe(0o600);
    const second = new TerminalSession([main, 'create', '-f', 'acme.yaml', '--sandbox'], env, { cwd: folder });
    await second.shows('main (new)');
    second.type('\r');
    await second.shows('Name for people');
    second.type('\u0003');
    expect(await second.ended).toBe(130);
  });

  it('asks the same with --plain, lets an answer be changed after the plan, and saves', async () => {
    const session = new TerminalSession([main, 'create', '--sandbox', '--plain'], env, { cwd: folder });
    for (const [question, keys] of [['? Platform', '\r'], ['? Name of the tenant', 'acme\r'], ['? Name for people', 'Acme GmbH\r'], ['? Size', '\r'], ['? Isolation', '\r'], ["? E-mail of WordPress's", '\r'], ["? E-mail of Open WebUI's", '\r'], ['? Models', '\r'], ['? Who may reach it', '\r']] as const) {
      await session.shows(question);
      session.type(keys);
    }
    const choose = async (question: string, down: number, chosen: string): Promise<void> => {
      await session.showsNow(`? ${question}`);
      for (let index = 0; index < down; index += 1) session.type('\u001b[B');
      await session.showsNow(`❯ ${chosen}`);
      session.type('\r');
    };
    await choose('Create acme in the sandbox?', 3, 'save the answers');
    await session.shows('Saved as acme.yaml, without secrets.');
    await choose('Create acme in the sandbox?', 2, 'change an answer');
    await choose('Which answer should change?', 3, 'Size: small');
    await choose('Size', 1, 'medium');
    await session.shows('Acme GmbH, size medium, isolation namespace');
    await choose('Create acme in the sandbox?', 1, 'yes');
    expect(await session.ended).toBe(0);
    const urls = [...session.text().matchAll(/(http:\/\/127\.0\.0\.1:\d+) {2}answers 200/g)].map((match) => match[1] ?? '');
    expect(urls).toHaveLength(2);
    for (const url of urls) expect((await fetch(url)).status).toBe(200);
    expect(readFileSync(join(folder, 'acme.yaml'), 'utf8')).toContain('preset: small');
  });

  it('ends with 130 and changes nothing when Ctrl-C is pressed in the wizard', async () => {
    const session = new TerminalSession([main, 'create', 'acme', '--sandbox'], env);
    await session.shows('main (new)');
    session.type('\u0003');
    expect(await session.ended).toBe(130);
    expect(session.text()).toContain('nothing was changed');
    expect(session.text()).not.toContain('waiting for what still runs');
  });
});
