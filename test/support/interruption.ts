import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'vitest';
import type { EngineEvent } from '../../src/engine/events.js';
import { clusterOf, eventually, newOperator, snapshotOf, type CliResult, type CliRun, type Operator } from './cli.js';
import { runTool } from './tool.js';
import { differences, endStateOf, leftovers, processesOf } from './end-state.js';

/** How a run is ended. `tool` kills terraform or helm alone, `both` it and the interface; `killed, repeated at once` does not wait for the tool. */
export const WAYS = ['SIGINT', 'SIGINT twice', 'SIGTERM', 'SIGHUP', 'SIGKILL', 'SIGKILL, repeated at once', 'tool', 'both'] as const;
export type Way = (typeof WAYS)[number];
/** Ways for moments at which no tool works. */
export const WITHOUT_TOOL = ['SIGINT', 'SIGKILL', 'SIGTERM', 'SIGHUP', 'SIGINT twice'] as const satisfies Way[];

/** Ways for moments at which a tool works. */
export const WITH_TOOL = ['SIGINT', 'tool', 'both', 'SIGKILL', 'SIGKILL, repeated at once'] as const satisfies Way[];

export interface Moment {
  name: string;
  /** The event at which it is. */
  event?: (event: EngineEvent) => boolean;
  /** A tool that has to be at work then: the name of its output files, for example `apply`. */
  tool?: string;
  /** What the tool has to have done so far. */
  seen?: (operator: Operator) => Promise<boolean>;
  /** What the repeated command says that it mended, when the tool was killed. */
  mends?: RegExp;
}

export interface Point {
  moment: Moment;
  way: Way;
  /** How fast the sandbox is. */
  speed: number;
}

export const eventIs = (task: RegExp, state: string) => (event: EngineEvent): boolean => event.type === 'task' && event.state === state && task.test(event.task);

const ended = (way: Way): boolean => way.startsWith('SIGKILL') || way === 'both';

/** The record of a tool that works for this operator now, as the product itself keeps it. */
export const toolAtWork = async (operator: Operator, name: string): Promise<{ pid: number }> => {
  const kept = join(operator.home, 'state/sandbox/operator');
  const runs = await readdir(join(kept, 'runs'));
  const folders = [...runs.map((run) => `runs/${run}/helm`), 'tenants/main/acme/work', 'platforms/main/work'];
  return Promise.any(folders.map(async (folder) => JSON.parse(await readFile(join(kept, folder, `${name}.running.json`), 'utf8')) as { pid: number }));
};

/** The run or its tool was faster than the test: the moment has not been met, so nothing has been tried. */
class MissedMoment extends Error {}

const signal = (pid: number, name: NodeJS.Signals): void => {
  try {
    process.kill(pid, name);
  } catch (error) {
    throw new MissedMoment(`process ${pid} has ended`, { cause: error });
  }
};

/** Lets a tool work in small steps, and stops it when it has done what has to be seen. It stays stopped. */
const stopWhen = async (pid: number, seen: () => Promise<boolean>): Promise<void> => {
  signal(pid, 'SIGSTOP');
  while (!(await seen())) {
    // By a shell: this process is busy with other points, and would let it run for longer.
    const step = await runTool('sh', ['-c', `kill -CONT ${pid} && sleep 0.005; kill -STOP ${pid}`]);
    if (step.exitCode !== 0) throw new MissedMoment(`process ${pid} has ended`);
  }
};

/** Ends a run in this way at this moment. @returns when it was told to end, ISO 8601 */
const interrupt = async (operator: Operator, run: CliRun, { moment, way }: Point): Promise<string> => {
  if (moment.event) await run.until(moment.event);
  const tool = moment.tool === undefined ? undefined : await Promise.race([eventually(() => toolAtWork(operator, moment.tool ?? '')), run.finished.then(() => Promise.reject(new MissedMoment(`it ended before ${moment.tool} was seen at work`)))]);
  const { seen } = moment;
  if (seen && tool) await stopWhen(tool.pid, () => seen(operator));
  const at = new Date().toISOString();
  if (way === 'tool' || way === 'both') {
    if (!tool) throw new Error(`${moment.name} has no tool to kill`);
    // The interface first: it must not notice.
    if (way === 'both') run.child.kill('SIGKILL');
    signal(tool.pid, 'SIGKILL');
  } else if (way === 'SIGINT twice') {
    run.child.kill('SIGINT');
    await sleep(350);
    run.child.kill('SIGINT');
  } else if (way === 'SIGHUP') {
    // The terminal is gone: nobody reads any more.
    run.child.stdout?.destroy();
    run.child.stderr?.destroy();
    run.child.kill('SIGHUP');
  } else run.child.kill(way.startsWith('SIGKILL') ? 'SIGKILL' : (way as NodeJS.Signals));
  if (seen && tool && way !== 'tool' && way !== 'both') process.kill(tool.pid, 'SIGCONT');
  return at;
};

