import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
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

  it('ends with 130 and changes nothing when Ctrl-C is pressed in the wizard', async () => {
    const session = new TerminalSession([main, 'create', 'acme', '--sandbox'], env);
    await session.shows('main (new)');
    session.type('\u0003');
    expect(await session.ended).toBe(130);
    expect(session.text()).toContain('nothing was changed');
    expect(session.text()).not.toContain('waiting for what still runs');
  });
});
