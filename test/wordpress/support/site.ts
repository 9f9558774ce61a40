import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inject } from 'vitest';
import { valuesOf } from '../../charts/tenants.js';
import type { Values } from '../../charts/rendering.js';
import { freePorts } from '../../support/free-ports.js';
import { runTool } from '../../support/tool.js';
import type { ToolResult } from '../../support/tool.js';
import { writeApacheConfiguration } from './apache.js';
import { USER, toolPaths, runAsUser, startDaemon, until } from './machine.js';
import type { Daemon } from './machine.js';
import { layOutPod, newSecrets } from './pod.js';
import type { Pod } from './pod.js';

export interface SiteOptions {
  /** Values of the chart over those of a small tenant; `site.url` is the site's own address unless it is given. */
  values?: Values & { site?: Record<string, unknown> };
  release?: 'current' | 'old';
}

/**
 * The pod of the chart on this machine: its containers' commands, in its order, as its user, with its files and its environment. What
 * differs is where folders lie and which ports are listened on. Core belongs to root here and the server runs as another user, so
 * nothing but `wp-content` can be written, as in the pod.
 */
export class Site {
  private apache: Daemon | undefined;

  private constructor(
    readonly folder: string,
    private pod: Pod,
    private values: Values,
    readonly ports: { public: number; mcp: number },
    readonly secrets: Record<string, string>,
  ) {}

  get html(): string {
    return join(this.folder, 'html');
  }
  /** The public listener, as a browser reaches it without a gateway. */
  get publicUrl(): string {
    return `http://127.0.0.1:${this.ports.public}`;
  }
  get mcpUrl(): string {
    return `http://127.0.0.1:${this.ports.mcp}/wp-json/tenant/mcp`;
  }
  get token(): string {
    return this.secrets['mcp-token'] as string;
  }
  log(): string {
    return this.apache?.log() ?? '';
  }

  /** Lays the pod out in a database of its own, without running anything of it yet. */
  static async lay(options: SiteOptions = {}): Promise<Site> {
    const folder = await mkdtemp(join(tmpdir(), 'wordpress-'));
    const [publicPort = 0, mcpPort = 0] = await freePorts(2);
    const ports = { public: publicPort, mcp: mcpPort };
    const secrets = newSecrets();
    const name = `site_${randomBytes(4).toString('hex')}`;
    await runSql([`CREATE DATABASE ${name}`, `CREATE USER '${name}'@'127.0.0.1' IDENTIFIED BY '${secrets['database-password']}'`, `GRANT ALL ON ${name}.* TO '${name}'@'127.0.0.1'`]);
    const small = valuesOf('small').wordpress;
    const values = {
      ...small,
      database: { ...(small['database'] as object), enabled: false, external: { host: '127.0.0.1', port: inject('databasePort'), name, user: name } },
      ...options.values,
      site: { ...(small['site'] as object), url: `http://127.0.0.1:${ports.public}`, ...options.values?.site },
    };
    for (const path of ['html/wp-content', 'run', 'tmp']) await mkdir(join(folder, path), { recursive: true });
    const pod = await layOutPod(folder, values, secrets);
    const site = new Site(folder, pod, values, ports, secrets);
    for (const path of ['html/wp-content', 'run', 'tmp']) await site.giveToUser(join(folder, path));
    await site.prepare(options.release ?? 'current');
    return site;
  }

  /** Everything that a pod does before it is ready. */
  static async start(options: SiteOptions = {}): Promise<Site> {
    const site = await Site.lay(options);
    try {
      await site.install();
      await site.serve();
      return site;
    } catch (error) {
      await site.remove();
      throw error;
    }
  }

  private async giveToUser(path: string): Promise<void> {
    await runTool('chown', ['-R', `${USER.uid}:${USER.gid}`, path]);
  }

  /** Other values of the chart, for what runs next. */
  async change(values: Values): Promise<void> {
    this.values = { ...this.values, ...values };
    this.pod = await layOutPod(this.folder, this.values, this.secrets);
  }

  /** The init container that lays out core, from this release. It runs as root here so that the server cannot write core. */
  async prepare(release: 'current' | 'old'): Promise<void> {
    const env = {
      PATH: process.env['PATH'],
      CORE_SOURCE: toolPaths()[release],
      CORE_TARGET: this.html,
      CONTENT_VOLUME: join(this.html, 'wp-content'),
      CONFIG_SOURCE: join(this.folder, 'tenant'),
      MU_PLUGINS: join(this.html, 'wp-content', 'mu-plugins'),
      MU_PLUGINS_SOURCE: join(this.folder, 'mu-plugins'),
    };
    const { exitCode, stdout, stderr } = await runTool('sh', [join(this.folder, 'tenant', 'prepare-core.sh')], { env });
    if (exitCode !== 0) throw new Error(`prepare-core: ${stdout}${stderr}`);
    await chmod(this.html, 0o755);
    await this.giveToUser(join(this.html, 'wp-content'));
  }

