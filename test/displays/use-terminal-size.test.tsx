// First: ink looks at CI when it is loaded.
import { openVirtualTerminal } from './support/virtual-terminal.js';
import { Box, render, Text } from 'ink';
import { useLayoutEffect, type JSX } from 'react';
import { describe, expect, it } from 'vitest';
import { useTerminalSize } from '../../src/displays/ink/use-terminal-size.js';

describe('the size that frames are laid out for', () => {
  it.each([
    ['smaller', 60, 15],
    ['larger', 100, 30],
  ])('is the window’s, also when that becomes %s while a frame is being drawn', async (_what, columns, rows) => {
    const terminal = openVirtualTerminal(80, 24);
    const Program = (): JSX.Element => {
      const size = useTerminalSize();
      // After the first frame, and before anybody listens: the moment at which a change could be missed.
      useLayoutEffect(() => {
        Object.assign(terminal.stdout, { columns, rows });
        terminal.stdout.emit('resize');
      }, []);
      return (
        <Box>
          <Text>{`${size.columns}×${size.rows}`}</Text>
        </Box>
      );
    };
    const { unmount, waitUntilExit } = render(<Program />, { stdin: terminal.stdin, stdout: terminal.stdout, stderr: terminal.stdout, patchConsole: false });
    await terminal.shows(`${columns}×${rows}`);
    unmount();
    await waitUntilExit();
    expect(terminal.screen().join('\n')).toContain(`${columns}×${rows}`);
  });
});
