import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { watch } from 'node:fs';
import { chmod, mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { build } from 'esbuild';
import { describe, expect, it } from 'vitest';
import { runTool, type ToolRun } from '../../src/engine/tool-process.js';
import { temporaryFolder } from '../support/folder.js';

/** A tool that is a node script. It leaves its own traces in files of its folder. */
const tool = async (script: string): Promise<ToolRun & { folder: string }> => {
  const folder = await temporaryFolder();
  const outputDir = join(folder, 'work');
  await mkdir(outputDir);
  const path = join(folder, 'tool');
  await writeFile(path, `#!${process.execPath}\n${script}`);
  await chmod(path, 0o755);
  return { path, args: ['apply'], cwd: folder, env: {}, outputDir, name: 'apply', folder };
};

/** Resolves as soon as a file with this content is there. */
const written = async (folder: string, name: string, content: RegExp): Promise<string> => {
  const watcher = watch(folder);
  try {
    for (;;) {
      const changed = once(watcher, 'change');
      const text = await readFile(join(folder, name), 'utf8').catch(() => '');
      if (content.test(text)) return text;
      await changed;
    }
  } finally {
    watcher.close();
  }
};

const COUNT_SIGNALS = `
const fs = require('node:fs');
let seen = 0;
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => {
  seen += 1;
  fs.appendFileSync('signals', signal + '\\n');
  // What terraform does: it finishes what is under way, saves its state, and says so.
  setTimeout(() => { console.log('saved'); process.exit(1); }, 300);
});
console.log('started');
setInterval(() => {}, 1000);
`;

describe('a tool that runs', () => {
  it('gives all its lines, from both streams, in the order of each', async () => {
    const run = await tool(`
      for (let index = 0; index < 20000; index += 1) process.stdout.write('line ' + index + '\\n');
      process.stderr.write('äöü '.repeat(50000) + '\\nlast line without its end');
      process.exitCode = 3;
    `);
    const lines = { stdout: [] as string[], stderr: [] as string[] };
    const outcome = await runTool({ ...run, onLine: (line, stream) => lines[stream].push(line) });
    expect(outcome).toMatchObject({ exitCode: 3, interrupted: false, signal: undefined });
    expect(lines.stdout).toEqual(Array.from({ length: 20_000 }, (_, index) => `line ${index}`));
    expect(lines.stderr).toEqual(['äöü '.repeat(50_000), 'last line without its end']);
  });

  it('leaves its output in files that only the owner reads, and no record that it still runs', async () => {
    const run = await tool("console.log('secret-ish')");
    const outcome = await runTool(run);
    for (const file of [outcome.stdoutFile, outcome.stderrFile]) expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect((await readdir(run.outputDir)).sort()).toEqual(['apply.err', 'apply.out']);
  });

  it('sees nothing of this process: neither its environment nor its input', async () => {
    const run = await tool("console.log(JSON.stringify(Object.keys(process.env)), require('node:fs').readFileSync(0, 'utf8').length)");
    const { stdoutFile } = await runTool({ ...run, env: { ONLY: 'this' } });
    expect(await readFile(stdoutFile, 'utf8')).toBe('["ONLY"] 0\n');
  });

  it('is recorded with its process id while it runs, for whoever comes after a crash', async () => {
    const run = await tool(COUNT_SIGNALS);
    const stop = new AbortController();
    const finished = runTool({ ...run, signal: stop.signal });
    await written(run.outputDir, 'apply.out', /started/);
    const record = JSON.parse(await written(run.outputDir, 'apply.running.json', /}$/)) as { pid: number; command: string };
    expect(() => process.kill(record.pid, 0)).not.toThrow();
    expect(record.command).toBe(`${run.path} apply`);
    stop.abort();
    await finished;
  });
});

describe('a tool that is killed', () => {
  it('stays recorded: it may have left a lock', async () => {
    const run = await tool(COUNT_SIGNALS);
    const finished = runTool(run);
    await written(run.outputDir, 'apply.out', /started/);
    const record = await written(run.outputDir, 'apply.running.json', /}$/);
    process.kill((JSON.parse(record) as { pid: number }).pid, 'SIGKILL');
    expect(await finished).toMatchObject({ signal: 'SIGKILL', interrupted: false });
    expect(await readFile(join(run.outputDir, 'apply.running.json'), 'utf8')).toBe(record);
  });
});

