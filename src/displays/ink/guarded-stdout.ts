/** A terminal whose height ink does not see. `terminalRows` has it. */
export interface GuardedStdout extends NodeJS.WriteStream {
  terminalRows?: number;
}

/**
 * Ink wipes the whole scrollback when its last frame is as tall as the terminal, which a window that shrinks can bring about
 * before anything could be redrawn. It asks `rows` for nothing else; so it does not get to know them.
 */
export const guardedStdout = (stdout: NodeJS.WriteStream): GuardedStdout =>
  new Proxy(stdout, {
    get(target, name) {
      if (name === 'rows') return undefined;
      if (name === 'terminalRows') return target.rows;
      const value: unknown = Reflect.get(target, name, target);
      return typeof value === 'function' ? (value as (...args: unknown[]) => unknown).bind(target) : value;
    },
  });
