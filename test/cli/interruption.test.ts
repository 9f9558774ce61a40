import { describe, expect, it } from 'vitest';
import { watchInterruption, type Interruption } from '../../src/cli/interruption.js';
import { toFailure } from '../../src/engine/errors.js';
import { CancelledError, createInterrupts } from '../../src/engine/interrupts.js';
import { recordedBus, type RecordedBus } from '../support/events.js';

const watch = (operation: string, args: string[]): RecordedBus & { interruption: Interruption; press: () => void } => {
  let now = 0;
  const interrupts = createInterrupts(() => now);
  const recorded = recordedBus();
  const interruption = watchInterruption({ bus: recorded.bus, interrupts, operation, program: 'ionos-tenants', args, command: (words) => `ionos-tenants ${words} --sandbox` });
  return {
    ...recorded,
    interruption,
    press: () => {
      now += 1_000;
      interrupts.press();
    },
  };
};

const cancelled = toFailure(new CancelledError(), '/var/log/run.ndjson');

describe('Ctrl-C', () => {
  it('after the result says nothing: the result stays the last line', () => {
    const { press, of, bus } = watch('create', ['create', 'acme']);
    bus.emit({ type: 'result', ok: true, operation: 'create', changed: true, elapsedMs: 1, next: [] });
    press();
    press();
    expect(of('notice')).toEqual([]);
  });

  it.each([
    ['create', 'What was made so far stays'],
    ['update', 'the tenant goes on running'],
    ['delete', 'What is removed is gone'],
    ['platform-delete', 'goes on costing'],
    ['platform-adopt', 'Nothing that works was touched'],
  ])('during %s says what is stopped and what stays, and at the second press what leaving breaks', (operation, words) => {
    const { press, of } = watch(operation, [operation, 'acme']);
    press();
    press();
    const [first, second] = of('notice');
    expect(first?.message).toContain('Interrupted: waiting');
    expect(first?.message).toContain(words);
    expect(second).toMatchObject({ level: 'warning', message: expect.stringContaining('once more to leave anyway') as string });
  });

  it('ends with the command that goes on, as it was typed', () => {
    const { interruption, bus } = watch('create', ['create', 'acme', '--display-name', "Acme's shop", '--yes']);
    bus.emit({ type: 'run', operation: 'create', tenant: 'acme', sandbox: false, cliVersion: '1.2.3' });
    bus.emit({ type: 'task', task: 'onboard/secrets', title: 'Secrets', state: 'started' });
    expect(interruption.explain(cancelled)).toMatchObject({ code: 'cancelled', what: 'interrupted: what was made so far stays', log: '/var/log/run.ndjson', next: [expect.stringMatching(/same command again.*\nionos-tenants create acme --display-name 'Acme'\\''s shop' --yes$/) as string] });
  });

  it('names the tenant that was an answer', () => {
    const { interruption, bus } = watch('create', []);
    bus.emit({ type: 'run', operation: 'create', tenant: 'acme', sandbox: true, cliVersion: '1.2.3' });
    expect(interruption.explain(cancelled).next[0]).toContain('\nionos-tenants create acme --sandbox');
  });

  it('before anything was done says that nothing was', () => {
    const { interruption, bus } = watch('delete', ['delete', 'acme']);
    bus.emit({ type: 'task', task: 'offboard/plan', title: 'Plan', state: 'started' });
    expect(interruption.explain(cancelled).what).toBe('cancelled: nothing was created, changed or removed');
  });
});
