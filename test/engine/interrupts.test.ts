import { describe, expect, it } from 'vitest';
import { CancelledError, createInterrupts, sleep } from '../../src/engine/interrupts.js';

const withClock = (): { interrupts: ReturnType<typeof createInterrupts>; pressAt: (ms: number) => void } => {
  let now = 0;
  const interrupts = createInterrupts(() => now);
  return {
    interrupts,
    pressAt: (ms) => {
      now = ms;
      interrupts.press();
    },
  };
};

describe('another reason than a press', () => {
  it('stops the run with that reason, which a later press does not change', () => {
    const interrupts = createInterrupts();
    const heard: number[] = [];
    interrupts.onPress((presses) => heard.push(presses));
    const reason = new Error('somebody else has it now');
    interrupts.stop(reason);
    interrupts.press();
    expect(interrupts.signal.reason).toBe(reason);
    expect(() => interrupts.throwIfPressed()).toThrow(reason);
    expect(heard).toEqual([1]);
  });
});

describe('Ctrl-C', () => {
  it('aborts the signal at the first press', () => {
    const { interrupts, pressAt } = withClock();
    expect(() => interrupts.throwIfPressed()).not.toThrow();
    pressAt(0);
    expect(interrupts.signal.aborted).toBe(true);
    expect(interrupts.signal.reason).toBeInstanceOf(CancelledError);
    expect(() => interrupts.throwIfPressed()).toThrow(CancelledError);
  });

  it('is one press when the signal arrives twice within 300 ms, as npm run under bash delivers it', () => {
    const { interrupts, pressAt } = withClock();
    const heard: number[] = [];
    interrupts.onPress((presses) => heard.push(presses));
    pressAt(1000);
    pressAt(1000);
    pressAt(1299);
    expect(interrupts.presses).toBe(1);
    pressAt(1301);
    expect(interrupts.presses).toBe(2);
    expect(heard).toEqual([1, 2]);
  });

  it('counts a press that comes early in the life of the process', () => {
    const { interrupts, pressAt } = withClock();
    pressAt(5);
    expect(interrupts.presses).toBe(1);
  });

  it('is no longer told to those who stopped listening', () => {
    const { interrupts, pressAt } = withClock();
    const heard: number[] = [];
    const stop = interrupts.onPress((presses) => heard.push(presses));
    pressAt(0);
    stop();
    pressAt(1000);
    expect(heard).toEqual([1]);
  });
});

describe('sleep', () => {
  it('ends at once with the reason when the signal aborts, before or during it', async () => {
    const { interrupts, pressAt } = withClock();
    const during = sleep(3_600_000, interrupts.signal);
    pressAt(0);
    await expect(during).rejects.toBeInstanceOf(CancelledError);
    await expect(sleep(3_600_000, interrupts.signal)).rejects.toBeInstanceOf(CancelledError);
  });

  it('resolves without a signal', async () => {
    await expect(sleep(1)).resolves.toBeUndefined();
  });
});
