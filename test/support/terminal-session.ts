import { spawn, type IPty } from '@lydell/node-pty';
import xterm from '@xterm/headless';
import { EventEmitter, once } from 'node:events';
import { screenSvg, type Palette } from './screen-svg.js';
import { cleanEnvironment } from './tool.js';

/** Keys as a terminal sends them. */
export const KEYS = { enter: '\r', escape: '\u001b', tab: '\t', up: '\u001b[A', down: '\u001b[B', backspace: '\u007f', ctrlC: '\u0003', ctrlU: '\u0015', ctrlZ: '\u001a' } as const;

/** What a terminal emulator is found in once the program is gone. */
export interface TerminalModes {
  alternateScreen: boolean;
  cursorHidden: boolean;
  bracketedPaste: boolean;
  mouse: boolean;
  applicationCursor: boolean;
}

export const PLAIN_MODES: TerminalModes = { alternateScreen: false, cursorHidden: false, bracketedPaste: false, mouse: false, applicationCursor: false };

export interface SessionOptions {
  columns?: number;
  rows?: number;
  /** What is started, instead of the Node that runs the tests. */
  file?: string;
  /** Where it is started; here, if not told. */
  cwd?: string;
}

const DECIDES_LOOK = new Set(['CI', 'NO_COLOR', 'FORCE_COLOR', 'COLORTERM', 'TERM_PROGRAM', 'LC_ALL', 'LC_CTYPE', 'ACCESSIBLE', 'INK_SCREEN_READER']);

/** An operator's environment on a capable terminal, the same on every machine. */
export const terminalEnvironment = (extra: Record<string, string> = {}): Record<string, string> => ({
  ...(Object.fromEntries(Object.entries(cleanEnvironment()).filter(([name]) => !DECIDES_LOOK.has(name))) as Record<string, string>),
  TERM: 'xterm-256color',
  LANG: 'C.UTF-8',
  TZ: 'UTC',
  ...extra,
});

/** What makes an environment one operator's: state folder, sandbox and keychain, and nothing of the machine that runs the tests. */
export const operatorEnvironment = (env: NodeJS.ProcessEnv): Record<string, string> => Object.fromEntries(Object.entries(env).filter((pair): pair is [string, string] => pair[0].startsWith('IONOS_')));

/** Long enough for a machine that does something else, short enough to say what was there instead. */
const PATIENCE_MS = 45_000;

const open = new Set<TerminalSession>();

/** Ends what a test has left open. For `afterEach`. */
export const closeSessions = (): void => {
  for (const session of open) session.close();
};

/** A program in a real pseudo-terminal, read back through an emulator. */
export class TerminalSession {
  readonly emulator: xterm.Terminal;
  private readonly drawn = new EventEmitter();
  private readonly pty: IPty;
  /** Chunks that the emulator has not taken in yet. */
  private pending = 0;
  /** Everything that it wrote. */
  bytes = '';
  /** The exit code, once the emulator has taken in the last bytes. */
  readonly ended: Promise<number>;
  /** The signal that ended it; 0 if none. */
  signal = 0;

  /** `args` begin with the path of main.js. 80×24 unless told otherwise. */
  constructor(args: string[], env: Record<string, string>, { columns = 80, rows = 24, file = process.execPath, cwd }: SessionOptions = {}) {
    this.emulator = new xterm.Terminal({ cols: columns, rows, allowProposedApi: true, scrollback: 5000 });
    this.pty = spawn(file, args, { name: env.TERM ?? 'xterm-256color', cols: columns, rows, env, ...(cwd === undefined ? {} : { cwd }) });
    open.add(this);
    this.pty.onData((data) => {
      this.bytes += data;
      this.pending += 1;
      this.emulator.write(data, () => {
        this.pending -= 1;
        this.drawn.emit('drawn');
      });
    });
    this.ended = new Promise((resolve) =>
      this.pty.onExit(({ exitCode, signal }) => {
        open.delete(this);
        this.signal = signal ?? 0;
        this.emulator.write('', () => resolve(exitCode));
      }),
    );
  }

