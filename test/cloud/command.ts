import { spawn } from 'node:child_process';
import { join } from 'node:path';
import type { EngineEvent } from '../../src/engine/events.js';
import { markOf } from '../../src/engine/living-process.js';
import type { Notebook } from './notebook.js';

export type ResultEvent = Extract<EngineEvent, { type: 'result' }>;
export type Success = Extract<ResultEvent, { ok: true }>;

/** A command of the product that did not do what it should. */
export class CommandFailed extends Error {
  constructor(
    readonly args: readonly string[],
    readonly result: ResultEvent | undefined,
    stderr: string,
  ) {
    super(`${args.join(' ')}: ${result === undefined ? `no result. ${stderr.slice(-500)}` : result.ok ? 'unexpected' : `${result.error.what}: ${result.error.why ?? ''}`}`);
  }

  get code(): string {
    return this.result && !this.result.ok ? this.result.error.code : '';
  }
}

export interface Commands {
  /** Runs the built command with --json and returns its result. Throws CommandFailed, or the signal's reason. */
  run(args: readonly string[], options: { minutes: number; signal?: AbortSignal }): Promise<Success>;
}

/** After its deadline a command is asked to stop as by Ctrl-C, and gets so long for it. */
const STOPPING_MS = 10 * 60_000;

export const commandsOf = (root: string, env: NodeJS.ProcessEnv, book: Notebook): Commands => ({
  async run(args, { minutes, signal }) {
    signal?.throwIfAborted();
    const flags = [...args, '--json', ...(book.notes.rehearsal ? ['--sandbox'] : [])];
    // A group of its own: Ctrl-C on the terminal reaches this program, which decides what to do about it.
    const child = spawn(process.execPath, [join(root, 'dist/main.js'), ...flags], { env, stdio: ['ignore', 'pipe', 'pipe'], detached: true });
    if (child.pid !== undefined) await book.write({ command: markOf(child.pid) });
    let [stdout, stderr] = ['', ''];
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => (stdout += chunk));
    child.stderr.setEncoding('utf8').on('data', (chunk: string) => (stderr += chunk));
    const stop = (): void => {
      child.kill('SIGINT');
      setTimeout(() => child.kill('SIGKILL'), STOPPING_MS).unref();
    };
    const deadline = setTimeout(stop, minutes * 60_000);
    signal?.addEventListener('abort', stop, { once: true });
    try {
      const code = await new Promise<number | null>((resolve, reject) => {
        child.once('error', reject);
        child.once('close', resolve);
      });
      signal?.throwIfAborted();
      const last = stdout.trim().split('\n').at(-1) ?? '';
      const result = last.startsWith('{') ? (JSON.parse(last) as EngineEvent) : undefined;
      if (code === 0 && result?.type === 'result' && result.ok) return result;
      throw new CommandFailed(args, result?.type === 'result' ? result : undefined, stderr);
    } finally {
      clearTimeout(deadline);
      signal?.removeEventListener('abort', stop);
      await book.write({ command: undefined } as never);
    }
  },
});
