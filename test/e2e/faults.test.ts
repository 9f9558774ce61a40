import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { FAULTS } from '../../src/sandbox/faults/catalog.js';
import type { Operator } from '../support/cli.js';
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
