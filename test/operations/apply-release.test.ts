import { expect, it, vi } from 'vitest';
import { InstallerError } from '../../src/engine/errors.js';
import { CancelledError, createInterrupts } from '../../src/engine/interrupts.js';
import { whilePoliciesArrive } from '../../src/operations/apply-release.js';

const failing = (why: string, times: number): { work: () => Promise<string>; asked: () => number } => {
  let asked = 0;
  return {
    asked: () => asked,
    work: () => {
      asked += 1;
      return asked > times ? Promise.resolve('applied') : Promise.reject(new InstallerError({ code: 'helm-failed', what: 'helm upgrade of release gateway failed', why }));
    },
  };
};
/** Of an operation that nobody interrupts. */
const running = new AbortController().signal;
const DENIED = "services \"gateway\" is forbidden: ValidatingAdmissionPolicy 'ionos-tenants-acme-services' denied request: …access list";

it('applies a release that is judged by a policy which has just been changed, once the API server has seen the change', async () => {
  const { work, asked } = failing(DENIED, 3);
  expect(await whilePoliciesArrive(work, running, 0)).toBe('applied');
  expect(asked()).toBe(4);
});

it('says what a policy says that goes on denying', async () => {
  const { work } = failing(DENIED, Infinity);
  await expect(whilePoliciesArrive(work, running, 0)).rejects.toThrow('access list');
});

it('tries nothing twice that failed for another reason', async () => {
  const { work, asked } = failing('no such image', 1);
  await expect(whilePoliciesArrive(work, running, 0)).rejects.toThrow('no such image');
  expect(asked()).toBe(1);
});

it('ends at once when the operator stops it while it waits, and applies nothing more', async () => {
  const { work, asked } = failing(DENIED, Infinity);
  const interrupts = createInterrupts();
  // Longer than the test may take: only the press can end it.
  const waiting = whilePoliciesArrive(work, interrupts.signal, 2 ** 30);
  await vi.waitFor(() => expect(asked()).toBe(1));
  interrupts.press();
  await expect(waiting).rejects.toBeInstanceOf(CancelledError);
  expect(asked()).toBe(1);
});