  /** What a container's programs see. */
  env(name: string): Record<string, string> {
    return {
      PATH: process.env['PATH'] ?? '',
      TMPDIR: join(this.folder, 'tmp'),
      CORE_TARGET: this.html,
      MU_PLUGINS: join(this.html, 'wp-content', 'mu-plugins'),
      CRON_MARK: join(this.folder, 'tmp', 'cron-round'),
      // Where PHP looks for its own settings, and then ours.
      PHP_INI_SCAN_DIR: `:${join(this.folder, 'php')}`,
      ...this.pod.envOf(name),
    };
  }

  /** Runs a program of the pod with the environment of that container. */
  run(name: string, file: string, extra: Record<string, string> = {}): Promise<ToolResult> {
    const [interpreter = ''] = file.endsWith('.php') ? ['/usr/bin/php'] : ['/bin/sh'];
    return runAsUser(interpreter, [join(this.folder, 'tenant', file)], { env: { ...this.env(name), ...extra } });
  }

  /** The init container that installs. @returns what it said. @throws Error when it failed */
  async install(extra: Record<string, string> = {}): Promise<string> {
    const { exitCode, stdout, stderr } = await this.run('install-wordpress', 'bootstrap.php', extra);
    if (exitCode !== 0) throw new Error(`bootstrap ended with ${exitCode}: ${stdout}${stderr}`);
    return stdout + stderr;
  }

  /** Starts the web server, with variables over those of the chart, and waits until it answers as the readiness probe wants. */
  async serve(extra: Record<string, string> = {}): Promise<void> {
    await this.apache?.stop();
    const configuration = await writeApacheConfiguration(this.folder, this.html, this.ports);
    this.apache = startDaemon('/usr/sbin/apache2', ['-D', 'FOREGROUND', '-f', configuration], { ...this.env('wordpress'), ...extra }, join(this.folder, 'log'));
    const apache = this.apache;
    await until('Apache', async () => {
      if (apache.process.exitCode !== null) throw new Error(`Apache: ${apache.log()}`);
      const answer = await fetch(`${this.publicUrl}/tenant-ready.php`).catch(() => undefined);
      return answer?.ok === true;
    });
  }

  /** The cron container, until it has done one round more; `clock` moves its clock, like `+1h`. */
  async cronRound(clock = '+0'): Promise<void> {
    const mark = join(this.folder, 'tmp', 'cron-round');
    await rm(mark, { force: true });
    const cron = startDaemon('/usr/bin/faketime', ['-f', clock, '/bin/sh', join(this.folder, 'tenant', 'cron.sh')], this.env('cron'), join(this.folder, 'cron.log'));
    await until('a round of the schedule', () => existsSync(mark));
    await cron.stop('SIGKILL');
  }

  /** Runs PHP inside this WordPress, as no user at all. @returns what it returns, by way of JSON */
  async php<T>(code: string): Promise<T> {
    const input = `<?php $_SERVER['HTTP_HOST'] = '127.0.0.1:${this.ports.public}'; require '${this.html}/wp-load.php'; echo "\\n", json_encode( ( function () { global $wpdb; ${code} } )() );`;
    const { exitCode, stdout, stderr } = await runAsUser('/usr/bin/php', [], { env: this.env('wordpress'), input });
    if (exitCode !== 0) throw new Error(`php: ${stdout}${stderr}`);
    return JSON.parse(stdout.slice(stdout.lastIndexOf('\n') + 1)) as T;
  }

  /** Makes the service user of the assistant somebody else: an Editor is allowed most things. */
  async becomes(role: 'administrator' | 'editor' | 'author' | 'contributor' | 'subscriber'): Promise<void> {
    await this.php(`get_user_by( 'login', 'assistant' )->set_role( '${role}' );`);
  }

  async remove(): Promise<void> {
    await this.apache?.stop();
    await rm(this.folder, { recursive: true, force: true });
  }
}

/** Runs statements as the database's administrator. */
const runSql = async (statements: readonly string[]): Promise<void> => {
  const input = `<?php mysqli_report(MYSQLI_REPORT_ERROR | MYSQLI_REPORT_STRICT); $link = new mysqli('127.0.0.1', 'root', '', '', ${inject('databasePort')}); foreach (json_decode('${JSON.stringify(statements).replaceAll("'", "\\'")}') as $sql) $link->query($sql);`;
  const { exitCode, stdout, stderr } = await runAsUser('/usr/bin/php', [], { env: { PATH: process.env['PATH'] ?? '' }, input });
  if (exitCode !== 0) throw new Error(`sql: ${stdout}${stderr}`);
};
