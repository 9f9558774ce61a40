import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { describe, expect, it, onTestFinished } from 'vitest';
import { markOf, processIsAlive, processSpace } from '../../src/engine/living-process.js';
import { eventually } from '../support/cli.js';
import { runTool } from '../support/tool.js';

describe('a process', () => {
  it('lives until it ends', async () => {
    const child = spawn('sleep', ['1000']);
    await once(child, 'spawn');
    const mark = markOf(child.pid ?? 0);
    expect(processIsAlive(mark)).toBe(true);
    child.kill('SIGKILL');
    await once(child, 'exit');
    expect(processIsAlive(mark)).toBe(false);
  });

  it('is not another one that was given its number', () => {
    expect(processIsAlive(markOf(process.pid))).toBe(true);
    expect(processIsAlive({ pid: process.pid, began: '1' })).toBe(false);
  });

  it('whose system does not tell when it began is known by its number alone', () => {
    expect(processIsAlive({ pid: process.pid })).toBe(true);
  });

  it('has its number in the same space as whoever it started', async () => {
    const { stdout } = await runTool('sh', ['-c', 'echo "$(cat /proc/sys/kernel/random/boot_id) $(readlink /proc/self/ns/pid)"']);
    expect(processSpace()).toBe(stdout.trim());
  });

  it('that has ended, and that nobody has asked for its exit code, is dead', async () => {
    // The shell would ask for it; what takes its place never does. Only then is the child let end.
    const parent = spawn('sh', ['-c', 'exec 3<&0; (read _ <&3) & echo $!; exec sleep 1000'], { stdio: ['pipe', 'pipe', 'ignore'] });
    onTestFinished(() => void parent.kill('SIGKILL'));
    const [line] = (await once(parent.stdout, 'data')) as [Buffer];
    const pid = Number(line.toString());
    await eventually(async () => {
      if ((await readFile(`/proc/${parent.pid ?? 0}/comm`, 'utf8')).trim() !== 'sleep') throw new Error('the shell is still there');
    });
    expect(processIsAlive({ pid })).toBe(true);
    parent.stdin.write('\n');
    await eventually(async () => {
      if (!/\) Z /.test(await readFile(`/proc/${pid}/stat`, 'utf8'))) throw new Error('it still runs');
    });
    expect(processIsAlive({ pid })).toBe(false);
  });
});
