import { spawn, type ChildProcess } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cloudOf, newOperator, type Operator } from './support/cli.js';
import { thePackage } from './support/package.js';
import { TerminalSession } from './support/terminal-session.js';
import { REPOSITORY } from './support/workspace.js';

const CONSENT = { IONOS_TENANTS_CLOUD_TEST: 'yes' };
const CEILING = ['--ceiling-eur', '5'];

interface Run {
  child: ChildProcess;
  /** Resolves when it has said that. */
  until(text: string): Promise<void>;
  finished: Promise<{ code: number | null; output: string }>;
}

/** `npm run test:cloud` by this operator, with the built command of the present source. */
const start = async (operator: Operator, args: readonly string[], env: Record<string, string> = {}): Promise<Run> => {
  const child = spawn(process.execPath, [join(REPOSITORY, 'scripts/test-cloud.mjs'), ...args], { env: { ...operator.env, CLOUD_TEST_ROOT: await thePackage(), ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  const watchers = new Set<() => void>();
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (chunk: string) => {
      output += chunk;
      for (const watch of watchers) watch();
    });
  const finished = new Promise<{ code: number | null; output: string }>((resolve) => child.once('close', (code) => resolve({ code, output })));
  const until = (text: string): Promise<void> =>
    new Promise((resolve, reject) => {
      const look = (): void => {
        if (output.includes(text)) resolve();
      };
      watchers.add(look);
      void finished.then(() => reject(new Error(`it ended without saying ${text}:\n${output}`)));
      look();
    });
  return { child, until, finished };
};

const rehearse = async (operator: Operator, args: readonly string[] = CEILING, env: Record<string, string> = CONSENT): Promise<{ code: number | null; output: string }> => (await start(operator, ['--rehearse', ...args], env)).finished;

/** Data centres, IP blocks and clusters in the sandbox's cloud. */
const countCloud = async (operator: Operator): Promise<number[]> => ((await cloudOf(operator)) as { items: unknown[] }[]).slice(0, 3).map(({ items }) => items.length);
const notebooks = async (operator: Operator): Promise<string[]> => (await readdir(join(operator.home, 'state/cloud-test')).catch(() => [])).filter((name) => !name.endsWith('.report.json'));

interface Report {
  ok: boolean;
  removed: boolean;
  failure?: string;
  probes: { to: string; must: string; works?: boolean }[];
  figures: { id: string; found: string }[];
}
const reportOf = async (output: string): Promise<Report> => JSON.parse(await readFile(/figures: (\S+)/.exec(output)?.[1] ?? '', 'utf8')) as Report;

describe('the cloud test, before it makes anything', () => {
  let operator: Operator;
  beforeAll(async () => {
    operator = await newOperator();
  });
  afterAll(() => operator.close());

  it.each([
    ['in CI', { CI: 'true', IONOS_TOKEN: 'a-token', ...CONSENT }, CEILING, 'does not run in CI'],
    ['without a token', CONSENT, CEILING, 'IONOS_TOKEN is not set'],
    ['without a yes', { IONOS_TOKEN: 'a-token' }, CEILING, 'no terminal to say yes on'],
    ['without a ceiling', { IONOS_TOKEN: 'a-token', ...CONSENT }, [], 'give --ceiling-eur'],
    ['with a ceiling that is too low', { IONOS_TOKEN: 'a-token', ...CONSENT }, ['--ceiling-eur', '0.5'], 'is below that'],
    ['with a flag that there is not', { IONOS_TOKEN: 'a-token', ...CONSENT }, ['--rehearsal'], '--rehearsal'],
  ])('refuses %s, and writes nothing down', async (_title, env, args, why) => {
    const { code, output } = await (await start(operator, args, { CI: '', ...env })).finished;
    expect(output).toContain(why);
    expect(code).toBe(2);
    expect(await notebooks(operator)).toEqual([]);
  });

  it.each([
    ['no', 'no\r'],
    ['Ctrl-C', '\u0003'],
  ])('asks on a terminal, with the cost; %s is no yes', async (_title, keys) => {
    const terminal = new TerminalSession([join(REPOSITORY, 'scripts/test-cloud.mjs'), '--rehearse'], { ...(operator.env as Record<string, string>), CLOUD_TEST_ROOT: await thePackage() });
    await terminal.shows('Type yes:');
    expect(terminal.text()).toMatch(/At most [\d.]+ EUR/);
    terminal.type(keys);
    expect(await terminal.ended).toBe(2);
    expect(terminal.text()).toContain('Nothing was made.');
    expect(await notebooks(operator)).toEqual([]);
  });

  it('says what it costs at most, for how long, by prices of which day', async () => {
    const { code, output } = await (await start(operator, ['--cost'])).finished;
    expect(code).toBe(0);
    const [, eur, hours, perHour] = /At most ([\d.]+) EUR: (\d+) hours at ([\d.]+) EUR .* prices of \d{4}-\d\d-\d\d/.exec(output) ?? [];
    expect(Number(eur)).toBeCloseTo(Number(hours) * Number(perHour), 1);
    // The platform alone, by the dearer of its sources: docs/cost.md.
    expect(Number(perHour)).toBeGreaterThan(206.52 / 720);
  });
});

describe.concurrent('the cloud test, rehearsed in the sandbox', () => {
  const operators: Operator[] = [];
  const operatorFor = async (): Promise<Operator> => {
    const operator = await newOperator();
    operators.push(operator);
    return operator;
  };
  afterAll(() => Promise.all(operators.map((operator) => operator.close())));

  it('goes the whole way, says what the sandbox cannot tell, and leaves nothing', async () => {
    const operator = await operatorFor();
    const { code, output } = await rehearse(operator);
    expect(output).toContain('At most');
    expect(code).toBe(0);
    const { ok, removed, probes, figures } = await reportOf(output);
    expect({ ok, removed }).toEqual({ ok: true, removed: true });
    expect(probes.filter(({ works }) => works)).toHaveLength(4);
    expect(probes.filter(({ must }) => must === 'fail').length).toBeGreaterThan(20);
    const found = new Map(figures.map((figure) => [figure.id, figure.found]));
    expect(found.get('dns')).toContain('port 53');
    expect(found.get('volumes-per-node')).toMatch(/ \d+/);
    for (const id of ['source-address', 'no-node-ports', 'fs-group', 'metadata-address', 'admission-policies', 'conditional-writes', 'fail-over']) expect(found.get(id)).toBe('not measurable in the sandbox');
    expect(figures.filter(({ found: answer }) => answer.startsWith('no answer'))).toEqual([]);
    expect(await countCloud(operator)).toEqual([0, 0, 0]);
    expect(await notebooks(operator)).toEqual([]);
  });

  it('removes everything after a probe that went wrong, and says which', async () => {
    const operator = await operatorFor();
    const run = await start(operator, ['--rehearse', ...CEILING], CONSENT);
    await run.until('create globex');
    // acme's WordPress goes away while nobody looks.
    const where = { name: 'wordpress', namespace: 'tenant-acme' };
    const cluster = await operator.cluster();
    const scale = await cluster?.apps.readNamespacedDeploymentScale(where);
    await cluster?.apps.replaceNamespacedDeploymentScale({ ...where, body: { ...scale, spec: { replicas: 0 } } });
    const { code, output } = await run.finished;
    expect(code).toBe(1);
    expect(await reportOf(output)).toMatchObject({ ok: false, removed: true, failure: expect.stringMatching(/^1 probe went wrong: outside to acme wordpress .* must work \(HTTP 503\)/) as string });
    expect(output).toContain('WRONG: fails');
    expect(await countCloud(operator)).toEqual([0, 0, 0]);
    expect(await notebooks(operator)).toEqual([]);
  });

  it('removes everything after Ctrl-C, also when somebody presses it again', async () => {
    const operator = await operatorFor();
    const run = await start(operator, ['--rehearse', ...CEILING], CONSENT);
    await run.until('create globex');
    run.child.kill('SIGINT');
    await run.until('removing tenant');
    run.child.kill('SIGINT');
    const { code, output } = await run.finished;
    expect(output).toContain('what is left would cost');
    expect(code).toBe(130);
    expect(await countCloud(operator)).toEqual([0, 0, 0]);
    expect(await notebooks(operator)).toEqual([]);
  });

  it('after a kill has a notebook, by which --clean-up removes what was made, with the command that still works on it', async () => {
    const operator = await operatorFor();
    const run = await start(operator, ['--rehearse', ...CEILING], CONSENT);
    await run.until('create globex');
    run.child.kill('SIGKILL');
    await run.finished;
    expect(await notebooks(operator)).toHaveLength(1);
    const { code, output } = await rehearse(operator, ['--clean-up']);
    expect(output).toContain('left by a run of');
    expect(code).toBe(0);
    expect(await countCloud(operator)).toEqual([0, 0, 0]);
    expect(await notebooks(operator)).toEqual([]);
  });
});
