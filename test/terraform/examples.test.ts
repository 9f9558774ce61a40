import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Stack, starter } from './stack.js';
import { folders, openStage, SOURCE } from './stage.js';
import type { Stage } from './stage.js';

const modules = (await folders()).filter((folder) => folder.startsWith('modules/'));
const varFiles = async (stack: string): Promise<string[]> =>
  (await readdir(join(SOURCE, stack, 'examples'))).filter((name) => name.endsWith('.tfvars'));
const platforms = await varFiles('platform');
const tenants = await varFiles('tenant');

let stage: Stage;
beforeAll(async () => {
  stage = await openStage();
});
afterAll(async () => {
  await stage.close();
});

describe('the example of', () => {
  it.each(modules)('%s can be applied and destroyed', async (folder) => {
    const example = `${folder}/examples/basic`;
    for (const args of [['init'], ['apply', '-auto-approve'], ['plan', '-detailed-exitcode'], ['destroy', '-auto-approve']]) {
      const { exitCode, output } = await stage.terraform(example, ...args, '-no-color');
      expect(exitCode, `${args.join(' ')}\n${output}`).toBe(0);
    }
  });
});

describe('the var-file', () => {
  it.each(platforms)('platform/examples/%s can be planned', async (name) => {
    await new Stack(stage, 'platform', name).init();
    const { exitCode, output } = await stage.terraform('platform', 'plan', '-no-color', `-var-file=examples/${name}`);
    expect(exitCode, output).toBe(0);
  });

  it.each(tenants)('tenant/examples/%s can be planned for a platform that is there', async (name) => {
    const platform = await new Stack(stage, 'platform', `for-${name}`).init();
    const shared = await platform.converge(starter);
    await new Stack(stage, 'tenant', name).init();
    const ids = ['datacenter_id', 'cluster_id'].map((id) => `-var=${id}=${String(shared[id])}`);
    const { exitCode, output } = await stage.terraform('tenant', 'plan', '-no-color', `-var-file=examples/${name}`, ...ids);
    expect(exitCode, output).toBe(0);
    await platform.destroy(starter);
  });
});
