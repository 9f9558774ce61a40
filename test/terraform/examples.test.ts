import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { left, Stack, starter } from './stack.js';
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
  it.each(platforms)('platform/examples/%s makes a platform, changes nothing when it is applied again, and leaves nothing', async (name) => {
    const before = left(stage);
    const platform = await new Stack(stage, 'platform', name).init();
    await platform.converge({}, `-var-file=examples/${name}`);
    await platform.destroy({}, `-var-file=examples/${name}`);
    expect(left(stage)).toEqual(before);
  });

  it.each(tenants)('tenant/examples/%s does so for a platform that is there', async (name) => {
    const platform = await new Stack(stage, 'platform', `for-${name}`).init();
    const shared = await platform.converge(starter);
    const before = left(stage);
    const tenant = await new Stack(stage, 'tenant', name).init();
    // The ids in the file are placeholders.
    const options = [`-var-file=examples/${name}`, ...['datacenter_id', 'cluster_id'].map((id) => `-var=${id}=${String(shared[id])}`)];
    await tenant.converge({}, ...options);
    await tenant.destroy({}, ...options);
    expect(left(stage)).toEqual(before);
    await platform.init();
    await platform.destroy(starter);
  });
});
