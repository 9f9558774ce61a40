import { chown, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { find, render } from '../../charts/rendering.js';
import { freePorts } from '../../support/free-ports.js';
import { USER, runAsUser, startDaemon, until } from './machine.js';

declare module 'vitest' {
  interface ProvidedContext {
    /** The database server of this run. Its administrator has no password: it only listens on this machine, and it is thrown away. */
    databasePort: number;
  }
}

/** Starts one MariaDB for all test files, with the chart's own settings. Each site makes a database of its own in it. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const folder = await mkdtemp(join(tmpdir(), 'mariadb-'));
  await chown(folder, USER.uid, USER.gid);
  const data = join(folder, 'data');
  const [port = 0] = await freePorts(1);
  const settings = find(await render('wordpress', {}), 'ConfigMap', 'mariadb').data?.['tenant.cnf'] ?? '';
  await writeFile(join(folder, 'tenant.cnf'), settings);
  // The chart's server skips host names, so this administrator is found by address.
  await writeFile(join(folder, 'init.sql'), "CREATE USER IF NOT EXISTS 'root'@'127.0.0.1'; GRANT ALL ON *.* TO 'root'@'127.0.0.1' WITH GRANT OPTION;\n");
  const env = { PATH: process.env['PATH'], HOME: folder, TMPDIR: folder };
  const made = await runAsUser('/usr/bin/mariadb-install-db', ['--no-defaults', `--datadir=${data}`, `--tmpdir=${folder}`, '--auth-root-authentication-method=normal', '--skip-test-db'], { env });
  if (made.exitCode !== 0) throw new Error(`mariadb-install-db: ${made.stdout}${made.stderr}`);
  const server = startDaemon(
    '/usr/sbin/mariadbd',
    [`--defaults-file=${join(folder, 'tenant.cnf')}`, `--datadir=${data}`, `--tmpdir=${folder}`, `--socket=${join(folder, 'socket')}`, `--pid-file=${join(folder, 'pid')}`, '--bind-address=127.0.0.1', `--port=${port}`, `--init-file=${join(folder, 'init.sql')}`],
    env,
    join(folder, 'log'),
  );
  await until('MariaDB', () => {
    if (server.process.exitCode !== null) throw new Error(`MariaDB: ${server.log()}`);
    return server.log().includes('ready for connections');
  });
  project.provide('databasePort', port);
  return async () => {
    await server.stop();
    await rm(folder, { recursive: true, force: true });
  };
}
