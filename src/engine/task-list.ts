import { Listr, type ListrTask } from 'listr2';
import type { EventBus } from './bus.js';
import type { Interrupts } from './interrupts.js';
import { EventRenderer, thrownBy } from './listr-renderer.js';

export type Task<Context> = ListrTask<Context, typeof EventRenderer>;

/** A listr2 task whose last path part is `id`. */
export const task = <Context>(
  id: string,
  title: string,
  run: Task<Context>['task'],
  extra: Partial<Omit<Task<Context>, 'task' | 'title' | 'rendererOptions'>> = {},
): Task<Context> => ({
  title,
  task: async (context, self) => {
    try {
      return (await run(context, self)) as unknown;
    } catch (error) {
      thrownBy.set(self.task, error);
      throw error;
    }
  },
  rendererOptions: { id },
  ...extra,
});

/** The same tasks, none of which begins once the operator has asked to stop. */
export const stoppable = <Context>(tasks: Task<Context>[], interrupts: Interrupts): Task<Context>[] =>
  tasks.map((each) => ({
    ...each,
    task: (context, self) => {
      if (interrupts.signal.aborted) thrownBy.set(self.task, interrupts.signal.reason);
      interrupts.throwIfPressed();
      return each.task(context, self);
    },
  }));

/**
 * Runs tasks in order (or side by side) and reports them as events under `prefix`.
 * listr2's own signal handling is off: it would end the process before running tools have been waited for.
 */
export const runTasks = async <Context>(
  tasks: Task<Context>[],
  context: Context,
  options: { bus: EventBus; prefix: string; concurrent?: boolean },
): Promise<void> => {
  const list = new Listr<Context, typeof EventRenderer, typeof EventRenderer>(tasks, {
    concurrent: options.concurrent ?? false,
    exitOnError: true,
    registerSignalListeners: false,
    renderer: EventRenderer,
    fallbackRenderer: EventRenderer,
    rendererOptions: { bus: options.bus, prefix: options.prefix },
    fallbackRendererOptions: { bus: options.bus, prefix: options.prefix },
    ctx: context,
  });
  await list.run();
};
