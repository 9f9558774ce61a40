import { FrameTrace, type Window } from './frame-trace.js';

/** A terminal whose height ink does not see. `terminal` is the stream behind it. */
export interface GuardedStdout extends NodeJS.WriteStream {
  terminal?: NodeJS.WriteStream;
  /** The last frame stays where it is; the next one is drawn below. */
  forgetFrame?: () => void;
}

type Listener = (...args: unknown[]) => void;

/** The Linux console and xterm itself cut long rows instead of breaking them anew. */
const reflows = (env: Readonly<Record<string, string | undefined>>): boolean => env.TERM !== 'linux' && (env.XTERM_VERSION ?? '') === '';

const windowOf = (stdout: NodeJS.WriteStream): Window => ({ columns: stdout.columns || 80, rows: stdout.rows || 24 });

/**
 * Ink wipes the whole scrollback when its last frame is as tall as the terminal, which a window that shrinks can bring about
 * before anything could be redrawn. It asks `rows` for nothing else; so it does not get to know them. Nor does it hear of a changed
 * size: it would draw the old frame into the new window. The components hear of it, and their next frame fits. And what ink erases
 * is made to be all that its last frame takes now.
 */
export const guardedStdout = (stdout: NodeJS.WriteStream): GuardedStdout => {
  const trace = new FrameTrace(windowOf(stdout), reflows(process.env));
  const resized = (): void => trace.resized(windowOf(stdout));
  const changed: Partial<Record<string | symbol, unknown>> = {
    rows: undefined,
    terminal: stdout,
    forgetFrame: () => trace.forget(),
    write: (chunk: unknown, ...rest: unknown[]) => (stdout.write as (...args: unknown[]) => boolean).call(stdout, typeof chunk === 'string' ? trace.written(chunk) : chunk, ...rest),
    on: (name: string, listener: Listener) => void stdout.on(name, name === 'resize' ? resized : listener),
    off: (name: string, listener: Listener) => void stdout.off(name, name === 'resize' ? resized : listener),
  };
  return new Proxy(stdout, {
    get(target, name) {
      if (name in changed) return changed[name];
      const value: unknown = Reflect.get(target, name, target);
      return typeof value === 'function' ? (value as (...args: unknown[]) => unknown).bind(target) : value;
    },
  });
};
