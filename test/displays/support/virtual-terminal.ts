import xterm from '@xterm/headless';
import { Console } from 'node:console';
import { EventEmitter, once } from 'node:events';
import { PassThrough } from 'node:stream';

// Ink looks at CI when it is loaded, and then draws nothing but its last frame.
delete process.env.CI;
// The test runner's console is no whole one, and ink wants to patch it.
Object.assign(console, { Console });

/** A terminal emulator with a keyboard, in the form of two streams. */
export interface VirtualTerminal {
  stdin: NodeJS.ReadStream;
  stdout: NodeJS.WriteStream;
  /** Every byte that was written. */
  bytes(): string;
  /** The visible screen, one string a row, without spaces at the end. */
  screen(): string[];
  /** Screen and scrollback as one text. */
  text(): string;
  /** Resolves as soon as the screen (or what has left it) shows this. */
  shows(expected: string | RegExp): Promise<void>;
  type(keys: string): void;
  resize(columns: number, rows: number): Promise<void>;
  isRaw(): boolean;
}

export const KEYS = { enter: '\r', escape: '\u001b', up: '\u001b[A', down: '\u001b[B', left: '\u001b[D', right: '\u001b[C', tab: '\t', save: '\u0013', shiftTab: '\u001b[Z', backspace: '\u007f', interrupt: '\u0003', ctrlU: '\u0015' } as const;

export const openVirtualTerminal = (columns: number, rows: number): VirtualTerminal => {
  const emulator = new xterm.Terminal({ cols: columns, rows, allowProposedApi: true, scrollback: 5000, convertEol: true });
  const drawn = new EventEmitter();
  let written = '';
  let raw = false;
  const stdin = new PassThrough() as unknown as NodeJS.ReadStream;
  Object.assign(stdin, {
    isTTY: true,
    setRawMode: (mode: boolean) => {
      raw = mode;
      return stdin;
    },
    ref: () => stdin,
    unref: () => stdin,
  });
  const stdout = new EventEmitter() as unknown as NodeJS.WriteStream;
  Object.assign(stdout, {
    isTTY: true,
    columns,
    rows,
    write: (chunk: string | Uint8Array) => {
      const text = typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString();
      written += text;
      emulator.write(text, () => drawn.emit('drawn'));
      return true;
    },
  });
  const line = (index: number): string => emulator.buffer.active.getLine(index)?.translateToString(true) ?? '';
  const text = (): string => Array.from({ length: emulator.buffer.active.length }, (_, index) => line(index)).join('\n');
  return {
    stdin,
    stdout,
    bytes: () => written,
    screen: () => Array.from({ length: emulator.rows }, (_, index) => line(emulator.buffer.active.baseY + index)),
    text,
    async shows(expected) {
      const found = (): boolean => (typeof expected === 'string' ? text().includes(expected) : expected.test(text()));
      while (!found()) await once(drawn, 'drawn');
    },
    type: (keys) => void (stdin as unknown as PassThrough).write(keys),
    async resize(newColumns, newRows) {
      emulator.resize(newColumns, newRows);
      Object.assign(stdout, { columns: newColumns, rows: newRows });
      stdout.emit('resize');
      await once(drawn, 'drawn');
    },
    isRaw: () => raw,
  };
};
