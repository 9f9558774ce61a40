import { describe, expect, it } from 'vitest';
import { logLinesOf } from '../../src/engine/log-lines.js';
import { recordedBus } from '../support/events.js';

describe('the lines of a task', () => {
  it('are passed on with who wrote them, without empty ones', () => {
    const { bus, of } = recordedBus();
    const lines = logLinesOf(bus, 'onboard/plan');
    for (const line of ['Initializing the backend...', '', '   ', 'done  ']) lines.write(line, 'terraform');
    expect(of('log').map(({ task, line, source }) => [task, line, source])).toEqual([
      ['onboard/plan', 'Initializing the backend...', 'terraform'],
      ['onboard/plan', 'done', 'terraform'],
    ]);
  });

  it('never drown what listens: so many a second, and the rest is counted', () => {
    const { bus, of } = recordedBus();
    let now = 0;
    const lines = logLinesOf(bus, 'onboard/applications/wordpress', () => now);
    for (let index = 0; index < 5000; index += 1) lines.write(`line ${index}`, 'wordpress-1/wordpress');
    expect(of('log').length).toBeLessThanOrEqual(20);
    now = 1_000;
    lines.write('a second later', 'wordpress-1/wordpress');
    expect(of('log').slice(-2).map(({ line }) => line)).toEqual(['(4980 lines left out)', 'a second later']);
  });

  it('say at the end what was left out, once', () => {
    const { bus, of } = recordedBus();
    const lines = logLinesOf(bus, 'a/b', () => 0);
    for (let index = 0; index < 21; index += 1) lines.write('again', 'helm');
    lines.end();
    lines.end();
    expect(of('log').filter(({ line }) => line === '(1 line left out)')).toHaveLength(1);
  });

  it('are left out as a whole when they are too long: half of a secret would not be recognised as one', () => {
    const { bus, redactor, of } = recordedBus();
    redactor.register('a-secret-of-somebody');
    const lines = logLinesOf(bus, 'a/b', () => 0);
    lines.write(`${'x'.repeat(1_990)} a-secret-of-somebody`, 'wordpress-1/wordpress');
    lines.write('token=a-secret-of-somebody', 'wordpress-1/wordpress');
    lines.end();
    expect(of('log').map(({ line }) => line)).toEqual(['token=[redacted]', '(1 line left out)']);
  });
});
