import { ApiException } from '@kubernetes/client-node';
import { describe, expect, it } from 'vitest';
import { untilGone, type Remaining, type UntilGoneOptions } from '../../src/cluster/until-gone.js';
import { InstallerError } from '../../src/engine/errors.js';

const options = (change: Partial<UntilGoneOptions> = {}): UntilGoneOptions & { said: string[] } => {
  const said: string[] = [];
  return { signal: new AbortController().signal, timeoutMs: 60_000, onRemaining: (words) => said.push(words), next: () => ['kubectl describe it'], said, ...change };
};
/** Answers in turn, the last one for ever. */
const looks = (...answers: (Remaining[] | Error)[]): (() => Promise<Remaining[]>) => {
  let turn = 0;
  return async () => {
    const answer = answers[Math.min(turn, answers.length - 1)] ?? [];
    turn += 1;
    if (answer instanceof Error) throw answer;
    return answer;
  };
};
const pod = (name: string, why = 'terminating'): Remaining => ({ what: `pod/${name}`, why });

describe('waiting until something is gone', () => {
  it('says what is still there, and each time only what is new', async () => {
    const wait = options();
    await untilGone(looks([pod('a'), pod('b')], [pod('a'), pod('b')], [pod('b')], []), wait);
    expect(wait.said).toEqual(['waiting for pod/a (terminating), pod/b (terminating)', 'waiting for pod/b (terminating)']);
  });

  it('names the first, counts the many, and tells what to type when time is up', async () => {
    const stuck = ['a', 'b', 'c', 'd', 'e'].map((name) => pod(name, 'held by example.org/x'));
    const error = await untilGone(looks(stuck), options({ timeoutMs: 1 })).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(InstallerError);
    expect(error).toMatchObject({ code: 'still-there', exitCode: 1, what: 'pod/a does not go', why: expect.stringMatching(/pod\/c \(held by example.org\/x\) and 2 more$/), next: ['kubectl describe it', expect.stringContaining('same command again')] });
  });

  it('waits for a server that is away or busy, and says so', async () => {
    const away = Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' });
    const wait = options();
    await untilGone(looks(away, new ApiException(503, 'busy', {}, {}), []), wait);
    expect(wait.said).toEqual([expect.stringContaining('ECONNREFUSED'), expect.stringContaining('503')]);
  });

  it('does not wait for one that refuses, and not for a defect', async () => {
    for (const error of [new ApiException(403, 'no', {}, {}), new TypeError('x is not a function')]) await expect(untilGone(looks(error), options())).rejects.toBe(error);
  });

  it('ends with the reason of an interrupt', async () => {
    const controller = new AbortController();
    const wait = untilGone(looks([pod('a')]), options({ signal: controller.signal, onRemaining: () => controller.abort(new Error('pressed')) }));
    await expect(wait).rejects.toThrow('pressed');
  });
});
