import { cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { runTool } from '../support/tool.js';
import { REPOSITORY } from '../support/workspace.js';

const CATALOGUE = `
- { id: P1, probe: Come in, control: a wall }
- { id: P2, probe: Look in, control: a curtain, notHere: there is no window }
`;
const REAL = 'test/real/wall.test.ts';

let folder: string;
const put = async (file: string, content: string): Promise<void> => {
  await mkdir(dirname(join(folder, file)), { recursive: true });
  await writeFile(join(folder, file), content);
};
/** As the reporter records what became of one test. */
const record = (file: string, outcome: string, shows: object = {}, id = 'P1'): Promise<void> =>
  put(`.probes/${file}.json`, JSON.stringify({ file, results: [{ id, title: `${id} a title`, shows: { refused: true, positiveControl: true, red: true, ...shows }, outcome }] }));
const run = (...args: string[]) => runTool(process.execPath, [join(folder, 'scripts/probe-docs.mjs'), ...args]);
const page = (): Promise<string> => readFile(join(folder, 'docs/isolation-probes.md'), 'utf8');

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'probe-docs-'));
  await cp(join(REPOSITORY, 'scripts/probe-docs.mjs'), join(folder, 'scripts/probe-docs.mjs'));
  await symlink(join(REPOSITORY, 'node_modules'), join(folder, 'node_modules'));
  await put('test/probes/catalogue.yaml', CATALOGUE);
  await put('docs/isolation-probes.md', '');
  await put(REAL, '');
});
afterEach(() => rm(folder, { recursive: true, force: true }));

describe('the page of probes', () => {
  it('says how each was tested and what was seen, and is the same every time', async () => {
    await record(REAL, 'passed');
    expect((await run()).exitCode).toBe(0);
    const first = await page();
    expect(first).toContain('| P1 | Come in | a wall |  | real API server ([wall](../test/real/wall.test.ts)) | yes | yes | holds |');
    expect(first).toContain('| P2 | Look in | a curtain |  | not testable here: there is no window | no | no | not testable here |');
    expect(first).toContain('| real API server | 1 | 1 | 1 | 1 | 0 |');
    await run();
    expect(await page()).toBe(first);
    expect(await run('--check')).toMatchObject({ exitCode: 0, stderr: '' });
  });

  it('does not count what a test file said that is gone', async () => {
    await record('test/real/gone.test.ts', 'passed');
    await run();
    expect(await page()).toContain('| P1 | Come in | a wall |  |  | no | no | NO TEST |');
  });

  it.each([
    ['failed', { outcome: 'failed' }, 'P1 failed:\n  test/real/wall.test.ts: P1 a title'],
    ['was not run', { outcome: 'skipped' }, 'P1 was not run:\n  test/real/wall.test.ts: P1 a title'],
    ['has neither a test nor a reason', undefined, 'P1 has neither a test nor a reason why not'],
  ])('--check fails when a probe %s, however the page reads', async (_what, result, says) => {
    if (result) await record(REAL, result.outcome);
    await run();
    expect(await run('--check')).toMatchObject({ exitCode: 1, stderr: expect.stringContaining(says) as string });
  });

  it('--check fails when the page says something else than this run, and shows the line', async () => {
    await record(REAL, 'passed');
    await run();
    await record(REAL, 'passed', { red: false });
    expect(await run('--check')).toMatchObject({ exitCode: 1, stderr: expect.stringMatching(/run `node scripts\/probe-docs\.mjs` after them[\s\S]*\| yes \| no \| holds \|/) as string });
  });

  it('refuses a probe that the catalogue does not have', async () => {
    await record(REAL, 'passed', {}, 'P99');
    expect(await run()).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('P99 ("P99 a title")') as string });
  });
});
