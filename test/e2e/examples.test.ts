import { spawn } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse, stringify } from 'yaml';
import { pathsFrom } from '../../src/engine/paths.js';
import { sandboxJwt } from '../../src/sandbox/cloud/index.js';
import { bareCluster } from '../support/bare-cluster.js';
import { everyCommand } from '../support/commands.js';
import { newOperator, type Operator } from '../support/cli.js';
import { thePackage } from '../support/package.js';
import { runTool } from '../support/tool.js';

const COMMANDS = everyCommand();
const EXAMPLES = [...new Set(COMMANDS.flatMap(({ examples }) => examples))];

const commandOf = (example: string): (typeof COMMANDS)[number] => {
  const words = example.split(' ');
  const [found] = COMMANDS.filter(({ path }) => path.every((word, index) => words[index] === word)).sort((a, b) => b.path.length - a.path.length);
  if (!found) throw new Error(`no command for ${example}`);
  return found;
};

/** In the order in which somebody could do all of it: what is removed is removed last. */
const LATER: [RegExp, number][] = [[/^create/, 0], [/^delete/, 2], [/^platform delete/, 3], [/^sandbox reset/, 4]];
const turn = (example: string): number => LATER.find(([pattern]) => pattern.test(example))?.[1] ?? 1;

const FOREGROUND = EXAMPLES.filter((example) => /^sandbox( run.*)?$/.test(example));
const ADOPTING = EXAMPLES.filter((example) => example.startsWith('platform adopt'));
/** Only a person can answer; a pipe is told what to add. */
const ASKING = EXAMPLES.filter((example) => /^login( --model)?$/.test(example));
const OTHERS = EXAMPLES.filter((example) => ![...FOREGROUND, ...ADOPTING, ...ASKING].includes(example)).sort((a, b) => turn(a) - turn(b));

/** As it is written, on the sandbox, with the yes that a person would give, and without waiting for a demo. */
const asRun = (example: string): string => {
  const { flags, name } = commandOf(example);
  const lacks = (flag: string): boolean => flags.includes(flag) && !example.includes(flag);
  return [
    `ionos-tenants ${example}`,
    ...(lacks('--sandbox') && !['login', 'logout'].includes(name) && !name.startsWith('sandbox') && !ADOPTING.includes(example) ? ['--sandbox'] : []),
    ...(lacks('--yes') && lacks('--dry-run') ? ['--yes'] : []),
    ...(name === 'demo' ? ['--speed 100'] : []),
  ].join(' ');
};

/** A machine on which `ionos-tenants` is installed, with the files that the examples name. */
const machine = async (): Promise<{ operator: Operator; run: (line: string) => ReturnType<typeof runTool>; env: NodeJS.ProcessEnv }> => {
  const operator = await newOperator();
  const bin = join(operator.home, 'bin');
  await mkdir(bin);
  await writeFile(join(bin, 'ionos-tenants'), `#!/bin/sh\nexec "${process.execPath}" "${join(await thePackage(), 'dist/main.js')}" "$@"\n`, { mode: 0o755 });
  await writeFile(join(operator.home, 'acme.yaml'), 'apiVersion: ionos-tenants/v1\nkind: Tenant\nname: acme\n');
  await writeFile(join(operator.home, 'token.txt'), `${sandboxJwt(31_000_001, 3600)}\n`, { mode: 0o600 });
  const env = {
    ...operator.env,
    PATH: `${bin}:${process.env.PATH ?? ''}`,
    HOME: operator.home,
    XDG_CONFIG_HOME: join(operator.home, '.config'),
    IONOS_TENANTS_CACHE_DIR: pathsFrom(process.env).cache,
  };
  return { operator, env, run: (line) => runTool('bash', ['-c', line], { cwd: operator.home, env }) };
};

it('every command has an example, and a help that says what it does', () => {
  expect(COMMANDS.filter(({ name, examples }) => name !== '' && examples.length === 0).map(({ name }) => name)).toEqual([]);
  for (const { help, name } of COMMANDS) expect(help, name).toMatch(/^Usage: ionos-tenants.*\n\n\S.{10,}/);
});

describe('each example in a help', () => {
  let here: Awaited<ReturnType<typeof machine>>;
  beforeAll(async () => {
    here = await machine();
    await here.operator.run(['list', '--sandbox', '--json']);
    here.env.IONOS_API_URL = await here.operator.apiUrl();
  });
  afterAll(() => here.operator.close());

  it.each(OTHERS)('works: %s', async (example) => {
    const { exitCode, stdout, stderr } = await here.run(asRun(example));
    expect({ exitCode, stderr, stdout: exitCode === 0 ? '' : stdout }).toEqual({ exitCode: 0, stderr: '', stdout: '' });
  });

  it.each(ASKING)('asks a person, and tells a pipe what to add: %s', async (example) => {
    const { exitCode, stderr } = await here.run(asRun(example));
    expect(exitCode).toBe(2);
    expect(stderr).toContain('--with-token');
  });

  it.each(FOREGROUND)('runs until it is interrupted: %s', async (example) => {
    const { operator, env } = await machine();
    const child = spawn('bash', ['-c', `exec ionos-tenants ${example}`], { cwd: operator.home, env, stdio: ['ignore', 'pipe', 'pipe'] });
    const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
    await new Promise<void>((resolve) => {
      let text = '';
      child.stdout.on('data', (chunk: Buffer) => {
        text += chunk.toString();
        if (text.includes('export IONOS_API_URL')) resolve();
      });
      void ended.then(() => resolve());
    });
    expect(child.exitCode).toBeNull();
    child.kill('SIGINT');
    expect(await ended).toBe(0);
    await operator.close();
  });

  it.each(ADOPTING)('works with a cluster of somebody\'s own: %s', async (example) => {
    const { operator, run } = await machine();
    try {
      const file = join(operator.home, '.kube/config');
      await mkdir(join(operator.home, '.kube'));
      interface Config {
        contexts: { name: string; context: unknown }[];
      }
      const config = parse(await readFile((await bareCluster(here.operator, `cluster-${ADOPTING.indexOf(example)}`)).kubeconfig, 'utf8')) as Config;
      await writeFile(file, stringify({ ...config, contexts: [...config.contexts, { name: 'kind-trial', context: config.contexts[0]?.context }] }), { mode: 0o600 });
      const { exitCode, stderr } = await run(asRun(example));
      expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    } finally {
      await operator.close();
    }
  });
});
