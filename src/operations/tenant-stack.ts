import { join } from 'node:path';
import type { Cluster } from '../cluster/client.js';
import { heldStateLock } from '../cluster/state-lock.js';
import { stateSuffix, SYSTEM_NAMESPACE } from '../tenant/resource-names.js';
import type { RunContext, Tools } from './context.js';
import { openStack, type Look, type StackRun } from './terraform-run.js';

/** Folder of a tenant's terraform workspace, under the state folder. */
export const tenantWorkFolder = (platform: string, tenant: string): string => join('tenants', platform, tenant);

export interface TenantStackOptions {
  platform: { name: string; cluster: Cluster; kubeconfig: string };
  tenant: string;
  tools: Tools;
  /** Task path under which resources are shown. */
  task: string;
  /** Task path under which it says what it prepares and plans. */
  planTask: string;
  /** Set where it is only looked. */
  look?: Look | undefined;
  /** Milliseconds that the cloud may take for one object. */
  objectMs?: number | undefined;
}

/** terraform on a tenant's stack, with its state in the platform's cluster. */
export const openTenantStack = (context: RunContext, { platform, tenant, tools, task, planTask, look, objectMs }: TenantStackOptions): Promise<StackRun> =>
  openStack(context, {
    stack: 'tenant',
    folder: tenantWorkFolder(platform.name, tenant),
    task,
    planTask,
    tools,
    kubeconfig: platform.kubeconfig,
    backend: { namespace: SYSTEM_NAMESPACE, secret_suffix: stateSuffix(tenant) },
    look,
    objectMs,
    heldLock: () => heldStateLock(platform.cluster, tenant),
  });
