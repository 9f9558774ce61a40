import { hasSharedPool, protectedNetworks } from '../cluster/facts.js';
import { replaceBrokenPods } from '../cluster/broken-pods.js';
import { waitForRollout } from '../cluster/rollout.js';
import { alreadyShown } from '../engine/listr-renderer.js';
import { logLinesOf } from '../engine/log-lines.js';
import { CancelledError } from '../engine/interrupts.js';
import { runTasks, task, type Task } from '../engine/task-list.js';
import { gatewayValues, modelGatewayValues, openwebuiValues, tenantValues, wordpressValues, type TenantFacts } from '../helm/values.js';
import { usesCloud } from '../tenant/address-source.js';
import type { PlatformPreset } from '../tenant/preset.js';
import { modelGatewayRelease, namespaceOf, releaseNames, type ReleaseName } from '../tenant/resource-names.js';
import { describeBytes, describeCores, parseBytes, parseMillicores } from '../tenant/quantities.js';
import { quotaOf } from '../tenant/sizing.js';
import { applyRelease } from './apply-release.js';
import { holdModelGateway } from './hold-model-gateway.js';
import { cellOf, homeOf, prefixOf, sameWords, type Onboarding } from './onboarding.js';
import { modelsUrlOf } from './models-url.js';
import { openHelm } from './open-helm.js';
import { ensureModelGatewaySecrets, ensureTenantSecrets, readModelToken } from './tenant-secrets.js';

/** A task by its path below the operation, and as it is called: what is logged, or tried again, is shown there. */
interface Place {
  id: string;
  title: string;
}

/** Says that something is tried again, and why. */
const retryOf = (run: Onboarding, { id, title }: Place) => (detail: string): void => run.context.bus.emit({ type: 'task', task: `${prefixOf(run)}/${id}`, title, state: 'retrying', detail });

/** Brings one release to its values, and says so when that repaired something. */
export const release = async (run: Onboarding, place: Place, name: ReleaseName, values: Record<string, unknown>): Promise<boolean> => {
  const helm = openHelm(run.context, run.folder, run.tools, cellOf(run).kubeconfig, `${prefixOf(run)}/${place.id}`);
  const outcome = await applyRelease({ cluster: cellOf(run).cluster, helm, packageRoot: run.context.packageRoot, signal: run.context.interrupts.signal, onRetry: retryOf(run, place) }, name, values);
  if (outcome.repaired !== undefined) run.context.bus.emit({ type: 'notice', level: 'info', message: `${outcome.repaired}; repaired` });
  if (outcome.putBack !== undefined) run.context.bus.emit({ type: 'notice', level: 'warning', message: outcome.putBack });
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
  exceptCidrs: await protectedNetworks(cellOf(run).cluster, run.nodes),
  checksums: run.checksums,
  hasSharedPool: hasSharedPool(run.nodes),
});

export const guardRailsTask: Task<Onboarding> = task('guard-rails', 'Guard rails', async (run, self) => {
  const quota = quotaOf(run.preset, run.tenant);
  const facts = await factsOf(run);
  const changed = await release(run, { id: 'guard-rails', title: 'Guard rails' }, releaseNames(run.tenant.name).guardRails, tenantValues(run.tenant, run.preset, facts, { ...quota }));
  const namespace = namespaceOf(run.tenant.name);
  // Only for the words: what cannot be counted must not fail anything.
  const policies = await cellOf(run).cluster.networking.listNamespacedNetworkPolicy({ namespace }).then(({ items }) => `${items.length} policies, `, () => '');
  self.output = `namespace ${namespace}, ${policies}${describeCores(parseMillicores(quota.cpu))} / ${describeBytes(parseBytes(quota.memory))}${changed ? '' : `, ${sameWords(run)}`}`;
});

export const secretsTask: Task<Onboarding> = task('secrets', 'Secrets', async (run, self) => {
  const secrets = await ensureTenantSecrets(cellOf(run).cluster, run.tenant.name, run.context.redactor);
  run.checksums = secrets.checksums;
  if (secrets.changed) run.changed = true;
  self.output = secrets.changed ? 'made once, kept in the cluster' : sameWords(run);
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
    const place: Place = { id: `applications/${id}`, title };
    const path = `${prefixOf(run)}/${place.id}`;
    const lines = logLinesOf(run.context.bus, path);
    const where = name(run);
    const signal = AbortSignal.any([run.context.interrupts.signal, others.signal]);
    const apply = async (): Promise<boolean> => release(run, place, where, await values(run, await factsOf(run)));
    const say = (words: string): void => {
      self.output = words;
    };
    const changed = where === modelGatewayRelease ? await holdModelGateway(cellOf(run).cluster, { context: run.context, tenant: run.tenant.name, ownCell: run.ownCell, signal, say }, apply) : await apply();
    self.output = 'waiting for pods';
    for (const app of apps.filter(({ kind }) => kind === 'StatefulSet')) {
      const { replaced, starting } = await replaceBrokenPods(cellOf(run).cluster, where.namespace, app.name, signal);
      if (replaced.length > 0) run.context.bus.emit({ type: 'notice', level: 'info', message: `${replaced.join(', ')} had not come up with earlier settings; replaced` });
      if (starting.length > 0) run.context.bus.emit({ type: 'notice', level: 'info', message: `${starting.join(', ')} still starts with earlier settings, and may be changing its data for a new version: it is let finish, then replaced` });
    }
    await waitForRollout(cellOf(run).cluster, {
      namespace: where.namespace,
      apps,
      signal,
      timeoutMs: run.input.timeoutMs,
      onPod: (pod, gone) => {
        run.context.bus.emit({ type: 'pod', task: path, pod, gone });
        if (!gone && pod.reason !== '') self.output = `${pod.name}: ${pod.reason}`;
      },
      onLine: (pod, container, line) => lines.write(line, `${pod}/${container}`),
      onConnection: (lost) => {
        if (lost === undefined) self.output = 'waiting for pods';
        else retryOf(run, place)(`connection to the cluster lost, what is shown is old: ${lost}`);
      },
    });
    lines.end();
    self.output = changed ? 'ready' : `ready, ${sameWords(run)}`;
  }));

/** A tenant's own model gateway gets the platform's token, where none was given: it is the contract's, and no tenant can reach it in either. */
const modelTokenOf = async (run: Onboarding): Promise<string | undefined> => {
  if (run.input.modelToken !== undefined || !run.ownCell) return run.input.modelToken;
  const token = await readModelToken(homeOf(run));
  if (token !== undefined) run.context.redactor.register(token);
  return token;
};

/** What the contract may ask for is everybody's: a gateway that serves one tenant lets no more through than that tenant's share. */
const modelGatewayOf = ({ platformPreset, ownCell }: Onboarding): PlatformPreset => {
  const { modelGateway } = platformPreset;
  return ownCell ? { ...platformPreset, modelGateway: { ...modelGateway, ratePerSecond: modelGateway.tenantRatePerSecond, burst: modelGateway.tenantBurst } } : platformPreset;
};

export const applicationsTask = (withModels: boolean): Task<Onboarding> =>
  task('applications', 'Applications', async (run) => {
    const others = new Others();
    const applications = [
      ...(withModels
        ? [
            applicationTask('models', 'Model gateway', () => modelGatewayRelease, [{ name: 'model-gateway', kind: 'Deployment' }], async (run, facts) => {
              const secrets = await ensureModelGatewaySecrets(cellOf(run).cluster, run.tenant.name, await modelTokenOf(run));
              if (secrets.changed) run.changed = true;
              return modelGatewayValues(modelGatewayOf(run), facts, await modelsUrlOf(run), secrets.checksum);
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
