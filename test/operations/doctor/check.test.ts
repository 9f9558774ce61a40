import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { InstallerError } from '../../../src/engine/errors.js';
import { failed, ok, once, runChecks, Unchecked, type Check } from '../../../src/operations/doctor/check.js';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const check = (id: string, run: Check['run'], more: Partial<Check> = {}): Check => ({ id, title: id, run, ...more });
const after = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

it('runs side by side, tells of each as it ends, and returns them in their order', async () => {
  const told: string[] = [];
  const all = runChecks(
    [check('slow', async () => (await after(300), ok('slow'))), check('quick', async () => (await after(100), ok('quick'))), check('bad', () => Promise.resolve(failed('bad', 'do this')))],
    ({ id }) => told.push(id),
  );
  await vi.advanceTimersByTimeAsync(300);
  expect((await all).map(({ id }) => id)).toEqual(['slow', 'quick', 'bad']);
  expect(told).toEqual(['bad', 'quick', 'slow']);
});

it('waits 5 seconds for a check and no longer, unless it says otherwise', async () => {
  const never = (): Promise<never> => new Promise(() => undefined);
  const told: string[] = [];
  const all = runChecks([check('hangs', never), check('patient', never, { deadlineMs: 15_000 })], ({ id, state, detail }) => told.push(`${id} ${state}: ${detail}`));
  await vi.advanceTimersByTimeAsync(5_000);
  expect(told).toEqual(['hangs not-checked: no answer within 5 s']);
  await vi.advanceTimersByTimeAsync(10_000);
  await all;
  expect(told[1]).toBe('patient not-checked: no answer within 15 s');
});

it('takes an error for the finding, with what to do, and what could not be asked for none', async () => {
  const results = await runChecks(
    [
      check('foreseen', () => Promise.reject(new InstallerError({ code: 'x', what: 'it is broken', why: 'somebody sat on it', next: ['Stand up.'] }))),
      check('unforeseen', () => Promise.reject(new TypeError('x is not a function'))),
      check('unasked', () => Promise.reject(new Unchecked('there are no credentials'))),
    ],
    () => undefined,
  );
  expect(results.map(({ state, detail, fix }) => [state, detail, ...fix])).toEqual([
    ['failed', 'it is broken: somebody sat on it', 'Stand up.'],
    ['failed', 'x is not a function'],
    ['not-checked', 'there are no credentials'],
  ]);
});

it('asks once for what several checks need', async () => {
  let asked = 0;
  const contract = once(() => Promise.resolve((asked += 1)));
  expect(await Promise.all([contract(), contract()])).toEqual([1, 1]);
});
