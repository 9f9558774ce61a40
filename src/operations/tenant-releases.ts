import { protectedNetworks } from '../cluster/facts.js';
import { replaceBrokenPods } from '../cluster/broken-pods.js';
import { waitForRollout } from '../cluster/rollout.js';
import { alreadyShown } from '../engine/listr-renderer.js';
import { CancelledError } from '../engine/interrupts.js';
import { runTasks, task, type Task } from '../engine/task-list.js';
import type { Helm } from '../helm/driver.js';
import { gatewayValues, modelGatewayValues, openwebuiValues, tenantValues, wordpressValues, type TenantFacts } from '../helm/values.js';
import { usesCloud } from '../tenant/address-source.js';
import { modelGatewayRelease, namespaceOf, POOL_LABEL, releaseNames, SHARED_POOL, type ReleaseName } from '../tenant/resource-names.js';
import { quotaOf } from '../tenant/sizing.js';
import { applyRelease } from './apply-release.js';
import { clusterOf, prefixOf, type Onboarding } from './onboarding.js';
import { openHelm } from './open-helm.js';
import { ensureModelGatewaySecrets, ensureTenantSecrets } from './tenant-secrets.js';

const helmOf = (run: Onboarding): Helm => openHelm(run.context, run.folder, run.tools, run.platform?.kubeconfig ?? '');

/** Brings one release to its values, and says so when that repaired something. */
export const release = async (run: Onboarding, name: ReleaseName, values: Record<string, unknown>): Promise<boolean> => {
  const outcome = await applyRelease({ cluster: clusterOf(run), helm: helmOf(run), packageRoot: run.context.packageRoot }, name, values);
  if (outcome.repaired !== undefined) run.context.bus.emit({ type: 'notice', level: 'info', message: `${outcome.repaired}; repaired` });
  if (outcome.changed) run.changed = true;
  return outcome.changed;
};

/** What the charts need to know of the platform and of what was made so far. */
export const factsOf = async (run: Onboarding): Promise<TenantFacts> => ({
  addresses: run.platform?.addresses ?? 'ip-block',
  // On a trial cluster nobody asks for an address, so that none must stand in the values either.
  ip: run.platform && !usesCloud(run.platform.addresses) ? '' : run.ip,
  endpoints: run.endpoints,
  storageClass: run.storageClass,
  dns: run.dns,
  exceptCidrs: await protectedNetworks(clusterOf(run), run.nodes),
  checksums: run.checksums,
  hasSharedPool: run.nodes.some((node) => node.labels[POOL_LABEL] === SHARED_POOL),
});

export const guardRailsTask: Task<Onboarding> = task('guard-rails', 'Guard rails', async (run, self) => {
  const quota = quotaOf(run.preset, run.tenant);
  const facts = await factsOf(run);
  const changed = await release(run, releaseNames(run.tenant.name).guardRails, tenantValues(run.tenant, run.preset, facts, { ...quota }));
  self.output = `namespace ${namespaceOf(run.tenant.name)}, ${quota.cpu} cores / ${quota.memory}${changed ? '' : ', unchanged'}`;
});

export const secretsTask: Task<Onboarding> = task('secrets', 'Secrets', async (run, self) => {
  const secrets = await ensureTenantSecrets(clusterOf(run), run.tenant.name, run.context.redactor);
  run.checksums = secrets.checksums;
  if (secrets.changed) run.changed = true;
  self.output = secrets.changed ? 'made once, kept in the cluster' : 'unchanged';
});

/**
 * What applications that are installed side by side know of each other: when one fails, the others stop waiting for their pods, but a
 * running helm is let finish. The first failure is the one that counts.
 */
class Others {
  private readonly stop = new AbortController();
  private readonly failures: unknown[] = [];
  readonly signal = this.stop.signal;

  async together(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      this.failures.push(error);
      this.stop.abort(new CancelledError());
      throw error;
    }
  }

  throwFirst(): void {
    const [first] = this.failures;
    if (first instanceof Error) alreadyShown.add(first);
    if (this.failures.length > 0) throw first;
  }
}

/** One release with its pods: applied, then watched until they are ready. */
const applicationTask = (
  id: string,
  title: string,
  name: (run: Onboarding) => ReleaseName,
  apps: { name: string; kind: 'Deployment' | 'StatefulSet' }[],
  values: (run: Onboarding, facts: TenantFacts) => Promise<Record<string, unknown>>,
): ((others: Others) => Task<Onboarding>) => (others) =>
  task(id, title, async (run, self) => others.together(async () => {
    const path = `${prefixOf(run)}/applications/${id}`;
    const where = name(run);
    const changed = await release(run, where, await values(run, await factsOf(run)));
    self.output = 'waiting for pods';
    const signal = AbortSignal.any([run.context.interrupts.signal, others.signal]);
    for (const app of apps.filter(({ kind }) => kind === 'StatefulSet')) {
      const replaced = await replaceBrokenPods(clusterOf(run), where.namespace, app.name, signal);
      if (replaced.length > 0) run.context.bus.emit({ type: 'notice', level: 'info', message: `${replaced.join(', ')} had not come up with earlier settings; replaced` });
    }
    await waitForRollout(clusterOf(run), {
      namespace: where.namespace,
      apps,
      signal,
      timeoutMs: run.input.timeoutMs,
      onPod: (pod, gone) => {
        run.context.bus.emit({ type: 'pod', task: path, pod, gone });
        if (!gone && pod.reason !== '') self.output = `${pod.name}: ${pod.reason}`;
      },
    });
    self.output = changed ? 'ready' : 'ready, unchanged';
  }));

export const applicationsTask = (withModels: boolean): Task<Onboarding> =>
  task('applications', 'Applications', async (run) => {
    const others = new Others();
    const applications = [
      ...(withModels
        ? [
            applicationTask('models', 'Model gateway', () => modelGatewayRelease, [{ name: 'model-gateway', kind: 'Deployment' }], async (run, facts) => {
              const secrets = await ensureModelGatewaySecrets(clusterOf(run), run.tenant.name, run.input.modelToken);
              if (secrets.changed) run.changed = true;
              return modelGatewayValues(run.platformPreset, facts, run.input.modelsUrl, secrets.checksum);
            }),
          ]
        : []),
      applicationTask(
        'wordpress',
        'WordPress',
        (run) => releaseNames(run.tenant.name).wordpress,
        [
          { name: 'mariadb', kind: 'StatefulSet' },
          { name: 'wordpress', kind: 'Deployment' },
        ],
        async (run, facts) => wordpressValues(run.tenant, run.preset, facts),
      ),
      applicationTask('openwebui', 'Open WebUI', (run) => releaseNames(run.tenant.name).openwebui, [{ name: 'openwebui', kind: 'StatefulSet' }], async (run, facts) => openwebuiValues(run.tenant, run.preset, facts)),
      applicationTask('gateway', 'Gateway', (run) => releaseNames(run.tenant.name).gateway, [{ name: 'gateway', kind: 'Deployment' }], async (run, facts) => gatewayValues(run.tenant, run.preset, facts)),
    ];
    // Not as subtasks: listr2 would go on at the first failure, while a helm beside it still runs.
    const tasks = applications.map((application) => ({ ...application(others), exitOnError: false }));
    await runTasks(tasks, run, { bus: run.context.bus, prefix: `${prefixOf(run)}/applications`, concurrent: true });
    others.throwFirst();
  });
