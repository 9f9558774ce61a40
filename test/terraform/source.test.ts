import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { folders, openStage, SOURCE } from './stage.js';
import type { Stage } from './stage.js';

const every = await folders();
const sources = await readdir(SOURCE, { recursive: true });

let stage: Stage;
beforeAll(async () => {
  stage = await openStage();
});
afterAll(async () => {
  await stage.close();
});

const writeDocs = async (...args: string[]): Promise<{ exitCode: number | undefined; stderr: string }> => {
  const env = { TERRAFORM_DOCS_ROOT: stage.root };
  const { exitCode, stderr } = await execa('node', ['scripts/terraform-docs.mjs', ...args], { reject: false, env });
  return { exitCode, stderr };
};

describe('terraform sources', () => {
  it('are formatted', async () => {
    expect(await stage.terraform('.', 'fmt', '-check', '-recursive', '-diff')).toEqual({ exitCode: 0, stdout: '', output: '' });
  });

  it('have READMEs that say what the sources say', async () => {
    expect(await writeDocs('--check')).toEqual({ exitCode: 0, stderr: '' });
  });

  it('are found out when they say something else, and written anew', async () => {
    const file = join(stage.root, 'modules/network/outputs.tf');
    const before = await readFile(file, 'utf8');
    await writeFile(file, before.replace('UUID of the data centre.', 'Something else.'));
    const refused = await writeDocs('--check');
    expect(refused.exitCode).toBe(1);
    expect(refused.stderr).toContain('Out of date: terraform/modules/network/README.md.');
    expect((await writeDocs()).exitCode).toBe(0);
    expect(await readFile(join(stage.root, 'modules/network/README.md'), 'utf8')).toContain('| `datacenter_id` | Something else. |');
    expect((await writeDocs('--check')).exitCode).toBe(0);
    await writeFile(file, before);
  });

  it('hold no state, plan, provider or configuration in JSON', () => {
    expect(sources.filter((path) => /\.terraform|\.tfstate|\.tfplan|\.lock\.hcl|\.tf\.json/.test(path))).toEqual([]);
  });
});

describe.each(every)('%s', (folder) => {
  const read = async (pattern: RegExp): Promise<string> => {
    const files = (await readdir(join(SOURCE, folder), { recursive: true })).filter((path) => pattern.test(path));
    return (await Promise.all(files.map((path) => readFile(join(SOURCE, folder, path), 'utf8')))).join('\n');
  };

  it('is valid', async () => {
    const init = await stage.terraform(folder, 'init', '-backend=false', '-no-color');
    expect(init.exitCode, init.output).toBe(0);
    const { stdout } = await stage.terraform(folder, 'validate', '-json');
    expect(JSON.parse(stdout)).toMatchObject({ valid: true, error_count: 0, warning_count: 0 });
  });

  it('passes its own tests', async () => {
    const { exitCode, stdout } = await stage.terraform(folder, 'test', '-json');
    const messages = stdout
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as { type: string; test_summary?: Record<string, unknown>; '@message': string });
    const trouble = messages.filter(({ type }) => type === 'diagnostic').map((message) => message['@message']);
    expect(trouble).toEqual([]);
    expect(exitCode).toBe(0);
    const summary = messages.find(({ type }) => type === 'test_summary')?.test_summary;
    expect(summary).toMatchObject({ status: 'pass', failed: 0, errored: 0, skipped: 0 });
    expect(summary?.['passed']).toBeGreaterThan(0);
  });

  it('types and describes every variable, describes every output, and tests every rule', async () => {
    const variables = (await read(/^variables\.tf$/)).split(/^(?=variable ")/m).filter((text) => text.startsWith('variable'));
    const outputs = (await read(/^outputs\.tf$/)).split(/^(?=output ")/m).filter((text) => text.startsWith('output'));
    const tests = await read(/^tests\/.*\.tftest\.hcl$/);
    expect(variables.filter((text) => !/^ {2}type +=/m.test(text) || !/^ {2}description = "/m.test(text))).toEqual([]);
    expect(variables.filter((text) => !/^ {2}nullable += false/m.test(text) && !/^ {2}default += null/m.test(text))).toEqual([]);
    expect(outputs.length).toBeGreaterThan(0);
    expect(outputs.filter((text) => !/^ {2}description = "/m.test(text) || text.includes('sensitive'))).toEqual([]);
    const untested = variables.filter((text) => {
      const name = /"([^"]+)"/.exec(text)?.[1] ?? '';
      const rules = text.match(/^ {2}validation \{/gm)?.length ?? 0;
      const refusals = tests.match(new RegExp(`expect_failures = \\[var\\.${name}\\]`, 'g'))?.length ?? 0;
      return refusals < rules;
    });
    expect(untested).toEqual([]);
  });
});
