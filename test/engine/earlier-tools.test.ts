import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { awaitEarlierTools, forgetTools } from '../../src/engine/earlier-tools.js';
import { CancelledError } from '../../src/engine/interrupts.js';
import { markOf } from '../../src/engine/living-process.js';
import { temporaryFolder } from '../support/folder.js';

const never = new AbortController().signal;

const recorded = async (folder: string, mark: { pid: number; began?: string | undefined }): Promise<void> => {
  await writeFile(join(folder, 'apply.running.json'), JSON.stringify({ ...mark, startedAt: '2026-01-02T03:04:05.000Z', command: '/opt/shims/terraform apply' }));
};

describe('tools of earlier runs', () => {
  it('are waited for while they live, also behind a shim that has become another program', async () => {
    const folder = await temporaryFolder();
    const tool = spawn('sh', ['-c', 'exec sleep 1000']);
    await once(tool, 'spawn');
    await recorded(folder, markOf(tool.pid ?? 0));
    const earlier = await awaitEarlierTools(folder, never, (record) => {
      expect(record).toMatchObject({ pid: tool.pid, command: '/opt/shims/terraform apply' });
      tool.kill('SIGKILL');
    });
    expect(tool.signalCode).toBe('SIGKILL');
    expect(earlier).toHaveLength(1);
  });

  it('are none of ours that ended while the run that had started them still lived', async () => {
    const folder = await temporaryFolder();
    const [run, tool] = [spawn('sleep', ['1000']), spawn('sleep', ['1000'])];
    await Promise.all([once(run, 'spawn'), once(tool, 'spawn')]);
    try {
      await writeFile(join(folder, 'plan.running.json'), JSON.stringify({ ...markOf(tool.pid ?? 0), startedAt: '2026-01-02T03:04:05.000Z', command: 'terraform plan', by: markOf(run.pid ?? 0) }));
      expect(await awaitEarlierTools(folder, never, () => tool.kill('SIGKILL'))).toEqual([]);
    } finally {
      run.kill('SIGKILL');
    }
    await once(run, 'exit');
    expect(await awaitEarlierTools(folder, never, () => undefined)).toHaveLength(1);
  });

  it('are not waited for when another program has their number', async () => {
    const folder = await temporaryFolder();
    await recorded(folder, { pid: process.pid, began: '1' });
    const waited: unknown[] = [];
    expect(await awaitEarlierTools(folder, never, (record) => waited.push(record))).toMatchObject([{ pid: process.pid }]);
    expect(waited).toEqual([]);
  });

  it('stay known until what they left is repaired', async () => {
    const folder = await temporaryFolder();
    await recorded(folder, { pid: process.pid, began: '1' });
    const first = await awaitEarlierTools(folder, never, () => undefined);
    expect(await awaitEarlierTools(folder, never, () => undefined)).toEqual(first);
    await forgetTools(first);
    expect(await awaitEarlierTools(folder, never, () => undefined)).toEqual([]);
    expect(await readdir(folder)).toEqual([]);
  });

  it('are not waited for after Ctrl-C', async () => {
    const folder = await temporaryFolder();
    await recorded(folder, markOf(process.pid));
    const stop = new AbortController();
    await expect(awaitEarlierTools(folder, stop.signal, () => stop.abort(new CancelledError()))).rejects.toBeInstanceOf(CancelledError);
    expect(await readdir(folder)).toEqual(['apply.running.json']);
  });

  it('are none where there is no folder, and where a record was never finished', async () => {
    const folder = await temporaryFolder();
    await writeFile(join(folder, 'plan.running.json'), '');
    expect(await awaitEarlierTools(folder, never, () => undefined)).toEqual([]);
    expect(await awaitEarlierTools(join(folder, 'absent'), never, () => undefined)).toEqual([]);
  });
});
