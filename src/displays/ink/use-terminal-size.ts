import { useStdout } from 'ink';
import { useEffect, useState } from 'react';
import type { GuardedStdout } from './guarded-stdout.js';

export interface TerminalSize {
  columns: number;
  rows: number;
}

/** A dragged window border tells of dozens of sizes; only the one it comes to rest at is worth a redraw. */
const SETTLED_MS = 60;

const sizeOf = (stdout: NodeJS.WriteStream): TerminalSize => ({ columns: stdout.columns || 80, rows: stdout.rows || 24 });

/** The terminal's size, kept current. 80×24 where it is not known. */
export const useTerminalSize = (): TerminalSize => {
  const { stdout: guarded } = useStdout();
  const stdout = (guarded as GuardedStdout).terminal ?? guarded;
  const [size, setSize] = useState(() => sizeOf(stdout));
  useEffect(() => {
    let timer: NodeJS.Timeout | undefined;
    const settle = (): void => setSize((known) => {
      const now = sizeOf(stdout);
      return now.columns === known.columns && now.rows === known.rows ? known : now;
    });
    const resized = (): void => {
      clearTimeout(timer);
      // A smaller window must be obeyed at once: an old frame that is too tall or too wide would be torn.
      const now = sizeOf(stdout);
      if (now.columns < size.columns || now.rows < size.rows) return settle();
      timer = setTimeout(settle, SETTLED_MS);
    };
    stdout.on('resize', resized);
    // Between the last drawing and this, a change went to the listener before, whose timer has just been cleared, or to nobody.
    resized();
    return () => {
      clearTimeout(timer);
      stdout.off('resize', resized);
    };
  }, [stdout, size]);
  return size;
};
