import { execa, ExecaError } from 'execa';
import { closeSync, openSync, writeFileSync } from 'node:fs';
import { open, readFile, rm, writeFile, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { StringDecoder } from 'node:string_decoder';
import { sleep } from './interrupts.js';
import { markOf, type ProcessMark } from './living-process.js';

/** How often a running tool's output file is looked at. Files have no portable event for "grew"; the tool must not hang on a pipe of ours. */
const TAIL_INTERVAL_MS = 40;

export interface ToolRun {
  /** Absolute path of the binary. */
  path: string;
  args: readonly string[];
  cwd: string;
  /** The whole environment of the tool; nothing is inherited. */
  env: Readonly<Record<string, string>>;
  /** Folder (0700) for the tool's output files and its process record. */
  outputDir: string;
  /** Names the output files, for example `apply`. */
  name: string;
  /** Aborting sends exactly one SIGINT, and then waits. */
  signal?: AbortSignal | undefined;
  onLine?: (line: string, stream: 'stdout' | 'stderr') => void;
  /** Takes secrets out of a text; what the tool has printed is kept only so. */
  redact?: ((text: string) => string) | undefined;
  /** What is to be noted of a tool that has ended, before the record that it ran is removed: a kill between the two loses nothing. */
  onEnd?: (outcome: ToolOutcome) => Promise<void>;
}

export interface ToolOutcome {
  /** Undefined when a signal ended the tool. */
  exitCode: number | undefined;
  signal: string | undefined;
  interrupted: boolean;
  stdoutFile: string;
  stderrFile: string;
}

/** A tool that is running, or was when this process died: what the next run needs to know to tell the two apart. */
export interface ToolRecord extends ProcessMark {
  startedAt: string;
  command: string;
  /** The process that started it; undefined in records of earlier versions. */
  by?: ProcessMark | undefined;
}

const tail = (file: FileHandle, onLine: (line: string) => void): { read: () => Promise<void>; end: () => Promise<void> } => {
  const decoder = new StringDecoder('utf8');
  const buffer = Buffer.alloc(64 * 1024);
  let rest = '';
  let position = 0;
  const read = async (): Promise<void> => {
    for (;;) {
      const { bytesRead } = await file.read(buffer, 0, buffer.length, position);
      if (bytesRead === 0) return;
      position += bytesRead;
      const lines = (rest + decoder.write(buffer.subarray(0, bytesRead))).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) onLine(line);
    }
  };
  return {
    read,
    async end() {
      await read();
      if (rest !== '') onLine(rest);
      await file.close();
    },
  };
};

const redactFile = async (file: string, redact: (text: string) => string): Promise<void> => {
  const text = await readFile(file, 'utf8');
  const redacted = redact(text);
  if (redacted !== text) await writeFile(file, redacted, { mode: 0o600 });
};

/**
 * Runs a tool that outlives this process: a session of its own, output to files that we only follow.
 * If we die, it finishes its work, saves its state and gives its lock back. After an abort it is not even started.
 */
export const runTool = async (run: ToolRun): Promise<ToolOutcome> => {
  const stdoutFile = join(run.outputDir, `${run.name}.out`);
  const stderrFile = join(run.outputDir, `${run.name}.err`);
  const recordFile = join(run.outputDir, `${run.name}.running.json`);
  const stdout = openSync(stdoutFile, 'w', 0o600);
  const stderr = openSync(stderrFile, 'w', 0o600);
  if (run.signal?.aborted) {
    closeSync(stdout);
    closeSync(stderr);
    return { exitCode: undefined, signal: 'SIGINT', interrupted: true, stdoutFile, stderrFile };
  }
  const child = execa(run.path, [...run.args], {
    cwd: run.cwd,
    env: run.env,
    extendEnv: false,
    // execa takes any open descriptor; its types only know the first three.
    stdio: ['ignore', stdout as 1, stderr as 1],
    detached: true,
    cleanup: false,
    buffer: false,
    reject: false,
  });
  closeSync(stdout);
  closeSync(stderr);
  if (child.pid !== undefined) {
    const record: ToolRecord = { ...markOf(child.pid), startedAt: new Date().toISOString(), command: `${run.path} ${run.args[0] ?? ''}`, by: markOf(process.pid) };
    // At once: a tool that nobody knows of would meet the next run at its work.
    writeFileSync(recordFile, JSON.stringify(record), { mode: 0o600 });
  }
  let interrupted = false;
  const interrupt = (): void => {
    if (interrupted) return;
    interrupted = true;
    child.kill('SIGINT');
  };
  run.signal?.addEventListener('abort', interrupt, { once: true });

  const tails = [
    tail(await open(stdoutFile), (line) => run.onLine?.(line, 'stdout')),
    tail(await open(stderrFile), (line) => run.onLine?.(line, 'stderr')),
  ];
  const exit = new AbortController();
  const following = (async () => {
    while (!exit.signal.aborted) {
      for (const each of tails) await each.read();
      await sleep(TAIL_INTERVAL_MS, exit.signal).catch(() => undefined);
    }
  })();
  const outcome = await child;
  exit.abort();
  await following;
  for (const each of tails) await each.end();
  if (run.redact) for (const file of [stdoutFile, stderrFile]) await redactFile(file, run.redact);
  run.signal?.removeEventListener('abort', interrupt);
  const ended: ToolOutcome = { exitCode: outcome.exitCode, signal: outcome.signal, interrupted, stdoutFile, stderrFile };
  await run.onEnd?.(ended);
  // One that was killed may have left a lock, or half of its work: that stays known until it is repaired.
  if (outcome.signal === undefined) await rm(recordFile, { force: true });
  if (outcome instanceof ExecaError && (outcome.code === 'ENOENT' || outcome.code === 'EACCES')) throw outcome as Error;
  return ended;
};
