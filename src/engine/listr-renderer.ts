import { ListrTaskEventType, ListrTaskState, type ListrRenderer, type ListrTaskObject } from 'listr2';
import type { EventBus } from './bus.js';
import { toFailure } from './errors.js';
import { CancelledError } from './interrupts.js';
import type { TaskState } from './events.js';

export interface EventRendererOptions {
  bus: EventBus;
  /** Path that the root tasks hang under, for example `onboard`. */
  prefix: string;
}

export interface EventRendererTaskOptions {
  /** The last part of the task's stable path. */
  id: string;
}

const STATES: Partial<Record<string, TaskState>> = {
  [ListrTaskState.STARTED]: 'started',
  [ListrTaskState.COMPLETED]: 'done',
  [ListrTaskState.FAILED]: 'failed',
  [ListrTaskState.SKIPPED]: 'skipped',
  [ListrTaskState.RETRY]: 'retrying',
};

/** What a task threw, by listr2's task object: listr2 itself keeps only the message, and only after it has told the state. */
export const thrownBy = new WeakMap<object, unknown>();

/** Errors that a task below has shown already: a parent that fails because of one does not show it again. */
export const alreadyShown = new WeakSet<object>();

type AnyTask = ListrTaskObject<unknown, typeof EventRenderer, typeof EventRenderer>;

/** listr2's renderer that draws nothing: it turns what listr2 does into events. */
export class EventRenderer implements ListrRenderer {
  static nonTTY = true;
  static rendererOptions: EventRendererOptions;
  static rendererTaskOptions: EventRendererTaskOptions;

  constructor(
    private readonly tasks: AnyTask[],
    private readonly options: EventRendererOptions,
  ) {}

  render(): void {
    this.follow(this.tasks, this.options.prefix);
  }

  end(): void {}

  private follow(tasks: AnyTask[], parent: string): void {
    for (const task of tasks) {
      const id = (task.rendererTaskOptions as EventRendererTaskOptions | undefined)?.id ?? task.id;
      this.followTask(task, `${parent}/${id}`);
    }
  }

  private followTask(task: AnyTask, path: string): void {
    const { bus } = this.options;
    const startedAt = { value: performance.now() };
    const title = (): string => task.title ?? path;
    let detail: string | undefined;
    task.on(ListrTaskEventType.SUBTASK, (subtasks) => this.follow(subtasks as AnyTask[], path));
    task.on(ListrTaskEventType.OUTPUT, (output) => {
      detail = output;
      bus.emit({ type: 'task', task: path, title: title(), state: 'progress', detail: output });
    });
    task.on(ListrTaskEventType.STATE, (listrState) => {
      const state = STATES[listrState];
      if (state === undefined) return;
      if (state === 'started') startedAt.value = performance.now();
      const elapsedMs = Math.round(performance.now() - startedAt.value);
      const skipped = task.message.skip;
      const error = thrownBy.get(task);
      const cancelled = error instanceof CancelledError;
      bus.emit({
        type: 'task',
        task: path,
        title: title(),
        state,
        ...(state === 'skipped' && skipped !== undefined ? { detail: skipped } : detail === undefined ? {} : { detail }),
        ...(state === 'started' ? {} : { elapsedMs }),
        ...(state === 'failed' && error !== undefined && !cancelled && !(error instanceof Error && alreadyShown.has(error)) ? { failure: toFailure(error) } : {}),
        ...(cancelled ? { detail: 'interrupted' } : {}),
      });
    });
  }
}
