import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { EventBus } from './bus.js';
import type { EngineEvent } from './events.js';

/** How long a run took, in milliseconds: as a whole (without the time in which questions were answered), and each root task by its path. */
export interface EarlierRun {
  /** ISO time of its end. */
  at: string;
  totalMs: number;
  tasks: Record<string, number>;
}

/** Kinds of runs that are remembered at most; the oldest go first. */
const MOST_KINDS = 50;

const isEarlierRun = (value: unknown): value is EarlierRun => {
  const { at, totalMs, tasks } = (value ?? {}) as Partial<EarlierRun>;
  return typeof at === 'string' && typeof totalMs === 'number' && typeof tasks === 'object' && Object.values(tasks ?? {}).every((ms) => typeof ms === 'number');
};

/** What the file holds, by kind. A file that is not there, or is not ours, holds nothing. */
const readRuns = async (file: string): Promise<Record<string, EarlierRun>> => {
  try {
    const { runs } = JSON.parse(await readFile(file, 'utf8')) as { runs?: Record<string, unknown> };
    return Object.fromEntries(Object.entries(runs ?? {}).filter((pair): pair is [string, EarlierRun] => isEarlierRun(pair[1])));
  } catch {
    return {};
  }
};

/** Whole or not at all: another process may read it, or write it, at this moment. */
const writeRuns = async (file: string, runs: Record<string, EarlierRun>): Promise<void> => {
  const kept = Object.entries(runs).sort(([, a], [, b]) => b.at.localeCompare(a.at)).slice(0, MOST_KINDS);
  const temporary = `${file}.${process.pid}`;
  await mkdir(dirname(file), { recursive: true, mode: 0o700 });
  try {
    await writeFile(temporary, JSON.stringify({ version: 1, runs: Object.fromEntries(kept) }, null, 1), { mode: 0o600 });
    await rename(temporary, file);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
};

/** What of a run decides how long it takes. */
class Timing {
  private about: Extract<EngineEvent, { type: 'run' }> | undefined;
  private makesPlatform = false;
  private failed = false;
  private readonly tasks: Record<string, number> = {};

  see(event: EngineEvent): void {
    if (event.type === 'run') this.about = event;
    else if (event.type === 'plan') this.makesPlatform ||= event.stack === 'platform';
    else if (event.type === 'task') {
      this.failed ||= event.state === 'failed';
      if (event.state === 'done' && event.elapsedMs !== undefined && event.task.split('/').length === 2) this.tasks[event.task] = event.elapsedMs;
    }
  }

  kind(): string {
    const { operation = '', preset = '', isolation = '', sandbox = false } = this.about ?? {};
    return [operation, preset, isolation, this.makesPlatform ? 'new platform' : '', sandbox ? 'sandbox' : 'account'].join('|');
  }

  /** Undefined for a run that says nothing about the next one: it failed in between and began anew. */
  run(at: string): EarlierRun | undefined {
    const totalMs = Object.values(this.tasks).reduce((sum, ms) => sum + ms, 0);
    return this.failed || totalMs === 0 ? undefined : { at, totalMs, tasks: this.tasks };
  }
}

/**
 * Tells how long the last run of the same kind took, as soon as the plan says what this one does, and remembers how long this one took if
 * it changed something. Never fails a run: without the file there is no estimate.
 */
export const rememberRuns = (bus: EventBus, file: string): { close(): Promise<void> } => {
  const timing = new Timing();
  let told = false;
  let over = false;
  let last: Promise<unknown> = Promise.resolve();
  const tell = async (): Promise<void> => {
    const runs = await readRuns(file);
    // Only now: the plans of all stacks are known.
    const earlier = runs[timing.kind()];
    // The result is the last event of a run, whatever comes of the file.
    if (earlier && !over) bus.emit({ type: 'earlier', totalMs: earlier.totalMs, tasks: earlier.tasks });
  };
  const remember = async (at: string): Promise<void> => {
    const run = timing.run(at);
    if (run) await writeRuns(file, { ...(await readRuns(file)), [timing.kind()]: run });
  };
  const unsubscribe = bus.subscribe((event) => {
    timing.see(event);
    over ||= event.type === 'result';
    if (event.type === 'plan' && !told) {
      told = true;
      last = tell();
    } else if (event.type === 'result' && event.ok && event.changed && told) last = remember(event.at).catch(() => undefined);
  });
  return {
    async close() {
      await last;
      unsubscribe();
    },
  };
};
