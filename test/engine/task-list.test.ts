import { describe, expect, it } from 'vitest';
import { InstallerError } from '../../src/engine/errors.js';
import { CancelledError } from '../../src/engine/interrupts.js';
import { runTasks, task, type Task } from '../../src/engine/task-list.js';
import { recordedBus } from '../support/events.js';

const run = async (tasks: Task<object>[], concurrent = false) => {
  const recorded = recordedBus();
  let thrown: unknown;
  await runTasks(tasks, {}, { bus: recorded.bus, prefix: 'onboard', concurrent }).catch((error: unknown) => {
    thrown = error;
  });
  return { thrown, tasks: recorded.of('task'), told: recorded.of('task').map(({ task: path, state, detail }) => [path, state, ...(detail === undefined ? [] : [detail])].join(' ')) };
};

const idle = (): void => undefined;

describe('tasks as events', () => {
  it('have stable paths, made of ids and not of titles', async () => {
    const { told } = await run([
      task('one', 'Title One', (_context, self) => self.newListr([task('inner', 'Title Inner', idle)])),
      task('two', 'Title Two', idle),
    ]);
    expect(told).toEqual(['onboard/one started', 'onboard/one/inner started', 'onboard/one/inner done', 'onboard/one done', 'onboard/two started', 'onboard/two done']);
  });

  it('carry the title of the moment', async () => {
    const { tasks } = await run([
      task('one', 'Before', (_context, self) => {
        self.title = 'After';
      }),
    ]);
    expect(tasks.map(({ title, state }) => `${title} ${state}`)).toEqual(['Before started', 'After done']);
  });

  it('say how far they are, and end with the last that they said', async () => {
    const { told, tasks } = await run([
      task('one', 'One', (_context, self) => {
        self.output = '1 of 2';
        self.output = '2 of 2';
      }),
    ]);
    expect(told).toEqual(['onboard/one started', 'onboard/one progress 1 of 2', 'onboard/one progress 2 of 2', 'onboard/one done 2 of 2']);
    expect(tasks.at(-1)?.elapsedMs).toBeGreaterThanOrEqual(0);
  });

  it('say why they were skipped', async () => {
    const { told } = await run([task('one', 'One', idle, { skip: () => 'after the platform' })]);
    expect(told.at(-1)).toBe('onboard/one skipped after the platform');
  });

  it('keep apart when they run side by side', async () => {
    const slow = task<object>('slow', 'Slow', async (_context, self) => {
      await new Promise((resolve) => setImmediate(resolve));
      self.output = 'slow';
    });
    const { told } = await run([slow, task('fast', 'Fast', idle)], true);
    expect(told.filter((line) => line.startsWith('onboard/slow'))).toEqual(['onboard/slow started', 'onboard/slow progress slow', 'onboard/slow done slow']);
    expect(told.indexOf('onboard/fast done')).toBeLessThan(told.indexOf('onboard/slow done slow'));
  });
});

describe('a task that fails', () => {
  const failure = new InstallerError({ code: 'helm-failed', what: 'helm upgrade failed', why: 'quota', next: ['Mend it.'] });
  const failing = (error: Error): Task<object>[] => [
    task('applications', 'Applications', (_context, self) =>
      self.newListr([
        task('wordpress', 'WordPress', () => {
          throw error;
        }),
      ]),
    ),
    task('verify', 'Verify', idle),
  ];

  it('ends the list, and the very error comes out', async () => {
    const { thrown, told } = await run(failing(failure));
    expect(thrown).toBe(failure);
    expect(told.join()).not.toContain('verify');
  });

  it('carries the failure on the leaf, whole, and on nothing else', async () => {
    const { tasks } = await run(failing(failure));
    const failed = tasks.filter(({ state }) => state === 'failed');
    expect(failed.map(({ task: path, failure: shown }) => [path, shown?.code])).toContainEqual(['onboard/applications/wordpress', 'helm-failed']);
    expect(failed.filter(({ failure: shown }) => shown !== undefined).map(({ task: path }) => path)).toEqual(['onboard/applications/wordpress']);
    expect(failed.find(({ failure: shown }) => shown)?.failure).toMatchObject({ what: 'helm upgrade failed', why: 'quota', next: ['Mend it.'] });
  });

  it('closes its parents too, so that nothing seems to run any more', async () => {
    const { tasks } = await run(failing(failure));
    const last = new Map(tasks.map(({ task: path, state }) => [path, state]));
    expect([...last.values()]).not.toContain('started');
  });

  it('by Ctrl-C is interrupted, not broken', async () => {
    const { tasks, thrown } = await run(failing(new CancelledError()));
    expect(thrown).toBeInstanceOf(CancelledError);
    const leaf = tasks.find(({ task: path, state }) => path === 'onboard/applications/wordpress' && state === 'failed');
    expect(leaf).toMatchObject({ detail: 'interrupted' });
    expect(leaf?.failure).toBeUndefined();
  });
});