/** What the operator sees of a run that was ended. */
const checkSeen = async (operator: Operator, seen: CliResult, { moment, way }: Point, { at, diedOf }: { at: string; diedOf: NodeJS.Signals | null }): Promise<void> => {
  if (ended(way)) {
    if (seen.exitCode === 0) throw new MissedMoment('it had ended before it was killed');
    return void expect(seen.exitCode).toBeNull();
  }
  // Closed, so nothing was printed: the log has it.
  const events = way === 'SIGHUP' ? await lastLog(operator) : seen.events;
  const result = events.at(-1);
  if (way === 'tool') {
    expect(result).toMatchObject({ type: 'result', ok: false, exitCode: 1, error: { code: expect.stringMatching(/^(terraform-|helm-failed)/) as string, what: expect.stringContaining('SIGKILL') as string, next: [expect.stringContaining('same command again') as string] } });
    expect(seen.exitCode).toBe(1);
  } else if (result?.type === 'result' && result.ok) {
    const lastTask = events.findLast((event) => event.type === 'task' && event.state === 'started');
    const isLastStep = /(verify|record|proof) (started|done)/.test(moment.name);
    if (!isLastStep && lastTask && lastTask.at <= at) throw new MissedMoment('it was at its last task when the signal came');
    // Its result was out, and the only signal met a process that was ending.
    if (diedOf && way !== 'SIGINT twice') throw new MissedMoment(`its run was over when ${diedOf} came`);
    // Nothing was left to be done when it was pressed, or only an answer that was on its way.
    expect(isLastStep).toBe(true);
    expect(seen.exitCode).toBe(diedOf ? 130 : 0);
  } else {
    expect(result).toMatchObject({ type: 'result', ok: false, exitCode: 130, error: { code: 'cancelled', next: [expect.stringContaining('same command again') as string] } });
    expect(seen.exitCode).toBe(130);
    expect(events.filter((event) => event.type === 'task' && event.failure !== undefined)).toEqual([]);
    expect(events.filter((event) => event.type === 'notice' && event.message.startsWith('Interrupted'))).toHaveLength(1);
  }
  expect(seen.stderr).toBe('');
  expect(await leftovers(operator).then((files) => files.filter((file) => /runs\/|kubeconfig/.test(file)))).toEqual([]);
};

const lastLog = async (operator: Operator): Promise<EngineEvent[]> => {
  const folder = join(operator.home, 'state/logs');
  const newest = (await readdir(folder)).filter((name) => /-(create|update|delete)-/.test(name)).sort().at(-1) ?? '';
  return (await readFile(join(folder, newest), 'utf8')).trim().split('\n').map((line) => JSON.parse(line) as EngineEvent);
};

export const noticesOf = (run: CliResult): string => run.events.flatMap((event) => (event.type === 'notice' ? [event.message] : [])).join('\n');

export interface Scene {
  /** Whose sandbox is copied for each point; undefined: a machine on which nothing is. */
  from?: Operator;
  args: string[];
  /** Names of tenants that must not notice. */
  others: string[];
  /** What the result of the run that succeeds has to be. */
  succeeds: object;
  /** {@link endStateOf} after an undisturbed run. */
  expected: Record<string, string[]>;
}

const ofOthers = (others: string[]) => (namespace: string, _kind: string, name: string): boolean =>
  others.some((other) => namespace === `tenant-${other}` || name === `tenant-${other}` || (namespace === 'ionos-tenants-system' && name.includes(`-${other}`)));

/** Runs the scene's command undisturbed: its events, and what it leaves. */
export const undisturbed = async (scene: Omit<Scene, 'expected'>, speed = 0): Promise<{ events: EngineEvent[]; endState: Record<string, string[]> }> => {
  const operator = await newOperator({ speed, ...(scene.from ? { from: scene.from } : {}) });
  try {
    const run = await operator.run(scene.args);
    if (!run.result.ok) throw new Error(`undisturbed, it failed: ${JSON.stringify(run.result.error)}`);
    return { events: run.events, endState: await endStateOf(operator, await clusterOf(operator)) };
  } finally {
    await operator.close();
  }
};

/** How often a moment is tried to be met. */
const TRIES = 5;

/** Interrupts the scene's command at one point, and shows that nobody is worse off for it than for an undisturbed run. */
export const survive = async (scene: Scene, point: Point): Promise<void> => {
  for (let tries = 1; ; tries += 1) {
    try {
      return await surviveOnce(scene, point);
    } catch (error) {
      if (!(error instanceof MissedMoment) || tries === TRIES) throw error;
    }
  }
};

const surviveOnce = async (scene: Scene, point: Point): Promise<void> => {
  const operator = await newOperator({ speed: point.speed, ...(scene.from ? { from: scene.from } : {}) });
  try {
    if (scene.from) await operator.serve();
    const before = scene.from ? await snapshotOf(await clusterOf(operator), ofOthers(scene.others)) : {};

    const run = await operator.start(scene.args);
    const at = await interrupt(operator, run, point).catch(async (error: unknown) => {
      run.child.kill('SIGKILL');
      await run.finished;
      throw error;
    });
    const seen = await run.finished;
    const diedOf = run.child.signalCode;
    // A second signal may meet a process whose run is over and that only takes itself down. A shell says 130 either way.
    if (diedOf === 'SIGINT') seen.exitCode = 130;
    await checkSeen(operator, seen, point, { at, diedOf });
    if (point.way !== 'SIGKILL, repeated at once') {
      await eventually(async () => {
        if ((await processesOf(operator)).length > 0) throw new Error('still at work');
      });
    }

    const again = await operator.run(scene.args);
    const { result } = again;
    expect(result.ok ? '' : JSON.stringify(result.error)).toBe('');
    if (point.moment.mends && (point.way === 'tool' || point.way === 'both')) expect(noticesOf(again)).toMatch(point.moment.mends);
    expect(result).toMatchObject({ ok: true, ...scene.succeeds });
    const cluster = await clusterOf(operator);
    expect(differences(await endStateOf(operator, cluster), scene.expected)).toEqual([]);
    expect(await leftovers(operator)).toEqual([]);
    expect(await processesOf(operator)).toEqual([]);
    if (scene.from) {
      expect(Object.keys(before).length).toBeGreaterThan(10);
      expect(await snapshotOf(cluster, ofOthers(scene.others))).toEqual(before);
    }
  } finally {
    await operator.close();
  }
};
