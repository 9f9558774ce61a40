import { writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { SandboxClock } from '../../src/sandbox/clock.js';
import { kubeconfigFor, SandboxCluster, startKubernetesDoor } from '../../src/sandbox/kubernetes-door/index.js';
import type { KubernetesDoor } from '../../src/sandbox/kubernetes-door/index.js';
import { shellBlocks } from '../support/readme.js';
import { cleanEnvironment, runTool } from '../support/tool.js';
import { left } from './stack.js';
import { openStage } from './stage.js';
import type { Stage } from './stage.js';

let stage: Stage;
let door: KubernetesDoor;
beforeAll(async () => {
  stage = await openStage();
  door = await startKubernetesDoor(new SandboxCluster({ id: 'c1', clock: SandboxClock.immediate(), addressPool: stage.cloud.addresses }));
});
afterAll(async () => {
  await door.close();
  await stage.close();
});

it('the commands of terraform/README.md make a platform and a tenant’s address, and a destroy leaves nothing', async () => {
  const folder = dirname(stage.root);
  const kubeconfig = join(folder, 'kubeconfig');
  await writeFile(kubeconfig, kubeconfigFor(door.url));
  await writeFile(join(folder, 'empty.tfrc'), '');
  const env = cleanEnvironment({ ...stage.env, TF_CLI_CONFIG_FILE: join(folder, 'empty.tfrc'), TF_INPUT: '0', TF_IN_AUTOMATION: '1', CHECKPOINT_DISABLE: '1', KUBE_CONFIG_PATH: kubeconfig });
  const bash = async (cwd: string, script: string): Promise<string> => {
    const { exitCode, stdout, stderr } = await runTool('bash', ['-euo', 'pipefail', '-c', script], { cwd, env });
    expect(exitCode, `${stdout}${stderr}`).toBe(0);
    return stdout;
  };

  const output = await bash(folder, shellBlocks('terraform/README.md', 'By hand').join('\n'));
  const [block] = Object.values(stage.cloud.snapshot().ipBlocks).filter(({ properties }) => properties.name === 'ionos-tenants-starter-acme');
  expect(output.trim().endsWith(block?.properties.ips[0] ?? 'an address')).toBe(true);
  expect(Object.values(stage.cloud.snapshot().clusters).map(({ properties }) => properties.name)).toEqual(['ionos-tenants-starter']);

  await bash(join(folder, 'by-hand/tenant'), 'terraform destroy -auto-approve -var-file examples/namespace.tfvars -var "datacenter_id=$(terraform -chdir=../platform output -raw datacenter_id)"');
  await bash(join(folder, 'by-hand/platform'), 'terraform destroy -auto-approve -var-file examples/starter.tfvars');
  expect(left(stage)).toEqual([]);
});
