import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { folders, openStage, SOURCE, type Stage } from '../terraform/stage.js';
import { realTool } from './support/control-plane.js';

/** What OpenTofu cannot be asked, each with the reason. */
const LEFT_OUT = {
  'modules/node-pool/tests/scaling.tftest.hcl': 'its mocks give an object another id with every change, so that nothing shows which one is new',
};

const every = await folders();
const tests = (await readdir(SOURCE, { recursive: true })).filter((path) => path.endsWith('.tftest.hcl'));

/** The tests that are left to do, with values mocked while planning as well: OpenTofu always does that, and does not know the argument. */
const adapt = async (stage: Stage): Promise<void> => {
  for (const path of tests) {
    if (path in LEFT_OUT) await rm(join(stage.root, path));
    else await stage.write(path, (await readFile(join(SOURCE, path), 'utf8')).replace(/^ *override_during *= plan\n/gm, ''));
  }
};

describe('OpenTofu', () => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await openStage(realTool('tofu'));
    await adapt(stage);
  });
  afterAll(() => stage.close());

  it('is what runs here, and knows the tests that are left out', async () => {
    expect((await stage.terraform('.', 'version')).stdout).toMatch(/^OpenTofu v/);
    expect(tests).toEqual(expect.arrayContaining(Object.keys(LEFT_OUT)));
  });

  it.each(every)('finds %s valid, and it passes its own tests', async (folder) => {
    const init = await stage.terraform(folder, 'init', '-backend=false', '-no-color');
    expect(init.exitCode, init.output).toBe(0);
    expect(JSON.parse((await stage.terraform(folder, 'validate', '-json')).stdout)).toMatchObject({ valid: true, error_count: 0, warning_count: 0 });
    const { exitCode, output } = await stage.terraform(folder, 'test', '-no-color');
    expect(exitCode, output).toBe(0);
    expect(output).toMatch(/^Success! [1-9]\d* passed, 0 failed\.$/m);
  });

  it('takes the sources of both stacks as they are, with their tests beside them, when it is told not to read those', async () => {
    const untouched = await openStage(realTool('tofu'));
    try {
      for (const folder of ['platform', 'tenant']) {
        const { exitCode, output } = await untouched.terraform(folder, 'init', '-backend=false', '-no-color', '-test-directory=none');
        expect(exitCode, output).toBe(0);
      }
    } finally {
      await untouched.close();
    }
  });
});
