import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newOperator, snapshotOf, type Operator } from '../support/cli.js';
import { thePackage } from '../support/package.js';
import { TerminalSession } from '../support/terminal-session.js';

/** Leases tell of every look; everything else must stay. */
const notLeases = (_namespace: string, kind: string): boolean => kind !== 'Lease';

describe('delete in a terminal', () => {
  let operator: Operator;
  let main: string;
  beforeAll(async () => {
    main = join(await thePackage(), 'dist/main.js');
    operator = await newOperator();
    expect((await operator.run(['create', 'acme', '--yes', '--sandbox', '--json'])).exitCode).toBe(0);
  });
  afterAll(() => operator.close());

  const open = (...flags: string[]): TerminalSession => {
    const { CI: _ci, NO_COLOR: _noColor, FORCE_COLOR: _forceColor, ...env } = operator.env as Record<string, string>;
    return new TerminalSession([main, 'delete', 'acme', '--sandbox', ...flags], { ...env, TERM: 'xterm-256color', LANG: 'C.UTF-8' });
  };

  it.each([
    ['drawn', [], 'Type acme to go on'],
    ['plain', ['--plain'], 'Type acme to go on'],
  ] as const)('%s: another name than the tenant\'s is a no, and changes nothing', async (_form, flags, question) => {
    const cluster = await operator.cluster();
    if (!cluster) throw new Error('there is no cluster');
    const before = await snapshotOf(cluster, notLeases);
    const session = open(...flags);
    await session.shows(question);
    expect(session.text()).toContain('mariadb-data 8 GiB');
    expect(session.text().replaceAll(/\s+/g, ' ')).toContain('no backup and no export');
    session.type('acme-2\r');
    expect(await session.ended).toBe(130);
    expect(session.text().replaceAll(/\s+/g, ' ')).toContain('nothing was changed');
    expect(await snapshotOf(cluster, notLeases)).toEqual(before);
    const lease = await cluster.coordination.readNamespacedLease({ name: 'tenant-acme', namespace: 'ionos-tenants-system' });
    expect(lease.spec?.holderIdentity ?? '').toBe('');
  });

  it('removes the tenant when its name is typed, and shows each step', async () => {
    const session = open();
    await session.shows('Type acme to go on');
    session.type('acme\r');
    expect(await session.ended).toBe(0);
    for (const words of ['✔ Gateway', '✔ Volumes', '✔ Namespace', '✔ Proof', '✔ acme is removed, and nothing of it is left', 'Cost ended']) expect(session.text()).toContain(words);
    expect(session.bytes).not.toContain('\u001b[3J');
  });

  it('asks nothing about a tenant that is gone', async () => {
    const session = open();
    expect(await session.ended).toBe(0);
    expect(session.text()).toContain('acme was removed already');
  });
});
