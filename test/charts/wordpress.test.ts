import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { temporaryFolder } from '../support/folder.js';
import { runTool } from '../support/tool.js';
import type { ToolResult } from '../support/tool.js';
import { chartFolder, container, envOf, find, podOf, render } from './rendering.js';
import type { Container, Manifest } from './rendering.js';
import { EXTRA, valuesOf } from './tenants.js';

const files = join(chartFolder('wordpress'), 'files');

const deployment = async (title?: string): Promise<{ manifests: Manifest[]; wordpress: Manifest }> => {
  const values = title === undefined ? valuesOf('small').wordpress : (EXTRA.find((extra) => extra.title === title)?.values ?? {});
  const manifests = await render('wordpress', values);
  return { manifests, wordpress: find(manifests, 'Deployment', 'wordpress') };
};

describe('the pod', () => {
  it('lays out core, installs, and only then serves', async () => {
    const { wordpress } = await deployment();
    expect(podOf(wordpress).initContainers?.map(({ name }) => name)).toEqual(['prepare-core', 'install-wordpress']);
    expect(podOf(wordpress).containers.map(({ name }) => name)).toEqual(['wordpress', 'cron']);
  });

  it('serves core and our plugin read-only; only wp-content can change', async () => {
    const { wordpress } = await deployment();
    const mounts = container(wordpress, 'wordpress').volumeMounts ?? [];
    const writable = mounts.filter(({ mountPath, readOnly }) => mountPath.startsWith('/var/www/html') && readOnly !== true).map(({ mountPath }) => mountPath);
    expect(writable).toEqual(['/var/www/html/wp-content']);
  });

  it('gives each container only the secrets that it needs', async () => {
    const { wordpress } = await deployment();
    const keys = (of: Container): string[] => (of.env ?? []).flatMap(({ valueFrom }) => valueFrom?.secretKeyRef?.key ?? []);
    expect(keys(container(wordpress, 'prepare-core'))).toEqual([]);
    expect(keys(container(wordpress, 'install-wordpress'))).toContain('admin-password');
    expect(keys(container(wordpress, 'install-wordpress'))).not.toContain('mcp-token');
    expect(keys(container(wordpress, 'wordpress'))).toContain('mcp-token');
    for (const name of ['wordpress', 'cron']) expect(keys(container(wordpress, name))).not.toContain('admin-password');
    expect(keys(container(wordpress, 'cron'))).not.toContain('mcp-token');
  });

  it('is asked for something that no plugin answers, by a name or by an address alike', async () => {
    for (const tenant of ['small', 'large'] as const) {
      const wordpress = find(await render('wordpress', valuesOf(tenant).wordpress), 'Deployment', 'wordpress');
      expect(container(wordpress, 'wordpress').readinessProbe).toMatchObject({ httpGet: { path: '/tenant-ready.php', port: 'http' } });
    }
  });

  it('is not started again because its database is away, while it starts or later', async () => {
    const { wordpress } = await deployment();
    const { startupProbe, livenessProbe } = container(wordpress, 'wordpress') as { startupProbe: object; livenessProbe: object };
    expect(startupProbe).toMatchObject({ httpGet: { path: '/alive.txt', port: 'http' } });
    // Nor because visitors who read slowly hold all of Apache's processes: a request would wait behind them.
    expect(livenessProbe).toMatchObject({ tcpSocket: { port: 'http' } });
  });

  it('the public pages and the MCP listener are two Services', async () => {
    const { manifests } = await deployment();
    expect(find(manifests, 'Service', 'wordpress').spec.ports).toEqual([{ name: 'http', port: 8080, targetPort: 'http', protocol: 'TCP' }]);
    expect(find(manifests, 'Service', 'wordpress-mcp').spec.ports).toEqual([{ name: 'mcp', port: 8081, targetPort: 'mcp', protocol: 'TCP' }]);
  });
});

