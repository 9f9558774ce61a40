import { mkdir, readFile, readdir, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { temporaryFolder } from '../support/folder.js';
import { runTool } from '../support/tool.js';
import type { ToolResult } from '../support/tool.js';
import { chartFolder, find, render } from './rendering.js';
import type { Values } from './rendering.js';
import { changed, valuesOf } from './tenants.js';

const config = async (changes: Values = {}): Promise<string> =>
  find(await render('model-gateway', changed(valuesOf('small')['model-gateway'], changes)), 'ConfigMap', 'model-gateway').data?.['nginx.conf'] ?? '';

const TOKEN = 'hub.token-abc_123==';
const ACME = 'Acme0123456789'.repeat(4);
const BETA = 'Beta0123456789'.repeat(4);

describe('the configuration', () => {
  it('puts the hub\'s token in the place of the tenant\'s key, and passes on nothing about who asked', async () => {
    const text = await config();
    expect(text).toContain('proxy_set_header Authorization $hub_authorization;');
    for (const header of ['Cookie', 'X-Forwarded-For', 'X-Real-IP']) expect(text).toContain(`proxy_set_header ${header} "";`);
  });

  it('verifies the hub and looks its name up again and again', async () => {
    const text = await config();
    expect(text).toContain('proxy_ssl_verify on;');
    expect(text).toContain('proxy_ssl_name openai.inference.de-txl.ionos.com;');
    expect(text).toMatch(/set \$hub https:\/\/openai\.inference\.de-txl\.ionos\.com;\s+proxy_pass \$hub\$uri\$is_args\$args;/);
    expect(await config({ hub: { verify: false } })).toContain('proxy_ssl_verify off;');
  });

  it('streams', async () => {
    expect(await config()).toContain('proxy_buffering off;');
  });

  it('knows a service with a port and a path of its own', async () => {
    const text = await config({ hub: { baseUrl: 'http://models.example:8000/api/' } });
    expect(text).toMatch(/set \$hub http:\/\/models\.example:8000;\s+proxy_pass \$hub\/api\$uri\$is_args\$args;/);
    expect(text).not.toContain('proxy_ssl');
  });

  it('refuses unknown keys before it counts them, so that strangers use up no rate', async () => {
    const text = await config();
    expect(text.indexOf('if ($tenant = "")')).toBeLessThan(text.indexOf('limit_req zone='));
    expect(text).toMatch(/map \$tenant \$hub_everybody \{\s+"" "";/);
  });

  it('answers errors in the words of the OpenAI API', async () => {
    const errors = [...(await config()).matchAll(/return (\d{3}) '(\{"error".*\})';/g)].map(([, status, body]) => ({
      status,
      ...(JSON.parse(body as string) as { error: { code: string; message: string; type: string } }),
    }));
    expect(Object.fromEntries(errors.map(({ status, error }) => [status, error.code]))).toEqual({
      401: 'invalid_api_key',
      403: 'path_not_offered',
      404: 'not_found',
      413: 'request_too_large',
      429: 'rate_limit_exceeded',
      502: 'hub_unreachable',
    });
    expect(await config()).toMatch(/add_header Retry-After \d+ always;\s+return 429/);
  });

  it('logs neither keys nor bodies', async () => {
    expect(/log_format[^;]*;/.exec(await config())?.[0]).not.toMatch(/http_|body|args|request_uri|authorization/i);
  });

  it('divides the rates among its pods', async () => {
    const rates = async (replicas: number): Promise<(string | undefined)[]> =>
      [...(await config({ replicas, rate: { total: 5, perTenant: 2 } })).matchAll(/rate=(\S+);/g)].map(([, rate]) => rate);
    expect(await rates(1)).toEqual(['300r/m', '120r/m']);
    expect(await rates(2)).toEqual(['150r/m', '60r/m']);
  });
});

describe('preparing the keys', () => {
  let folder = '';
  let out = '';
  beforeEach(async () => {
    folder = await temporaryFolder('keys');
    out = join(folder, 'out');
    await Promise.all([mkdir(join(folder, 'secrets', 'hub'), { recursive: true }), mkdir(join(folder, 'secrets', 'keys'), { recursive: true }), mkdir(out)]);
    await writeFile(join(folder, 'resolv.conf'), 'search x\nnameserver 10.233.0.3\nnameserver fd00::3\noptions ndots:5\n');
    await writeFile(join(folder, 'secrets', 'hub', 'hub-token'), TOKEN);
    await key('acme', ACME);
  });
  const key = (tenant: string, value: string): Promise<void> => writeFile(join(folder, 'secrets', 'keys', tenant), value);
  const prepare = (): Promise<ToolResult> =>
    runTool('sh', [join(chartFolder('model-gateway'), 'files', 'prepare.sh')], {
      env: { PATH: process.env['PATH'], SECRETS_DIR: join(folder, 'secrets'), OUT_DIR: out, RESOLV_CONF: join(folder, 'resolv.conf') },
    });
  const made = (name: string): Promise<string> => readFile(join(out, name), 'utf8');

  it('maps each key to its tenant, by upper and lower case', async () => {
    await key('1e3', BETA);
    expect((await prepare()).exitCode).toBe(0);
    expect(await made('tenants.conf')).toBe(
      ['map $http_authorization $tenant {', '  default "";', `  "~^[Bb]earer ${BETA}$" "1e3";`, `  "~^[Bb]earer ${ACME}$" "acme";`, '}', ''].join('\n'),
    );
    expect(await made('hub.conf')).toContain(`default "Bearer ${TOKEN}";`);
  });

  it('asks the pod\'s own name servers', async () => {
    await prepare();
    expect(await made('resolver.conf')).toContain('resolver 10.233.0.3 [fd00::3] valid=30s');
  });

  it('prints no secret, and its files are for nobody else', async () => {
    await key('beta', 'too-short');
    const { stdout, stderr } = await prepare();
    for (const secret of [TOKEN, ACME, 'too-short']) expect(stdout + stderr).not.toContain(secret);
    for (const name of await readdir(out)) expect((await stat(join(out, name))).mode & 0o077).toBe(0);
  });

  it.each([
    ['a short key', 'beta', 'short1', /beta: its key is shorter/],
    ['a key that would end a line of the configuration', 'beta', `x"; return 200; #${'x'.repeat(40)}`, /beta: its key is not alphanumeric/],
    ['a key with a line break', 'beta', `${BETA}\n${BETA}`, /beta: its key is not alphanumeric/],
    ['no key', 'beta', '', /beta: its key is not alphanumeric/],
    ['a name that is no tenant\'s', 'beta".x', BETA, /whose name is not a tenant's/],
  ])('leaves out %s, and everybody else keeps theirs', async (_title, tenant, value, reason) => {
    await key(tenant, value);
    const { exitCode, stderr } = await prepare();
    expect(exitCode).toBe(0);
    expect(stderr).toMatch(reason);
    expect((await made('tenants.conf')).match(/earer/g)).toHaveLength(1);
  });

  it('starts without any tenant', async () => {
    const { exitCode } = await runTool('sh', ['-c', 'rm "$SECRETS_DIR"/keys/*'], { env: { PATH: process.env['PATH'], SECRETS_DIR: join(folder, 'secrets') } });
    expect(exitCode).toBe(0);
    expect((await prepare()).exitCode).toBe(0);
    expect(await made('tenants.conf')).not.toContain('earer');
  });

  it.each([['an empty token', ''], ['a token that would end a string', 'a"b'], ['a token of two lines', 'a\nb']])('does not start with %s', async (_title, token) => {
    await writeFile(join(folder, 'secrets', 'hub', 'hub-token'), token);
    const { exitCode, stderr } = await prepare();
    expect(exitCode).not.toBe(0);
    expect(stderr).toContain('the hub\'s token');
  });
});