describe('what a tool has printed', () => {
  it('is kept without its secrets, once it has ended', async () => {
    const run = await tool("console.log('token abc'); console.error('plain')");
    const lines: string[] = [];
    const { stdoutFile, stderrFile } = await runTool({ ...run, onLine: (line) => lines.push(line), redact: (text) => text.replaceAll('abc', '[redacted]') });
    expect([await readFile(stdoutFile, 'utf8'), await readFile(stderrFile, 'utf8')]).toEqual(['token [redacted]\n', 'plain\n']);
    expect((await stat(stdoutFile)).mode & 0o777).toBe(0o600);
    expect(lines).toContain('token abc');
  });
});

describe('an abort', () => {
  it('is one SIGINT, and the tool is waited for', async () => {
    const run = await tool(COUNT_SIGNALS);
    const stop = new AbortController();
    const lines: string[] = [];
    const finished = runTool({ ...run, signal: stop.signal, onLine: (line) => lines.push(line) });
    await written(run.outputDir, 'apply.out', /started/);
    stop.abort();
    stop.abort();
    const outcome = await finished;
    expect(await readFile(join(run.folder, 'signals'), 'utf8')).toBe('SIGINT\n');
    expect(outcome).toMatchObject({ interrupted: true, exitCode: 1 });
    expect(lines).toEqual(['started', 'saved']);
  });

  it('that came before the start lets nothing start', async () => {
    const run = await tool("require('node:fs').writeFileSync('ran', '')");
    expect(await runTool({ ...run, signal: AbortSignal.abort() })).toMatchObject({ interrupted: true, exitCode: undefined, signal: 'SIGINT' });
    expect((await readdir(run.folder)).sort()).toEqual(['tool', 'work']);
    expect((await readdir(run.outputDir)).sort()).toEqual(['apply.err', 'apply.out']);
  });
});

describe('the interface dies', () => {
  /** Runs the tool from a process of its own, which the test then kills. */
  const interfaceOf = async (run: ToolRun & { folder: string }): Promise<ReturnType<typeof spawn>> => {
    const script = join(run.folder, 'interface.mjs');
    await build({
      stdin: { contents: "export { runTool } from './src/engine/tool-process.js';", resolveDir: process.cwd(), loader: 'ts' },
      outfile: join(run.folder, 'engine.mjs'),
      bundle: true,
      format: 'esm',
      platform: 'node',
      banner: { js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);" },
      logLevel: 'error',
    });
    await writeFile(script, `import { runTool } from './engine.mjs'; await runTool(${JSON.stringify({ ...run, onLine: undefined })});`);
    return spawn(process.execPath, [script], { stdio: 'ignore', detached: true });
  };

  it.each(['SIGKILL', 'SIGINT to its whole process group'] as const)('by %s, and the tool finishes its work', async (how) => {
    const run = await tool(`
      const fs = require('node:fs');
      process.on('SIGINT', () => fs.appendFileSync('signals', 'SIGINT'));
      console.log('started');
      const timer = setInterval(() => {
        if (!fs.existsSync('go-on')) return;
        clearInterval(timer);
        for (let index = 0; index < 5000; index += 1) console.log('late line ' + index);
        fs.writeFileSync('done', 'done');
      }, 20);
    `);
    const parent = await interfaceOf(run);
    await written(run.outputDir, 'apply.out', /started/);
    if (how === 'SIGKILL') parent.kill('SIGKILL');
    else process.kill(-(parent.pid ?? 0), 'SIGINT');
    await once(parent, 'exit');
    await writeFile(join(run.folder, 'go-on'), '');
    await written(run.folder, 'done', /done/);
    expect(await readFile(join(run.outputDir, 'apply.out'), 'utf8')).toMatch(/late line 4999\n$/);
    expect(await readdir(run.folder)).not.toContain('signals');
    const record = JSON.parse(await readFile(join(run.outputDir, 'apply.running.json'), 'utf8')) as { pid: number };
    expect(record.pid).toBeGreaterThan(0);
  });
});

describe('a tool that cannot be started', () => {
  it('is an error that names it', async () => {
    const folder = await temporaryFolder();
    const run = { path: join(folder, 'absent'), args: [], cwd: folder, env: {}, outputDir: folder, name: 'apply' };
    await expect(runTool(run)).rejects.toMatchObject({ code: 'ENOENT' });
  });

  it('is an error when it may not be executed, or its folder is gone', async () => {
    const run = await tool('');
    await chmod(run.path, 0o644);
    await expect(runTool(run)).rejects.toMatchObject({ code: 'EACCES' });
    await chmod(run.path, 0o755);
    await expect(runTool({ ...run, cwd: join(run.folder, 'absent') })).rejects.toThrow();
  });
});
