import { chmod, mkdir, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { InstallerError } from '../../src/engine/errors.js';
import { helmPath } from '../support/helm.js';
import { cloudOf, newOperator, snapshotOf, type CliResult, type Operator, type ResultEvent } from '../support/cli.js';

type Failed = Extract<ResultEvent, { ok: false }>;

const failed = (run: CliResult): Failed => {
  const { result } = run;
  if (result.ok) throw new InstallerError({ code: 'test', what: 'it did not fail' });
  expect(result.exitCode).toBe(run.exitCode);
  return result;
};

/** What an operator needs of an error: what happened, why, what to do next, and where the log is; never a stack. */
const complete = ({ error }: Failed): void => {
  expect(error.what).not.toBe('');
  expect(error.why ?? '').not.toBe('');
  expect(error.next.length).toBeGreaterThan(0);
  expect(error.code).not.toBe('internal');
  expect(error.log).toMatch(/\.ndjson$/);
  expect(JSON.stringify(error)).not.toMatch(/\n\s+at |node_modules|HTTP-Code/);
};

let operator: Operator;
/** Everything that the sandbox holds. */
const everything = async (): Promise<unknown> => {
  const cluster = await operator.cluster();
  return { cloud: await cloudOf(operator), objects: cluster && (await snapshotOf(cluster)) };
};

beforeAll(async () => {
  operator = await newOperator();
  expect((await operator.run(['create', 'acme', '--models', 'none', '--yes', '--sandbox', '--json'])).exitCode).toBe(0);
});
afterAll(() => operator.close());

/** Runs what has to fail, and checks that nothing at all was changed by it. */
const refused = async (args: string[], env: Record<string, string> = {}): Promise<Failed> => {
  const before = await everything();
  const run = await operator.run([...args, '--json'], { env });
  const result = failed(run);
  complete(result);
  expect(await everything()).toEqual(before);
  return result;
};

const LONG = 'a'.repeat(64);

describe('a name', () => {
  it.each([
    ['y', 'name-yaml-trap'],
    ['1e3', 'name-yaml-trap'],
    ['../x', 'name-malformed'],
    ['kube-system', 'name-reserved'],
    [LONG, 'name-malformed'],
    ['Acme', 'name-malformed'],
    ['', 'name-malformed'],
  ])('%j is refused before anything is asked of anybody', async (name, code) => {
    const result = await refused(['create', name, '--yes', '--sandbox']);
    expect(result).toMatchObject({ exitCode: 2, error: { code } });
  });

  it('that is refused in a file is refused with its line', async () => {
    await writeFile(join(operator.home, 'name.yaml'), 'apiVersion: ionos-tenants/v1\nkind: Tenant\nname: kube-system\n');
    const { exitCode, error } = await refused(['create', '-f', 'name.yaml', '--yes', '--sandbox']);
    expect(exitCode).toBe(2);
    expect(`${error.what} ${error.why}`).toMatch(/name\.yaml:3|line 3/);
  });

  it('that differs from that in the file is refused', async () => {
    await writeFile(join(operator.home, 'other.yaml'), 'apiVersion: ionos-tenants/v1\nkind: Tenant\nname: initech\n');
    expect(await refused(['create', 'globex', '-f', 'other.yaml', '--yes', '--sandbox'])).toMatchObject({ exitCode: 2, error: { code: 'name-differs' } });
  });
});

describe('an answer', () => {
  it.each<[string, string[], RegExp]>([
    ['an unknown preset', ['--preset', 'tiny'], /tiny.*small|small.*tiny/s],
    ['an unknown isolation level', ['--isolation', 'total'], /total.*node-pool|node-pool.*total/s],
    ['a network that is none', ['--allow', '10.0.0.0/99'], /10\.0\.0\.0\/99/],
    ['an address that is none', ['--wordpress-admin-email', 'nobody'], /nobody/],
    ['a location that is none', ['--location', 'Berlin'], /Berlin/],
    ['a model that the service does not offer', ['--models', 'nobody/nothing-1b'], /nobody\/nothing-1b/],
    ['a file that is not there', ['-f', 'absent.yaml'], /absent\.yaml/],
  ])('%s is refused, with what would be right', async (_what, args, expected) => {
    const { exitCode, error } = await refused(['create', 'globex', ...args, '--yes', '--sandbox']);
    expect(exitCode).toBe(2);
    expect(JSON.stringify(error)).toMatch(expected);
  });

  it('under an unknown key of the file is refused, with its line and the key that was meant', async () => {
    await writeFile(join(operator.home, 'key.yaml'), 'apiVersion: ionos-tenants/v1\nkind: Tenant\nname: globex\n\nopenwebui:\n  model: [x]\n');
    const { exitCode, error } = await refused(['create', '-f', 'key.yaml', '--yes', '--sandbox']);
    expect(exitCode).toBe(2);
    expect(`${error.what} ${error.why}`).toMatch(/6/);
    expect(`${error.what} ${error.why}`).toMatch(/models/);
  });

  it('in a file that is no YAML is refused, with its line', async () => {
    await writeFile(join(operator.home, 'broken.yaml'), 'apiVersion: ionos-tenants/v1\nname: [acme\n');
    const { exitCode, error } = await refused(['create', '-f', 'broken.yaml', '--yes', '--sandbox']);
    expect(exitCode).toBe(2);
    expect(`${error.what} ${error.why}`).toMatch(/broken\.yaml/);
  });

  it('that an override does not know is refused', async () => {
    await writeFile(join(operator.home, 'override.yaml'), 'apiVersion: ionos-tenants/v1\nkind: Tenant\nname: globex\noverrides:\n  wordpress.size: 20Gi\n');
    const { exitCode, error } = await refused(['create', '-f', 'override.yaml', '--yes', '--sandbox']);
    expect(exitCode).toBe(2);
    expect(JSON.stringify(error)).toContain('wordpress.size');
  });
});

describe('without a terminal', () => {
  it('too few answers are an error that names the flag', async () => {
    const { exitCode, error } = await refused(['create', '--sandbox']);
    expect(exitCode).toBe(2);
    expect(JSON.stringify(error)).toContain('<name>');
  });

  it('a plan that nobody approves is an error that names the flag', async () => {
    const { exitCode, error } = await refused(['create', 'globex', '--models', 'none', '--sandbox']);
    expect(exitCode).toBe(2);
    expect(JSON.stringify(error)).toContain('--yes');
  });

  it.each([[['--no-such-flag']], [['no-such-command']], [['create', 'a', 'b']]])('wrong use (%j) is 2, and says where help is', async (args) => {
    const run = await operator.run(args);
    expect(run.exitCode).toBe(2);
    expect(run.stderr).toContain('--help');
    expect(run.stderr).not.toContain('    at ');
  });
});

describe('credentials', () => {
  const real = async (): Promise<Record<string, string>> => ({ IONOS_API_URL: await operator.apiUrl(), HOME: operator.home, XDG_CONFIG_HOME: operator.home });

  it('that are wrong end with 4, and are never shown', async () => {
    const result = await refused(['create', 'globex', '--yes'], { ...(await real()), IONOS_TOKEN: 'wrong-token-value' });
    expect(result).toMatchObject({ exitCode: 4, error: { code: 'credentials' } });
    expect(JSON.stringify(result)).not.toContain('wrong-token-value');
    expect(JSON.stringify(result.error.next)).toContain('IONOS_TOKEN');
  });

  it('that are wrong end with 4 for reading as well', async () => {
    expect(await refused(['list'], { ...(await real()), IONOS_USERNAME: 'anna', IONOS_PASSWORD: 'wrong-password' })).toMatchObject({ exitCode: 4 });
  });

  it('that are missing end with 4, and say where they were looked for', async () => {
    const result = await refused(['create', 'globex', '--yes'], await real());
    expect(result).toMatchObject({ exitCode: 4, error: { code: 'credentials-missing' } });
    expect(JSON.stringify(result.error)).toContain('--sandbox');
  });

  it('are looked at after the syntax: bad input comes first', async () => {
    expect(await refused(['create', 'kube-system', '--yes'], { ...(await real()), IONOS_TOKEN: 'wrong-token-value' })).toMatchObject({ exitCode: 2 });
  });

  it('that are right work with the address of the API, with and without its path', async () => {
    for (const path of ['', '/', '/cloudapi/v6']) {
      const run = await operator.run(['list', '--json'], { env: { ...(await real()), IONOS_API_URL: `${await operator.apiUrl()}${path}`, IONOS_TOKEN: 'sandbox-token' } });
      expect(run.exitCode, path).toBe(0);
    }
  });

  it('an API that is not there is told as such', async () => {
    const result = await refused(['create', 'globex', '--yes'], { ...(await real()), IONOS_API_URL: 'http://127.0.0.1:9', IONOS_TOKEN: 'any-token-value' });
    expect(result.exitCode).toBe(1);
    expect(JSON.stringify(result.error)).toMatch(/not reached|127\.0\.0\.1:9/);
  });
});

describe('limits', () => {
  it('a tenant that no node can hold is refused, with what could be done', async () => {
    await writeFile(join(operator.home, 'big.yaml'), 'apiVersion: ionos-tenants/v1\nkind: Tenant\nname: globex\noverrides:\n  wordpress.resources.requests.cpu: "64"\n  wordpress.resources.limits.cpu: "64"\n');
    const { exitCode, error } = await refused(['create', '-f', 'big.yaml', '--models', 'none', '--yes', '--sandbox']);
    expect(exitCode).toBe(2);
    expect(error.code).toBe('platform-full');
  });
});

describe('tools', () => {
  const withTerraform = async (script: string): Promise<Record<string, string>> => {
    const folder = join(operator.home, `bin-${script.length}`);
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, 'terraform'), `#!/bin/sh\n${script}\n`);
    await chmod(join(folder, 'terraform'), 0o755);
    await rm(join(folder, 'helm'), { force: true });
    await symlink(helmPath('4.3.1'), join(folder, 'helm'));
    return { PATH: `${folder}:/usr/bin:/bin`, IONOS_TENANTS_CACHE_DIR: join(operator.home, 'empty-cache'), IONOS_TENANTS_NO_INSTALL: '1' };
  };

  it('a terraform that is too old is named, with what is needed', async () => {
    const { error, exitCode } = await refused(['create', 'globex', '--models', 'none', '--yes', '--sandbox'], await withTerraform('echo \'{"terraform_version":"1.5.7"}\''));
    expect(exitCode).toBe(1);
    expect(error.code).toBe('tool-version');
    expect(`${error.what} ${error.why}`).toMatch(/terraform.*1\.5\.7.*1\.11/s);
  });

  it('tools that cannot be had are all named at once, each with what to do', async () => {
    const env = { PATH: '/nonexistent', IONOS_TENANTS_CACHE_DIR: join(operator.home, 'empty-cache'), IONOS_TENANTS_NO_INSTALL: '1' };
    const { error, exitCode } = await refused(['create', 'globex', '--models', 'none', '--yes', '--sandbox'], env);
    expect(exitCode).toBe(1);
    expect(error).toMatchObject({ code: 'tool-missing', what: expect.stringMatching(/terraform.*helm/) as string, next: [expect.stringMatching(/Install terraform/) as string, expect.stringMatching(/Install helm/) as string] });
  });
});
