import { spawn, type IPty } from '@lydell/node-pty';
import xterm from '@xterm/headless';
import { EventEmitter, once } from 'node:events';

/** The built command in a real pseudo-terminal, read back through an emulator. */
export class TerminalSession {
  private readonly emulator = new xterm.Terminal({ cols: 80, rows: 24, allowProposedApi: true, scrollback: 5000 });
  private readonly drawn = new EventEmitter();
  private readonly pty: IPty;
  bytes = '';
  readonly ended: Promise<number>;

  /** `args` begin with the path of main.js. */
  constructor(args: string[], env: Record<string, string>) {
    this.pty = spawn(process.execPath, args, { name: 'xterm-256color', cols: 80, rows: 24, env });
    this.pty.onData((data) => {
      this.bytes += data;
      this.emulator.write(data, () => this.drawn.emit('drawn'));
    });
    // Not before the emulator has taken in the last bytes.
    this.ended = new Promise((resolve) => this.pty.onExit(({ exitCode }) => this.emulator.write('', () => resolve(exitCode))));
  }

  text(): string {
    const { active } = this.emulator.buffer;
    return Array.from({ length: active.length }, (_, index) => active.getLine(index)?.translateToString(true) ?? '').join('\n');
  }

  async shows(expected: string): Promise<void> {
    let over = false;
    void this.ended.then(() => (over = true));
    while (!this.text().includes(expected)) {
      if (over) throw new Error(`it ended without showing ${expected}:\n${this.text()}`);
      await Promise.race([once(this.drawn, 'drawn'), this.ended]);
    }
  }

  type(keys: string): void {
    this.pty.write(keys);
  }
}
