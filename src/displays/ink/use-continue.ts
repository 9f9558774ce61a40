import { useStdin } from 'ink';
import { useLayoutEffect, useRef } from 'react';

/**
 * Takes the keyboard back when the program was stopped and is continued (`fg`): the shell has put it into its own mode. Then calls
 * `redraw`, for the shell has also written to the screen.
 */
export const useContinue = (redraw: () => void): void => {
  const { stdin } = useStdin();
  const latest = useRef(redraw);
  latest.current = redraw;
  // Before the first frame is drawn: whoever sees it may stop the program.
  useLayoutEffect(() => {
    const continued = (): void => {
      if (stdin.isRaw) {
        // Node believes that the mode is still its own, and would do nothing.
        stdin.setRawMode(false);
        stdin.setRawMode(true);
      }
      latest.current();
    };
    process.on('SIGCONT', continued);
    return () => void process.off('SIGCONT', continued);
  }, [stdin]);
};