describe('Apache', () => {
  it('serves the MCP route and nothing else on its listener, whatever the query says', async () => {
    const conf = await readFile(join(files, 'apache', 'site.conf'), 'utf8');
    const mcp = conf.slice(conf.indexOf('<VirtualHost *:8081>'));
    expect(mcp).toMatch(/RewriteRule \^\/wp-json\/tenant\/mcp\/\?\$ \/index\.php\?rest_route=\/tenant\/mcp \[L,QSD\]\s+RewriteRule \^ - \[R=404,L\]/);
    expect(mcp).toContain('SetEnv TENANT_LISTENER mcp');
    expect(conf.slice(0, conf.indexOf('<VirtualHost *:8081>'))).not.toContain('TENANT_LISTENER');
  });

  it('leaves a form room for more than the largest file', async () => {
    const manifests = await render('wordpress', { wordpress: { php: { uploadMaxFilesize: '64M' } } });
    const settings = find(manifests, 'ConfigMap', 'wordpress-apache').data?.['tenant.ini'] ?? '';
    expect(settings).toMatch(/^upload_max_filesize = 64M$/m);
    expect(settings).toMatch(/^post_max_size = 65M$/m);
  });

  it('has as many workers as the values say', async () => {
    const { manifests } = await deployment();
    const conf = find(manifests, 'ConfigMap', 'wordpress-apache').data?.['site.conf'] ?? '';
    expect(conf).toMatch(/MaxRequestWorkers \d+\n/);
    expect(conf).not.toContain('@');
  });
});

describe('the database', () => {
  it.each([['small', '128M'], ['medium', '256M'], ['large', '512M']] as const)('of a %s tenant keeps %s of pages in memory', async (tenant, pool) => {
    const settings = find(await render('wordpress', valuesOf(tenant).wordpress), 'ConfigMap', 'mariadb').data?.['tenant.cnf'] ?? '';
    expect(settings).toContain(`\ninnodb_buffer_pool_size = ${pool}\n`);
  });

  it('of the tenant is reached by its name, with a password by reference', async () => {
    const { manifests, wordpress } = await deployment();
    expect(envOf(container(wordpress, 'wordpress'), 'WORDPRESS_DB_HOST')).toBe('mariadb:3306');
    expect(find(manifests, 'Service', 'mariadb').spec.clusterIP).toBe('None');
  });

  it('has a connection for each worker of Apache, and to spare', async () => {
    const connections = async (workers: number): Promise<number> => {
      const settings = find(await render('wordpress', { wordpress: { php: { workers } } }), 'ConfigMap', 'mariadb').data?.['tenant.cnf'] ?? '';
      return Number(/^max_connections = (\d+)$/m.exec(settings)?.[1]);
    };
    expect([await connections(2), await connections(10)]).toEqual([60, 60]);
    for (const workers of [60, 200]) expect(await connections(workers)).toBeGreaterThan(workers + 10);
  });

  it('keeps temporary tables on its volume: a full local disk would have it evicted', async () => {
    const { manifests } = await deployment();
    const settings = find(manifests, 'ConfigMap', 'mariadb').data?.['tenant.cnf'] ?? '';
    const [, folder] = /^tmpdir = (.+)$/m.exec(settings) ?? [];
    expect(container(find(manifests, 'StatefulSet', 'mariadb'), 'mariadb').volumeMounts).toContainEqual({ name: 'data', mountPath: folder, subPath: 'tmp' });
    expect(settings).toMatch(/^loose_max_tmp_total_space_usage = 2G$/m);
  });

  it('elsewhere leaves nothing of MariaDB here', async () => {
    const { manifests, wordpress } = await deployment('an external database');
    expect(manifests.filter(({ metadata }) => metadata.name.includes('mariadb'))).toEqual([]);
    const main = container(wordpress, 'wordpress');
    expect(['HOST', 'NAME', 'USER'].map((name) => envOf(main, `WORDPRESS_DB_${name}`))).toEqual(['db.example.com:3307', 'site', 'site']);
  });
});

describe('the official adapter', () => {
  it('is fetched by an init container that knows its checksum, before WordPress is installed', async () => {
    const { wordpress } = await deployment('the official adapter');
    expect(podOf(wordpress).initContainers?.map(({ name }) => name)).toEqual(['prepare-core', 'fetch-adapter', 'install-wordpress']);
    const fetch = container(wordpress, 'fetch-adapter');
    expect(envOf(fetch, 'ADAPTER_SHA256')).toBe('d'.repeat(64));
    expect(envOf(container(wordpress, 'wordpress'), 'TENANT_MCP_SERVER')).toBe('adapter');
  });
});

