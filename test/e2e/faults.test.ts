import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { FAULTS } from '../../src/sandbox/faults/catalog.js';
import { newOperator, type Operator } from '../support/cli.js';
import { ALL_ROWS, CLOUD_ROWS, CLUSTER_ROWS, KUBERNETES_ROWS, MORE_CLOUD_ROWS } from '../support/fault-rows.js';
import { cloudList, createArguments, endState, meet, nameOf, openCalm, sandboxFault } from '../support/faults.js';

it('every fault that the sandbox offers is met', () => {
  const met = FAULTS.filter(({ name }) => ALL_ROWS.some((row) => nameOf(row) === name));
  console.log(`faults met of faults offered: ${met.length} of ${FAULTS.length}, in ${ALL_ROWS.length} situations`);
  expect(met.map(({ name }) => name)).toEqual(FAULTS.map(({ name }) => name));
});

describe.each([
  ['the cloud', 'cloud', CLOUD_ROWS],
  ['the cloud, further', 'more', MORE_CLOUD_ROWS],
  ['the cluster', 'cluster', CLUSTER_ROWS],
  ['the Kubernetes API', 'api', KUBERNETES_ROWS],
])('%s gets it wrong', (_who, prefix, rows) => {
  let operator: Operator;
  let calm: unknown;
  beforeAll(async () => {
    ({ operator, calm } = await openCalm());
  });
  // One that did not end as it should must not spoil the next.
  afterEach(() => sandboxFault(operator, '--clear'));
  afterAll(() => operator.close());

  it.each(rows.map((row, index) => ({ ...row, index })))('$fault $outcome', async ({ index, ...row }) => {
    await meet(operator, row, `${prefix}-${String.fromCharCode(97 + index)}`, calm);
  });
});

describe('a tenant that is ready', () => {
  let operator: Operator;
  let calm: unknown;
  beforeAll(async () => {
    ({ operator, calm } = await openCalm());
  });
  afterAll(() => operator.close());

  it('404:kind=ipblock stops: an address that terraform lost sight of is neither reserved again nor taken over', async () => {
    const before = await cloudList(operator, 'ipblocks');
    const blind = await operator.run(createArguments('calm', '--platform-preset', 'production', '--fault', '404:kind=ipblock,door=provider'));
    expect(blind.exitCode).toBe(1);
    expect(blind.result).toMatchObject({
      error: {
        code: 'second-address',
        what: expect.stringContaining('would reserve another') as string,
        why: expect.stringMatching(/IP block ionos-tenants-main-calm \(\S+\) holds 203\.0\.113\.\d+/) as string,
        next: expect.arrayContaining([expect.stringContaining('same command again') as string]) as string[],
      },
    });
    await sandboxFault(operator, '--clear');
    const again = await operator.run(createArguments('calm', '--platform-preset', 'production'));
    expect(again.result).toMatchObject({ ok: true, changed: false });
    expect(await cloudList(operator, 'ipblocks')).toEqual(before);
    expect(await endState(operator, 'calm')).toEqual(calm);
  });
});

describe('the switches', () => {
  let operator: Operator;
  beforeAll(async () => {
    operator = await newOperator();
  });
  afterAll(() => operator.close());

  it.each([
    ['an unknown fault', ['create', 'acme', '--yes', '--sandbox', '--fault', 'gremlins', '--json'], 'fault-unknown', /There are: latency, 401/],
    ['a fault without the sandbox', ['create', 'acme', '--yes', '--fault', '429', '--json'], 'fault-without-sandbox', /Add --sandbox/],
    ['a fault in a sandbox that does not run', ['sandbox', 'fault', '429', '--json'], 'sandbox-not-running', /starts it/],
    ['no fault', ['sandbox', 'fault', '--json'], 'fault-missing', /--list or --clear/],
  ])('%s is wrong use: exit code 2, with what there is', async (_what, args, code, next) => {
    const run = await operator.run(args);
    expect(run.exitCode).toBe(2);
    expect(run.result).toMatchObject({ error: { code, next: [expect.stringMatching(next) as string] } });
  });

  it('are all in the help', async () => {
    const help = await operator.run(['sandbox', 'fault', '--help']);
    expect(help.exitCode).toBe(0);
    for (const { name, does } of FAULTS) expect(help.stdout).toMatch(new RegExp(`${name} +${does.replaceAll(/[()]/g, '.')}`));
  });

  it('stay over a restart of the sandbox, until they are cleared', async () => {
    expect((await operator.run(['list', '--sandbox', '--fault', 'quota:of=ips', '--json'])).exitCode).toBe(0);
    const { pid } = JSON.parse(await readFile(join(operator.home, 'state/sandbox/process.json'), 'utf8')) as { pid: number };
    process.kill(pid, 'SIGTERM');
    while (await runs(pid)) await new Promise((resolve) => setTimeout(resolve, 25));
    await operator.run(['list', '--sandbox', '--json']);
    expect(await sandboxFault(operator, '--list')).toEqual(['quota:of=ips']);
    expect(await sandboxFault(operator, '--clear', 'quota')).toEqual([]);
  });
});

const runs = (pid: number): Promise<boolean> =>
  readFile(`/proc/${pid}/stat`, 'utf8').then(
    (stat) => !/\) Z /.test(stat),
    () => false,
  );
