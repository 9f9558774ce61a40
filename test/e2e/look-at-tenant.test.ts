import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually, newOperator, type Operator } from '../support/cli.js';
import { succeeded } from '../support/outcome.js';
import { thePackage } from '../support/package.js';
import { TerminalSession } from '../support/terminal-session.js';

let operator: Operator;
beforeAll(async () => {
  operator = await newOperator({ speed: 20 });
  succeeded(await operator.run(['create', 'acme', '--models', 'none', '--yes', '--sandbox', '--json']));
});
afterAll(() => operator.close());

describe('logs', () => {
  it('prints so many lines of each container, and where they are from', async () => {
    const { stdout, exitCode } = await operator.run(['logs', 'acme', 'mariadb', '--tail', '1', '--sandbox']);
    expect(exitCode).toBe(0);
    expect(stdout.match(/^mariadb-0\/mariadb: .+$/gm)).toHaveLength(1);
    const all = await operator.run(['logs', 'acme', '--tail', '1', '--sandbox']);
    for (const app of ['gateway', 'mariadb', 'openwebui', 'wordpress']) expect(all.stdout).toMatch(new RegExp(`^${app}-[^/]+/\\w+: `, 'm'));
  });

  it('goes on with --follow until it is interrupted, which is no failure', async () => {
    const { child, until, finished } = await operator.start(['logs', 'acme', 'openwebui', '--tail', '1', '--follow', '--sandbox', '--json']);
    let lines = 0;
    await until((event) => event.type === 'log' && (lines += 1) === 3);
    child.kill('SIGINT');
    const ended = await finished;
    expect(ended.exitCode).toBe(0);
    expect(ended.result).toMatchObject({ ok: true, operation: 'logs', data: { tenant: 'acme', containers: 1 } });
    expect(ended.events.filter(({ type }) => type === 'notice')).toEqual([]);
  });
});

describe('open', () => {
  /** A machine whose browser writes down what it is given. */
  const withBrowser = async (): Promise<{ env: Record<string, string>; opened: () => Promise<string> }> => {
    const bin = join(operator.home, 'browser');
    await mkdir(bin, { recursive: true });
    const note = join(bin, 'opened');
    for (const name of ['xdg-open', 'open']) {
      await writeFile(join(bin, name), `#!/bin/sh\necho "$1" >>"${note}"\n`);
      await chmod(join(bin, name), 0o755);
    }
    return { env: { PATH: `${bin}:${process.env.PATH ?? ''}`, DISPLAY: ':7', CI: '' }, opened: () => readFile(note, 'utf8') };
  };

  it('prints the URL, also on a pipe, where no browser is opened', async () => {
    const { env, opened } = await withBrowser();
    const asked = await operator.run(['open', 'acme', 'openwebui', '--sandbox', '--json'], { env });
    const { data } = succeeded(asked) as { data: { url: string } };
    expect(data).toMatchObject({ tenant: 'acme', app: 'openwebui', opened: false, url: expect.stringMatching(/^http:/) as string });
    expect((await operator.run(['open', 'acme', 'openwebui', '--sandbox'], { env })).stdout).toContain(data.url);
    await expect(opened()).rejects.toThrow('ENOENT');
  });

  it('opens it in the browser of who sits at a terminal with a screen', async () => {
    const { env, opened } = await withBrowser();
    const { data } = succeeded(await operator.run(['open', 'acme', '--sandbox', '--json'])) as { data: { url: string } };
    const terminal = new TerminalSession([join(await thePackage(), 'dist/main.js'), 'open', 'acme', '--sandbox'], { ...(operator.env as Record<string, string>), ...env });
    expect(await terminal.ended).toBe(0);
    expect(terminal.text()).toContain(data.url);
    expect(await eventually(opened)).toBe(`${data.url}\n`);
  });
});