  get pid(): number {
    return this.pty.pid;
  }

  private line(index: number): string {
    return this.emulator.buffer.active.getLine(index)?.translateToString(true) ?? '';
  }

  /** Scrollback and screen as one text. */
  text(): string {
    return Array.from({ length: this.emulator.buffer.active.length }, (_, index) => this.line(index)).join('\n');
  }

  /** The visible screen, one string a row, without spaces at the end. */
  screen(): string[] {
    return Array.from({ length: this.emulator.rows }, (_, index) => this.line(this.emulator.buffer.active.baseY + index));
  }

  /** Visible rows, from this one on, that the terminal had to break because they were too long for it. */
  brokenRows(from = 0): string[] {
    const { active } = this.emulator.buffer;
    return this.screen().filter((_row, index) => index >= from && active.getLine(active.baseY + index)?.isWrapped);
  }

  modes(): TerminalModes {
    const { modes, buffer } = this.emulator;
    return {
      alternateScreen: buffer.active.type === 'alternate',
      cursorHidden: this.bytes.lastIndexOf('\u001b[?25l') > this.bytes.lastIndexOf('\u001b[?25h'),
      bracketedPaste: modes.bracketedPasteMode,
      mouse: modes.mouseTrackingMode !== 'none',
      applicationCursor: modes.applicationCursorKeysMode,
    };
  }

  /** The visible screen as a picture; `command` makes it again. */
  svg(command: string, palette: Palette = 'dark'): string {
    return screenSvg(this.emulator, command, palette);
  }

  /** Whether the last frame is on the screen to its end. */
  private get isWhole(): boolean {
    return this.pending === 0 && this.bytes.lastIndexOf('\u001b[?2026l') >= this.bytes.lastIndexOf('\u001b[?2026h');
  }

  /** Waits for a state of the terminal between two frames. @throws Error with what is there, when the program ends or nothing comes of it */
  async until(holds: () => boolean, expected: string): Promise<void> {
    let over = false;
    void this.ended.then(() => (over = true));
    let late: NodeJS.Timeout | undefined;
    const patience = new Promise<'late'>((resolve) => {
      late = setTimeout(() => resolve('late'), PATIENCE_MS);
    });
    try {
      while (!(this.isWhole && holds())) {
        if (over) throw new Error(`it ended without showing ${expected}:\n${this.text()}`);
        if ((await Promise.race([once(this.drawn, 'drawn'), this.ended, patience])) === 'late') throw new Error(`it does not show ${expected}:\n${this.text()}`);
      }
    } finally {
      clearTimeout(late);
    }
  }

  /** Waits until this is on the screen, or was and has left it. */
  shows(expected: string | RegExp): Promise<void> {
    return this.until(() => (typeof expected === 'string' ? this.text().includes(expected) : expected.test(this.text())), String(expected));
  }

  /** Waits until this is on the visible screen. */
  showsNow(expected: string | RegExp): Promise<void> {
    const found = (text: string): boolean => (typeof expected === 'string' ? text.includes(expected) : expected.test(text));
    return this.until(() => found(this.screen().join('\n')), `${String(expected)} now`);
  }

  type(keys: string): void {
    this.pty.write(keys);
  }

  /** Another size of window: the program gets SIGWINCH. */
  resize(columns: number, rows: number): void {
    // The emulator first, as in a terminal: it wraps its rows anew before the program hears of it.
    this.emulator.resize(columns, rows);
    this.pty.resize(columns, rows);
  }

  kill(signal: NodeJS.Signals): void {
    process.kill(this.pid, signal);
  }

  /** The window is closed: the terminal goes away under the program, which gets SIGHUP. */
  close(): void {
    open.delete(this);
    // Its type does not tell of it; `kill` would only send the signal and keep the terminal.
    (this.pty as IPty & { destroy(): void }).destroy();
  }
}
