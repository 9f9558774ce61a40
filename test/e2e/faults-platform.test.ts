import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { newOperator } from '../support/cli.js';
import { PLATFORM_ROWS } from '../support/fault-rows.js';
import { createArguments, endState, meet, openCalm, sandboxFault } from '../support/faults.js';

describe('while the platform is made', () => {
  let calm: unknown;
  beforeAll(async () => {
    const undisturbed = await openCalm();
    calm = undisturbed.calm;
    await undisturbed.operator.close();
  });

  it.each([...PLATFORM_ROWS])('$fault $outcome', async (row) => {
    const operator = await newOperator();
    onTestFinished(() => operator.close());
    await meet(operator, row, 'acme', calm);
  });

  it('stuck-busy that stands still is not built upon: the second run stops as well, the third finishes', async () => {
    const operator = await newOperator();
    onTestFinished(() => operator.close());
    const create = (...flags: string[]): string[] => createArguments('acme', '--platform-preset', 'production', '--cloud-timeout', '3', ...flags);
    expect((await operator.run(create('--fault', 'stuck-busy:kind=cluster'))).result).toMatchObject({ ok: false, error: { code: 'cloud-busy' } });
    const second = await operator.run(create());
    expect(second.exitCode).toBe(1);
    expect(second.result).toMatchObject({ error: { code: 'cloud-busy', what: expect.stringContaining('platform main is still DEPLOYING') as string, next: expect.arrayContaining([expect.stringContaining('same command again') as string]) as string[] } });
    await sandboxFault(operator, '--clear');
    expect((await operator.run(create())).result).toMatchObject({ ok: true });
    expect(await endState(operator, 'acme')).toEqual(calm);
  });
});
