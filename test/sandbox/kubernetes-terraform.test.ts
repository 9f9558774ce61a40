import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { openDoor } from '../support/cluster.js';
import type { TestDoor } from '../support/cluster.js';
import { cleanEnvironment, runTool } from '../support/tool.js';
import type { ToolResult } from '../support/tool.js';

const CONFIGURATION = `
terraform {
  backend "kubernetes" {}
}
variable "word" {
  default = "first"
}
resource "terraform_data" "this" {
  input = var.word
}
`;
const NAMESPACE = 'ionos-tenants-system';
const LOCK = 'lock-tfstate-default-acme-state';
const STATE = 'tfstate-default-acme-state';

describe("terraform's kubernetes backend", () => {
  let bed: TestDoor;
  let folder: string;

  const terraform = (...args: string[]): Promise<ToolResult> =>
    runTool('terraform', [...args, '-no-color'], {
      cwd: folder,
      env: cleanEnvironment({ KUBE_CONFIG_PATH: bed.kubeconfig, TF_CLI_CONFIG_FILE: join(folder, 'none.tfrc'), TF_INPUT: '0', CHECKPOINT_DISABLE: '1' }),
    });
  const storedState = (): { serial: number; resources: unknown[] } => {
    const data = bed.cluster.store.get('Secret', NAMESPACE, STATE)['data'].tfstate as string;
    return JSON.parse(gunzipSync(Buffer.from(data, 'base64')).toString()) as { serial: number; resources: unknown[] };
  };

  beforeAll(async () => {
    bed = await openDoor();
    folder = await mkdtemp(join(tmpdir(), 'terraform-backend-'));
    await writeFile(join(folder, 'main.tf'), CONFIGURATION);
    await writeFile(join(folder, 'none.tfrc'), '');
    await bed.kubectl(['create', 'namespace', NAMESPACE]);
    expect(await terraform('init', `-backend-config=namespace=${NAMESPACE}`, '-backend-config=secret_suffix=acme-state')).toMatchObject({ exitCode: 0 });
  });
  afterAll(async () => {
    await rm(folder, { recursive: true, force: true });
    await bed.close();
  });

  it('keeps the state in a Secret and gives the lock back', async () => {
    expect(await terraform('apply', '-auto-approve')).toMatchObject({ exitCode: 0 });
    expect(storedState().resources).toHaveLength(1);
    expect(bed.cluster.store.get('Lease', NAMESPACE, LOCK).spec.holderIdentity ?? '').toBe('');
    expect((await terraform('state', 'list')).stdout).toBe('terraform_data.this\n');
  });

  it('has nothing to do the second time, and something after a change', async () => {
    expect(await terraform('plan', '-detailed-exitcode')).toMatchObject({ exitCode: 0 });
    expect(await terraform('plan', '-detailed-exitcode', '-var=word=second', '-out=plan')).toMatchObject({ exitCode: 2 });
    expect(await terraform('apply', 'plan')).toMatchObject({ exitCode: 0 });
    expect(await terraform('plan', '-detailed-exitcode', '-var=word=second')).toMatchObject({ exitCode: 0 });
  });

  it('refuses to write while somebody else holds the lock', async () => {
    bed.cluster.store.mutate('Lease', NAMESPACE, LOCK, (draft) => {
      draft.spec.holderIdentity = 'someone-else';
      draft.metadata.annotations = { 'app.terraform.io/lock-info': JSON.stringify({ ID: 'someone-else', Who: 'anna@laptop', Operation: 'OperationTypeApply' }) };
    });
    const result = await terraform('apply', '-auto-approve', '-lock-timeout=0s');
    expect(result.exitCode).toBe(1);
    expect(result.stderr).toMatch(/Error acquiring the state lock[\s\S]*anna@laptop/);
    expect(await terraform('force-unlock', '-force', 'someone-else')).toMatchObject({ exitCode: 0 });
    expect(await terraform('destroy', '-auto-approve')).toMatchObject({ exitCode: 0 });
    expect(storedState().resources).toEqual([]);
  });
});
