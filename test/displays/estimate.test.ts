import { describe, expect, it } from 'vitest';
import { estimateWords, leftMs } from '../../src/displays/estimate.js';
import { foldEvent, type RunState } from '../../src/engine/run-state.js';
import { recordedStates } from './support/recorded-run.js';

const states = recordedStates();
const known = states.filter(({ run }) => run.earlier !== undefined && !run.result);

const account = (sandbox: boolean): { run: RunState; at: number } => {
  const at = Date.parse('2026-11-23T12:00:00.000Z');
  const stamp = new Date(at).toISOString();
  const begun: RunState = { ...(states[0] as { run: RunState }).run, sandbox, tasks: {}, roots: [] };
  return { run: foldEvent(begun, { type: 'task', at: stamp, task: 'onboard/platform', title: 'Platform', state: 'started' }), at };
};

describe('how long a run still takes', () => {
  it('is told from what each step took last time, and only goes down', () => {
    expect(known.length).toBeGreaterThan(50);
    let before = Infinity;
    for (const { run, now } of known) {
      const left = leftMs(run, now) ?? 0;
      expect(left).toBeGreaterThanOrEqual(0);
      expect(left).toBeLessThanOrEqual(before);
      before = left;
    }
  });

  it('names the last run, and gives way where there is no room', () => {
    const { run, now } = known[0] ?? { run: states[0]?.run as RunState, now: 0 };
    expect(estimateWords(run, now)).toEqual([expect.stringMatching(/^about \d+ s left \(last run 32 s\)$/) as string, expect.stringMatching(/^about \d+ s left$/) as string]);
  });

  it('admits that it takes longer than last time', () => {
    const { run, now } = known[0] ?? { run: states[0]?.run as RunState, now: 0 };
    expect(estimateWords(run, now + 3_600_000)[0]).toBe('longer than last time (32 s)');
  });

  it('is not guessed without an earlier run, except for a platform in an account', () => {
    const first = states.find(({ run }) => run.earlier === undefined && run.roots.length > 0);
    expect(first && estimateWords(first.run, first.now)).toEqual([]);
    const sandboxed = account(true);
    expect(estimateWords(sandboxed.run, sandboxed.at)).toEqual([]);
    const { run, at } = account(false);
    expect(estimateWords(run, at + 12 * 60_000)[0]).toBe('about 18 min left for the platform (it takes about 30 min)');
    expect(estimateWords(run, at + 40 * 60_000)[0]).toBe('the platform takes longer than usual (about 30 min)');
  });
});
