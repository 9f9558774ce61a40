import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import type { SandboxCloud } from '../../src/sandbox/cloud/index.js';
import type { Kind } from '../../src/sandbox/cloud/types.js';
import { HeldClock, startTestProvider } from '../support/provider.js';
import { errorsOf, makeWorkspace, mustTerraform, PROVIDER_BLOCKS, runTerraform, startTerraform } from '../support/terraform.js';
import type { Workspace } from '../support/terraform.js';

const CLUSTER = `
resource "ionoscloud_k8s_cluster" "this" {
  name = "slow"
}
`;

const BLOCK = `
resource "ionoscloud_ipblock" "this" {
  location = "de/txl"
  size     = 1
}
`;

const created = (cloud: SandboxCloud, kind: Kind): Promise<void> =>
  new Promise((resolve) => {
    const stop = cloud.onChange((change) => {
      if (change.kind !== kind || change.event !== 'created') return;
      stop();
      resolve();
    });
  });

const exists = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );

describe('an apply that is interrupted', () => {
  const cleanUps: (() => Promise<void>)[] = [];
  afterEach(async () => {
    for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
  });

  const start = async () => {
    const clock = new HeldClock();
    const provider = await startTestProvider({ clock });
    cleanUps.push(provider.close);
    const workspace = async (body: string): Promise<Workspace> => {
      const made = await makeWorkspace({ 'main.tf': PROVIDER_BLOCKS + body });
      cleanUps.push(made.remove);
      await mustTerraform(['init'], { cwd: made.cwd, env: provider.env });
      return made;
    };
    return { clock, provider, workspace };
  };

  it('ends with the object remembered, no lock left, and the cloud going on', async () => {
    const { clock, provider, workspace } = await start();
    const { cwd } = await workspace(CLUSTER);
    const options = { cwd, env: provider.env };
    const begun = created(provider.cloud, 'clusters');
    const run = await startTerraform(['apply', '-json', '-auto-approve'], options);
    await begun;
    expect(await exists(join(cwd, '.terraform.tfstate.lock.info'))).toBe(true);
    run.child.kill('SIGINT');
    const result = await run.finished;

    expect(result.exitCode).toBe(1);
    expect(errorsOf(result).join('\n')).toContain('interrupted');
    expect(await exists(join(cwd, '.terraform.tfstate.lock.info'))).toBe(false);
    const [cluster] = provider.cloud.clusters.list();
    expect(cluster?.metadata.state).toBe('DEPLOYING');
    expect((await mustTerraform(['state', 'show', '-no-color', 'ionoscloud_k8s_cluster.this'], options)).stdout).toContain(cluster?.id);

    clock.release();
    await provider.cloud.settled('clusters', cluster?.id ?? '');
    expect(provider.cloud.clusters.get(cluster?.id ?? '').metadata.state).toBe('ACTIVE');
    await mustTerraform(['untaint', 'ionoscloud_k8s_cluster.this'], options);
    expect((await runTerraform(['plan', '-detailed-exitcode'], options)).exitCode).toBe(0);
  });

  it('does not disturb the apply of another terraform', async () => {
    const { clock, provider, workspace } = await start();
    const [first, second] = [await workspace(CLUSTER), await workspace(BLOCK)];
    const bothBegun = Promise.all([created(provider.cloud, 'clusters'), created(provider.cloud, 'ipBlocks')]);
    const interrupted = await startTerraform(['apply', '-json', '-auto-approve'], { cwd: first.cwd, env: provider.env });
    const other = await startTerraform(['apply', '-json', '-auto-approve'], { cwd: second.cwd, env: provider.env });
    await bothBegun;
    interrupted.child.kill('SIGINT');
    expect((await interrupted.finished).exitCode).toBe(1);
    clock.release();
    const result = await other.finished;
    expect(errorsOf(result)).toEqual([]);
    expect(result.exitCode).toBe(0);
  });

  it('leaves the door open for the next one when terraform is killed', async () => {
    const { clock, provider, workspace } = await start();
    const { cwd } = await workspace(BLOCK);
    const begun = created(provider.cloud, 'ipBlocks');
    const run = await startTerraform(['apply', '-json', '-auto-approve'], { cwd, env: provider.env });
    await begun;
    run.child.kill('SIGKILL');
    await run.finished;
    clock.release();
    const next = await workspace(BLOCK);
    await mustTerraform(['apply', '-auto-approve'], { cwd: next.cwd, env: provider.env });
    expect(provider.cloud.ipBlocks.list()).toHaveLength(2);
  });
});
