import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { SandboxClock } from '../../src/sandbox/clock.js';
import { kubeconfigFor, SandboxCluster, startKubernetesDoor } from '../../src/sandbox/kubernetes-door/index.js';
import type { KubernetesDoor } from '../../src/sandbox/kubernetes-door/index.js';
import { runTerraform } from '../support/terraform.js';
import { openStage } from './stage.js';
import type { Stage } from './stage.js';

const NAMESPACE = 'ionos-tenants-system';

let stage: Stage;
let cluster: SandboxCluster;
let door: KubernetesDoor;
beforeEach(async () => {
  stage = await openStage();
  cluster = new SandboxCluster({ id: 'c1', clock: SandboxClock.immediate(), addressPool: stage.cloud.addresses });
  door = await startKubernetesDoor(cluster);
});
afterEach(async () => {
  await door.close();
  await stage.close();
});

const get = async (path: string): Promise<Response> => fetch(`${door.url}${path}`);

it("keeps a tenant's state in a Secret of the platform's cluster", async () => {
  const made = await fetch(`${door.url}/api/v1/namespaces`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: NAMESPACE } }),
  });
  expect(made.status).toBe(201);
  const kubeconfig = join(stage.root, 'kubeconfig');
  await writeFile(kubeconfig, kubeconfigFor(door.url));
  const terraform = async (...args: string[]): Promise<string> => {
    const result = await runTerraform(args, { cwd: join(stage.root, 'tenant'), env: { ...stage.env, KUBE_CONFIG_PATH: kubeconfig } });
    expect(result.exitCode, `${args.join(' ')}\n${result.stdout}${result.stderr}`).toBe(0);
    return result.stdout;
  };

  await terraform('init', '-no-color', `-backend-config=namespace=${NAMESPACE}`, '-backend-config=secret_suffix=acme-state');
  // What the backend remembers on disk names the state's place, and nothing that opens it.
  expect(await readFile(join(stage.root, 'tenant/.terraform/terraform.tfstate'), 'utf8')).not.toContain(door.url);
  const inputs = ['-var=name=acme', '-var=platform=starter', '-var=location=de/txl'];
  await terraform('apply', '-no-color', '-auto-approve', ...inputs);
  expect((await get(`/api/v1/namespaces/${NAMESPACE}/secrets/tfstate-default-acme-state`)).status).toBe(200);
  await terraform('plan', '-no-color', '-detailed-exitcode', ...inputs);
  const outputs = JSON.parse(await terraform('output', '-json')) as { ipblock_id: { value: string } };
  expect(Object.keys(stage.cloud.snapshot().ipBlocks)).toEqual([outputs.ipblock_id.value]);

  await terraform('destroy', '-no-color', '-auto-approve', ...inputs);
  expect(Object.keys(stage.cloud.snapshot().ipBlocks)).toEqual([]);
  const answer = await get(`/apis/coordination.k8s.io/v1/namespaces/${NAMESPACE}/leases/lock-tfstate-default-acme-state`);
  expect(answer.status).toBe(200);
  const lease = (await answer.json()) as { spec?: { holderIdentity?: string | null } };
  expect(lease.spec?.holderIdentity ?? null).toBeNull();
});
