import { mkdir, readdir, readFile, stat, truncate, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { EngineEvent } from '../../src/engine/events.js';
import { startRunLog } from '../../src/engine/run-log.js';
import { recordedBus } from '../support/events.js';
import { temporaryFolder } from '../support/folder.js';

const DAY = 24 * 3600 * 1000;
const modeOf = async (path: string): Promise<number> => (await stat(path)).mode & 0o777;
const notice = (message: string) => ({ type: 'notice', level: 'info', message }) as const;

describe('the log of a run', () => {
  it('has every event, one JSON object a line, until it is closed', async () => {
    const { bus, events } = recordedBus();
    const log = await startRunLog(bus, { folder: join(await temporaryFolder(), 'logs'), operation: 'create' });
    for (let index = 0; index < 1000; index += 1) bus.emit(notice(`line ${index}`));
    await log.close();
    const written = [...events];
    bus.emit(notice('too late'));
    const lines = (await readFile(log.path, 'utf8')).split('\n');
    expect(lines.pop()).toBe('');
    expect(lines.map((line) => JSON.parse(line) as EngineEvent)).toEqual(written);
  });

  it('can be read by its owner only, and so can its folder', async () => {
    const folder = join(await temporaryFolder(), 'state', 'logs');
    const log = await startRunLog(recordedBus().bus, { folder, operation: 'create' });
    await log.close();
    expect(await modeOf(log.path)).toBe(0o600);
    expect(await modeOf(folder)).toBe(0o700);
  });

  it('can be read by its owner only even where a file of that name was there before', async () => {
    const file = join(await temporaryFolder(), 'mine.ndjson');
    await writeFile(file, 'old', { mode: 0o644 });
    const { bus } = recordedBus();
    const log = await startRunLog(bus, { folder: 'unused', file, operation: 'create' });
    bus.emit(notice('new'));
    await log.close();
    expect(await modeOf(file)).toBe(0o600);
    expect(await readFile(file, 'utf8')).not.toContain('old');
  });

  it('never has a registered secret', async () => {
    const { bus, redactor } = recordedBus();
    const log = await startRunLog(bus, { folder: await temporaryFolder(), operation: 'create' });
    redactor.register('T0p-secret-value');
    bus.emit(notice('the token T0p-secret-value was refused'));
    await log.close();
    expect(await readFile(log.path, 'utf8')).toContain('the token [redacted] was refused');
  });
});

describe('old logs', () => {
  it('are removed when a new run starts, and nothing else is', async () => {
    const folder = await temporaryFolder();
    const age = async (name: string, days: number): Promise<void> => {
      await writeFile(join(folder, name), '');
      const at = new Date(Date.now() - days * DAY);
      await utimes(join(folder, name), at, at);
    };
    await age('old.ndjson', 31);
    await age('young.ndjson', 29);
    await age('mine.txt', 99);
    await mkdir(join(folder, 'sub'));
    const log = await startRunLog(recordedBus().bus, { folder, operation: 'create' });
    await log.close();
    expect((await readdir(folder)).filter((name) => join(folder, name) !== log.path).sort()).toEqual(['mine.txt', 'sub', 'young.ndjson']);
  });

  it('are kept up to 200, the newest of them, and those of runs that go on', async () => {
    const folder = await temporaryFolder();
    for (let index = 0; index < 205; index += 1) {
      await writeFile(join(folder, `${index}.ndjson`), '');
      const at = new Date(Date.now() - index * 1000);
      await utimes(join(folder, `${index}.ndjson`), at, at);
    }
    const going = `sandbox-${process.pid}.ndjson`;
    await writeFile(join(folder, going), '');
    await utimes(join(folder, going), new Date(0), new Date(0));
    const log = await startRunLog(recordedBus().bus, { folder, operation: 'create' });
    await log.close();
    const left = (await readdir(folder)).filter((name) => join(folder, name) !== log.path);
    expect(left).toHaveLength(201);
    expect(left).toContain(going);
    expect(left).toContain('199.ndjson');
    expect(left).not.toContain('200.ndjson');
  });

  it('are kept up to 100 MiB together', async () => {
    const folder = await temporaryFolder();
    for (const [index, name] of ['new', 'middle', 'old'].entries()) {
      await writeFile(join(folder, `${name}.ndjson`), '');
      // Without taking the room on the disk.
      await truncate(join(folder, `${name}.ndjson`), 45 * 1024 * 1024);
      const at = new Date(Date.now() - (index + 1) * 1000);
      await utimes(join(folder, `${name}.ndjson`), at, at);
    }
    const log = await startRunLog(recordedBus().bus, { folder, operation: 'create' });
    await log.close();
    expect((await readdir(folder)).filter((name) => join(folder, name) !== log.path).sort()).toEqual(['middle.ndjson', 'new.ndjson']);
  });

  it('are left alone beside a log that the operator put somewhere', async () => {
    const folder = await temporaryFolder();
    await writeFile(join(folder, 'theirs.ndjson'), '');
    await utimes(join(folder, 'theirs.ndjson'), new Date(0), new Date(0));
    const log = await startRunLog(recordedBus().bus, { folder, file: join(folder, 'mine.ndjson'), operation: 'create' });
    await log.close();
    expect(await readdir(folder)).toContain('theirs.ndjson');
  });
});
