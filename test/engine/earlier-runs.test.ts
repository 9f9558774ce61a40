import { mkdir, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { rememberRuns } from '../../src/engine/earlier-runs.js';
import type { EngineEvent, UnstampedEvent } from '../../src/engine/events.js';
import { recordedBus, type RecordedBus } from '../support/events.js';
import { temporaryFolder } from '../support/folder.js';

let file: string;
beforeEach(async () => {
  file = join(await temporaryFolder(), 'state', 'timings.json');
});

type Earlier = Extract<EngineEvent, { type: 'earlier' }>;

interface Settings {
  preset?: string;
  platformIsNew?: boolean;
  changed?: boolean;
  /** A step failed in between, and the run began anew. */
  failed?: boolean;
  applicationsMs?: number;
}

const done = (task: string, elapsedMs: number): UnstampedEvent => ({ type: 'task', task, title: task, state: 'done', elapsedMs });

/** A run until its plan is known. */
const begin = ({ preset = 'small', platformIsNew = false }: Settings): RecordedBus & { timings: ReturnType<typeof rememberRuns> } => {
  const recorded = recordedBus();
  const timings = rememberRuns(recorded.bus, file);
  recorded.bus.emit({ type: 'run', operation: 'create', tenant: 'acme', preset, sandbox: false, cliVersion: '1.2.3' });
  recorded.bus.emit(done('onboard/preflight', 2_000));
  if (platformIsNew) recorded.bus.emit({ type: 'plan', stack: 'platform', changes: [], releases: [] });
  recorded.bus.emit({ type: 'plan', stack: 'tenant', changes: [], releases: [] });
  return { ...recorded, timings };
};

/** What the next run of this kind is told. */
const toldTo = async (settings: Settings = {}): Promise<Pick<Earlier, 'totalMs' | 'tasks'> | undefined> => {
  const { timings, of } = begin(settings);
  await timings.close();
  const [earlier] = of('earlier');
  return earlier && { totalMs: earlier.totalMs, tasks: earlier.tasks };
};

/** A whole run. */
const run = async (settings: Settings = {}): Promise<void> => {
  const { changed = true, failed = false, applicationsMs = 60_000 } = settings;
  const { bus, timings, events } = begin(settings);
  if (failed) bus.emit({ type: 'task', task: 'onboard/applications', title: 'Applications', state: 'failed', elapsedMs: 5 });
  bus.emit(done('onboard/applications/wordpress', 50_000));
  bus.emit(done('onboard/applications', applicationsMs));
  bus.emit({ type: 'result', ok: true, operation: 'create', changed, elapsedMs: 500_000, next: [] });
  await timings.close();
  expect(events.at(-1)?.type).toBe('result');
};

describe('how long the last run of a kind took', () => {
  it('is told to the next one, by its steps, without the time in which questions were answered', async () => {
    expect(await toldTo()).toBeUndefined();
    await run();
    expect(await toldTo()).toEqual({ totalMs: 62_000, tasks: { 'onboard/preflight': 2_000, 'onboard/applications': 60_000 } });
    await run({ applicationsMs: 90_000 });
    expect((await toldTo())?.totalMs).toBe(92_000);
  });

  it('is kept apart by size, and by whether a platform had to be made', async () => {
    await run();
    await run({ platformIsNew: true, applicationsMs: 1_800_000 });
    expect(await toldTo({ preset: 'large' })).toBeUndefined();
    expect((await toldTo())?.totalMs).toBe(62_000);
    expect((await toldTo({ platformIsNew: true }))?.totalMs).toBe(1_802_000);
  });

  it('is not what a run took that had nothing to do, or failed in between', async () => {
    await run();
    await run({ changed: false, applicationsMs: 10 });
    await run({ failed: true, applicationsMs: 20 });
    expect((await toldTo())?.totalMs).toBe(62_000);
  });

  it.each(['', 'not JSON', '[]', '{"runs":{"create|small|||account":{"at":"2026","totalMs":"x","tasks":{}}}}'])('is unknown, and nothing fails, when the file holds %s', async (content) => {
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, content);
    expect(await toldTo()).toBeUndefined();
    await run();
    expect((await toldTo())?.totalMs).toBe(62_000);
  });

  it('fails no run where it cannot be kept', async () => {
    await writeFile(dirname(file), 'no folder');
    await run();
    expect(await toldTo()).toBeUndefined();
  });

  it('can be read by its owner only', async () => {
    await run();
    expect((await stat(file)).mode & 0o777).toBe(0o600);
  });
});
