import { build } from 'esbuild';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import { tmpdir } from 'node:os';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { thePackage } from './package.js';
import { TerminalSession, terminalEnvironment, type SessionOptions } from './terminal-session.js';

const REPOSITORY = fileURLToPath(new URL('../..', import.meta.url));

const bundled = new Map<string, Promise<string>>();

/**
 * A program of test/terminal/programs, bundled as the built package is, so that it runs in a process and a terminal of its own, on
 * any Node. It is in that package's folder, whose files it reads, and in no part of it that is published, and goes with it.
 */
export const bundleProgram = (name: string): Promise<string> => {
  const known = bundled.get(name);
  if (known) return known;
  const made = (async () => {
    const outfile = join(await thePackage(), 'test-programs', `${name}.${process.pid}.mjs`);
    await build({
      absWorkingDir: REPOSITORY,
      entryPoints: [`test/terminal/programs/${name}.ts`],
      outfile,
      bundle: true,
      format: 'esm',
      platform: 'node',
      target: 'node20',
      external: ['keytar'],
      alias: { 'react-devtools-core': join(REPOSITORY, 'scripts/stubs/react-devtools-core.mjs') },
      define: { 'process.env.NODE_ENV': '"production"', __CLI_VERSION__: '"0.0.0-test"' },
      banner: { js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);" },
      logLevel: 'error',
    });
    return outfile;
  })();
  bundled.set(name, made);
  return made;
};

export interface ProgramOptions extends SessionOptions {
  env?: Record<string, string>;
  args?: string[];
  node?: string;
}

/** A program in a terminal that does what a test tells it, past the terminal: nothing of that is on the screen or in the keyboard. */
export interface ProgramInTerminal {
  session: TerminalSession;
  /** Resolves when the program has done it; what it draws thereby comes a little later. */
  tell(message: unknown): Promise<void>;
}

const folders = new Set<{ folder: string; server: Server }>();

/** Removes what {@link openProgram} needs beside the program. For `afterAll`. */
export const closePrograms = (): void => {
  for (const { folder, server } of folders) {
    server.close();
    rmSync(folder, { recursive: true, force: true });
  }
  folders.clear();
};

const linesOf = (socket: Socket, onLine: (line: string) => void): void => {
  let rest = '';
  socket.setEncoding('utf8').on('data', (chunk: string) => {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) onLine(line);
  });
};

/** Starts a program and waits until it takes messages. `shell` is a command line around it, with the program as `"$@"`. */
export const openProgram = async (name: string, { env = {}, args = [], node = process.execPath, file, columns, rows, shell }: ProgramOptions & { shell?: string } = {}): Promise<ProgramInTerminal> => {
  const program = await bundleProgram(name);
  const folder = mkdtempSync(join(tmpdir(), 'program-'));
  const server = createServer();
  folders.add({ folder, server });
  server.listen(join(folder, 'control'));
  const size = { ...(columns === undefined ? {} : { columns }), ...(rows === undefined ? {} : { rows }) };
  const command = [program, ...args];
  const full = terminalEnvironment({ IONOS_TENANTS_STATE_DIR: join(folder, 'state'), CONTROL: join(folder, 'control'), ...env });
  const session =
    shell === undefined ? new TerminalSession(command, full, { ...size, file: file ?? node }) : new TerminalSession(['-c', shell, 'sh', node, ...command], full, { ...size, file: '/bin/bash' });
  const [socket] = (await once(server, 'connection')) as [Socket];
  // A program that is killed takes its end with it.
  socket.on('error', () => undefined);
  const waiting: { resolve: () => void; reject: (error: Error) => void }[] = [];
  linesOf(socket, () => waiting.shift()?.resolve());
  socket.once('close', () => {
    for (const { reject } of waiting.splice(0)) reject(new Error(`the program ended:\n${session.text()}`));
  });
  return {
    session,
    tell: (message) =>
      new Promise((resolve, reject) => {
        waiting.push({ resolve, reject });
        socket.write(`${JSON.stringify(message)}\n`);
      }),
  };
};