describe('laying out core', () => {
  let folder = '';
  beforeEach(async () => {
    folder = await temporaryFolder('core');
    for (const path of ['src/wp-content/themes/one', 'src/wp-includes', 'html', 'volume', 'mu', 'plugins', 'config']) await mkdir(join(folder, path), { recursive: true });
    await writeFile(join(folder, 'src', 'index.php'), 'core');
    await writeFile(join(folder, 'src', '.htaccess'), 'hidden');
    await writeFile(join(folder, 'src', 'wp-includes', 'version.php'), "<?php\n$wp_version = '7.1.4';\n");
    await writeFile(join(folder, 'src', 'wp-content', 'themes', 'one', 'style.css'), 'theme');
    await writeFile(join(folder, 'config', 'wp-config.php'), 'ours');
    await writeFile(join(folder, 'config', 'ready.php'), 'probe');
    await writeFile(join(folder, 'plugins', 'tenant-mcp.php'), 'plugin');
    await writeFile(join(folder, 'plugins', 'auth.php'), 'part');
  });
  const run = (path = process.env['PATH']): Promise<ToolResult> =>
    runTool('sh', [join(files, 'bootstrap', 'prepare-core.sh')], {
      env: {
        PATH: path,
        CORE_SOURCE: join(folder, 'src'),
        CORE_TARGET: join(folder, 'html'),
        CONTENT_VOLUME: join(folder, 'volume'),
        CONFIG_SOURCE: join(folder, 'config'),
        MU_PLUGINS: join(folder, 'mu'),
        MU_PLUGINS_SOURCE: join(folder, 'plugins'),
      },
    });
  const prepare = async (): Promise<string> => {
    const { exitCode, stdout, stderr } = await run();
    expect(`${stderr}${exitCode}`).toBe('0');
    return stdout;
  };
  const read = (path: string): Promise<string> => readFile(join(folder, path), 'utf8');

  it('copies core and our configuration, and fills an empty volume', async () => {
    expect(await prepare()).toContain('core 7.1.4 is in place');
    expect((await readdir(join(folder, 'html'))).sort()).toEqual(['.htaccess', 'alive.txt', 'index.php', 'tenant-ready.php', 'wp-config.php', 'wp-content', 'wp-includes']);
    expect(await read('html/wp-config.php')).toBe('ours');
    expect(await readdir(join(folder, 'html', 'wp-content'))).toEqual([]);
    expect(await read('volume/themes/one/style.css')).toBe('theme');
  });

  it('never touches what a tenant has on the volume', async () => {
    await prepare();
    await writeFile(join(folder, 'volume', 'themes', 'one', 'style.css'), 'changed by the tenant');
    await writeFile(join(folder, 'src', 'index.php'), 'newer core');
    await prepare();
    expect(await read('volume/themes/one/style.css')).toBe('changed by the tenant');
    expect(await read('html/index.php')).toBe('newer core');
  });

  it.each([
    ['the copy', 'cp', 'case "$*" in */wp-content/.*) for target; do :; done; mkdir "$target/plugins"; exit 1;; esac; exec /bin/cp "$@"'],
    ['what follows', 'mv', 'if [ -e "$0.once" ]; then exit 1; fi; touch "$0.once"; exec /bin/mv "$@"'],
  ])('fills a volume whole, also when %s was interrupted at the first start', async (_title, program, script) => {
    await mkdir(join(folder, 'src/wp-content/plugins/two'), { recursive: true });
    await writeFile(join(folder, 'src/wp-content/plugins/two/two.php'), 'plugin');
    await mkdir(join(folder, 'bin'));
    await writeFile(join(folder, 'bin', program), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
    expect((await run(`${join(folder, 'bin')}:${process.env['PATH']}`)).exitCode).toBe(1);
    expect(await prepare()).toContain('seeded');
    expect([await read('volume/themes/one/style.css'), await read('volume/plugins/two/two.php')]).toEqual(['theme', 'plugin']);
    expect((await readdir(join(folder, 'volume'))).sort()).toEqual(['mu-plugins', 'plugins', 'themes', 'uploads']);
  });

  it('brings nothing back that a tenant has removed', async () => {
    await prepare();
    await rm(join(folder, 'volume', 'themes', 'one'), { recursive: true });
    await prepare();
    expect(await readdir(join(folder, 'volume', 'themes'))).toEqual([]);
  });

  it('makes one plugin of our files, and removes parts that are gone', async () => {
    await prepare();
    expect((await readdir(join(folder, 'mu'))).sort()).toEqual(['tenant-mcp', 'tenant-mcp.php']);
    expect(await readdir(join(folder, 'mu', 'tenant-mcp'))).toEqual(['auth.php']);
    await writeFile(join(folder, 'mu', 'tenant-mcp', 'old.php'), 'x');
    await prepare();
    expect(await readdir(join(folder, 'mu', 'tenant-mcp'))).toEqual(['auth.php']);
  });
});

describe('the schedule', () => {
  const script = join(files, 'bootstrap', 'cron.sh');
  const started: ChildProcess[] = [];
  afterEach(() => {
    for (const { pid } of started.splice(0)) {
      try {
        // With what it waited for: a sleep outlives its shell.
        if (pid !== undefined) process.kill(-pid, 'SIGKILL');
      } catch {
        // Nothing of it is left.
      }
    }
  });

  /** cron.sh with a PHP that writes down each round and takes this long for one. */
  const start = async (seconds: number): Promise<{ rounds: () => Promise<string>; cron: ChildProcess }> => {
    const folder = await temporaryFolder('cron');
    await writeFile(join(folder, 'php'), `#!/bin/sh\necho begun >> "${folder}/rounds"\nsleep ${seconds}\necho done >> "${folder}/rounds"\n`, { mode: 0o755 });
    const cron = spawn('sh', [script], { detached: true, env: { PATH: `${folder}:${process.env['PATH'] ?? ''}`, CRON_MARK: join(folder, 'mark'), CRON_SECONDS: '600' } });
    started.push(cron);
    return { rounds: () => readFile(join(folder, 'rounds'), 'utf8').catch(() => ''), cron };
  };

  // The images' own signal: a pod that does not listen to it is only killed when its grace period is over, while the site is away.
  it.each(['SIGWINCH', 'SIGTERM'] as const)('stops between two rounds when it is told to by %s', async (signal) => {
    const { rounds, cron } = await start(0);
    await vi.waitFor(async () => expect(await rounds()).toContain('done'), 20_000);
    const ended = once(cron, 'exit');
    cron.kill(signal);
    expect(await ended).toEqual([0, null]);
  });

  it('finishes the round that runs, and begins no other', async () => {
    const { rounds, cron } = await start(1);
    await vi.waitFor(async () => expect(await rounds()).toContain('begun'), 20_000);
    const ended = once(cron, 'exit');
    cron.kill('SIGWINCH');
    expect(await ended).toEqual([0, null]);
    expect(await rounds()).toBe('begun\ndone\n');
  });

  it('is not given up before its first round may be over', async () => {
    const longest = Number(/timeout (\d+) php/.exec(await readFile(script, 'utf8'))?.[1]);
    const { wordpress } = await deployment();
    const { initialDelaySeconds } = container(wordpress, 'cron').livenessProbe as { initialDelaySeconds: number };
    expect(initialDelaySeconds).toBeGreaterThan(longest);
  });
});

describe('the MCP plugin', () => {
  const folder = join(files, 'mu-plugins');
  const parts = async (): Promise<[string, string][]> =>
    Promise.all(
      ['tenant-mcp.php', ...(await readdir(join(folder, 'tenant-mcp'))).map((name) => `tenant-mcp/${name}`)].map(async (name): Promise<[string, string]> => [name, await readFile(join(folder, name), 'utf8')]),
    );

  it('is free software of the kind that WordPress asks for, in every file', async () => {
    for (const [name, text] of await parts()) expect(text, name).toMatch(/License: GPL-2\.0-or-later/);
    expect(await readFile(join(folder, 'LICENSE'), 'utf8')).toContain('GNU GENERAL PUBLIC LICENSE');
  });

  it('cannot be run on its own, and serves in one short file', async () => {
    for (const [name, text] of await parts()) expect(text, name).toContain("defined( 'ABSPATH' ) || exit;");
    expect((await readFile(join(folder, 'tenant-mcp', 'transport.php'), 'utf8')).split('\n').length).toBeLessThan(300);
  });

  it('offers few enough tools for a small model to choose from, each with required arguments that it describes', async () => {
    const text = (await parts()).map(([, content]) => content).join('\n');
    const tools = [...text.matchAll(/\tregister\(\n\t+'([a-z-]+)',/g)].map(([, name]) => name);
    expect(tools.sort()).toEqual(
      ['create-post', 'create-term', 'list-comments', 'list-media', 'list-posts', 'list-terms', 'moderate-comment', 'read-post', 'search', 'site-info', 'trash-post', 'update-post', 'upload-media'],
    );
    expect(tools.length).toBeLessThanOrEqual(14);
  });

  it('arrives in the pod complete, in a ConfigMap that fits', async () => {
    const { manifests } = await deployment();
    const data = find(manifests, 'ConfigMap', 'wordpress-mu-plugins').data ?? {};
    expect(Object.keys(data).sort()).toEqual((await parts()).map(([name]) => name.replace('tenant-mcp/', '')).sort());
    for (const [name, text] of await parts()) expect(data[name.replace('tenant-mcp/', '')]).toBe(text);
  });
});
