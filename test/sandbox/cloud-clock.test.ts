import { describe, expect, it } from 'vitest';
import { SandboxClock } from '../../src/sandbox/clock.js';

describe('the sandbox clock', () => {
  it('takes no time when it is immediate, whether by Infinity or by 0', async () => {
    const order: string[] = [];
    const waits = [SandboxClock.immediate(), new SandboxClock(0)].map((clock) => clock.delay(3_600_000).then(() => order.push('waited')));
    order.push('started');
    await Promise.all(waits);
    expect(order).toEqual(['started', 'waited', 'waited']);
  });

  it('divides times by its speed', async () => {
    const started = performance.now();
    await new SandboxClock(1000).delay(30_000);
    expect(performance.now() - started).toBeGreaterThanOrEqual(28);
  });

  it("ends a wait with the signal's reason", async () => {
    const abort = new AbortController();
    const reason = new Error('enough');
    const wait = new SandboxClock(1).delay(3_600_000, abort.signal);
    abort.abort(reason);
    await expect(wait).rejects.toBe(reason);
    await expect(SandboxClock.immediate().delay(0, abort.signal)).rejects.toBe(reason);
  });

  it('does not run backwards', () => {
    expect(() => new SandboxClock(-1)).toThrow(RangeError);
    expect(() => new SandboxClock(Number.NaN)).toThrow(RangeError);
  });
});
