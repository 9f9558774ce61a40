import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';
import type { SandboxClock } from '../../src/sandbox/clock.js';
import type { SandboxCloud } from '../../src/sandbox/cloud/index.js';
import { kubeconfigFor, SandboxCluster, startKubernetesDoor } from '../../src/sandbox/kubernetes-door/index.js';
import { Terraform, type TerraformOptions } from '../../src/terraform/driver.js';
import type { TerraformMessage } from '../../src/terraform/messages.js';
import { openWorkspace, type Workspace } from '../../src/terraform/workspace.js';
import { SandboxClock as Clock } from '../../src/sandbox/clock.js';
import { startTestProvider } from './provider.js';

export const REPOSITORY = fileURLToPath(new URL('../..', import.meta.url));
/** The terraform that the tests drive: the one on PATH. */
export const TERRAFORM_NAME = 'terraform';

export interface TerraformBed {
  cloud: SandboxCloud;
  cluster: SandboxCluster;
  folder: string;
  kubeconfig: string;
  workspace: Workspace;
  messages: TerraformMessage[];
  env: Record<string, string>;
  /** The driver on the workspace, or on another one. */
  terraform(options?: Partial<TerraformOptions> & { workspace?: Workspace }): Terraform;
  /** A second copy of the tenant stack, as another operator has it. */
  anotherWorkspace(): Promise<Workspace>;
  /** Calls the cluster's API. */
  call(path: string, init?: RequestInit): Promise<Response>;
}

/** The backend's settings for tenant acme. */
export const BACKEND = { namespace: 'ionos-tenants-system', secret_suffix: 'acme-state' };
export const VARIABLES = { name: 'acme', platform: 'main', location: 'de/fra', isolation: 'namespace' };

/** The real terraform on the tenant stack, in front of a sandbox cloud, with its state in a sandbox cluster. Closed when the test has finished. */
export const openTerraformBed = async (clock: SandboxClock = Clock.immediate()): Promise<TerraformBed> => {
  const folder = await mkdtemp(join(tmpdir(), 'driver-'));
  const provider = await startTestProvider({ clock });
  const cluster = new SandboxCluster({ id: 'cluster-1', clock: Clock.immediate(), addressPool: provider.cloud.addresses });
  const door = await startKubernetesDoor(cluster);
  onTestFinished(async () => {
    await door.close();
    await provider.close();
    await rm(folder, { recursive: true, force: true });
  });
  const kubeconfig = join(folder, 'kubeconfig');
  await writeFile(kubeconfig, kubeconfigFor(door.url), { mode: 0o600 });
  const call = (path: string, init: RequestInit = {}): Promise<Response> => fetch(`${door.url}${path}`, { ...init, headers: { 'content-type': 'application/json' } });
  await call('/api/v1/namespaces', { method: 'POST', body: JSON.stringify({ metadata: { name: BACKEND.namespace } }) });
  const workspace = await openWorkspace(REPOSITORY, join(folder, 'acme'), 'tenant');
  const messages: TerraformMessage[] = [];
  const env = { PATH: process.env.PATH ?? '', HOME: folder, KUBE_CONFIG_PATH: kubeconfig, ...provider.env };
  return {
    cloud: provider.cloud,
    cluster,
    folder,
    kubeconfig,
    workspace,
    messages,
    env,
    call,
    anotherWorkspace: () => openWorkspace(REPOSITORY, join(folder, 'elsewhere'), 'tenant'),
    terraform: ({ workspace: other, ...options } = {}) =>
      new Terraform(other ?? workspace, { path: TERRAFORM_NAME, env, pluginCache: join(folder, 'plugins'), onMessage: (message) => messages.push(message), ...options }),
  };
};
