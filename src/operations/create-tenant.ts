import { hostname, userInfo } from 'node:os';
import { join } from 'node:path';
import { chooseStorageClass, discoverDns, protectedNetworks, readNodes } from '../cluster/facts.js';
import { announcedUrls, addressOf, answers, probe } from '../cluster/endpoint.js';
import { takeLease, type HeldLease } from '../cluster/lease.js';
import { orUndefined } from '../cluster/client.js';
import { updateTenant, type HistoryEntry, type Phase, type TenantRecord } from '../cluster/registry.js';
import { waitForRollout } from '../cluster/rollout.js';
import { InstallerError } from '../engine/errors.js';
import type { EndpointView, PlannedChange, TenantResult } from '../engine/events.js';
import { CancelledError, sleep } from '../engine/interrupts.js';
import { runTasks, task, type Task } from '../engine/task-list.js';
import { Helm } from '../helm/driver.js';
import { gatewayValues, modelGatewayValues, openwebuiValues, tenantValues, wordpressValues, type TenantFacts } from '../helm/values.js';
import { isDocumentationAddress } from '../tenant/cidr.js';
import { endpointsOf, isEncrypted } from '../tenant/endpoints.js';
import { modelGatewayRelease, MODELS_NAMESPACE, namespaceOf, releaseNames, stateSuffix, SYSTEM_NAMESPACE, type ReleaseName } from '../tenant/resource-names.js';
import { quotaOf } from '../tenant/sizing.js';
import { GIB, MIB, parseBytes } from '../tenant/quantities.js';
import { refuseLosses } from '../terraform/protect.js';
import { closeWorkspace } from '../terraform/workspace.js';
import { applyRelease } from './apply-release.js';
import { baseToolEnvironment, openRunFolder, type RunContext } from './context.js';
import { estimateCosts, totalOf, type Costs } from './costs.js';
import { applyPlatform, planPlatform, type PlatformPlan } from './create-platform.js';
import { shakeHands } from './mcp-handshake.js';
import { clusterOf, type CreateTenantInput, type Onboarding } from './onboarding.js';
import { findPlatform, openIonos, openPlatform } from './open-platform.js';
import { ensureSystemNamespace, preflightChecks } from './preflight.js';
import { savePlatformState } from './platform-state.js';
import { ensureModelGatewaySecrets, ensureTenantSecrets } from './tenant-secrets.js';
import { openStack, summarise, type StackRun } from './terraform-run.js';

const PREFIX = 'onboard';
/** How long an answer of the endpoints is waited for, once all pods are ready. */
const ENDPOINTS_MS = 120_000;

const tenantVariables = (run: Onboarding): Record<string, unknown> => {
  const { tenant, preset, platform } = run;
  const own = preset.ownNodes;
  return {
    name: tenant.name,
    platform: run.input.platform.name,
    location: run.location,
    isolation: tenant.isolation,
    ...(tenant.isolation === 'node-pool' && platform
      ? {
          datacenter_id: platform.pools[0]?.datacenterId,
          cluster_id: platform.summary.id,
          k8s_version: platform.summary.k8sVersion,
          node_pool: {
            node_count: own.count,
            server_type: own.serverType,
            cores_count: own.cores,
            ram_size: parseBytes(own.memory) / MIB,
            storage_type: own.storageType,
            storage_size: parseBytes(own.storage) / GIB,
          },
        }
      : {}),
  };
};

const openTenantStack = (run: Onboarding): Promise<StackRun> =>
  openStack(run.context, {
    stack: 'tenant',
    folder: join('tenants', run.input.platform.name, run.tenant.name),
    task: `${PREFIX}/infrastructure`,
    tools: run.tools,
    kubeconfig: run.platform?.kubeconfig ?? '',
    backend: { namespace: SYSTEM_NAMESPACE, secret_suffix: stateSuffix(run.tenant.name) },
  });

interface TenantPlan {
  run: StackRun;
  changes: PlannedChange[];
}

const planTenant = async (run: Onboarding): Promise<TenantPlan> => {
  await ensureSystemNamespace(run);
  const stack = await openTenantStack(run);
  const { changes } = await stack.terraform.plan(tenantVariables(run));
  refuseLosses(changes);
  return { run: stack, changes };
};

/** Releases that a tenant consists of, as a plan shows them. */
const plannedReleases = (run: Onboarding): string[] => [
  ...(run.tenant.openwebui.models === 'none' ? [] : [`${MODELS_NAMESPACE}/${modelGatewayRelease.release}`]),
  ...Object.values(releaseNames(run.tenant.name)).map((name) => `${name.namespace}/${name.release}`),
];

/** Before the platform exists, terraform cannot be asked: these are what the tenant stack makes for namespace isolation. */
const EXPECTED: PlannedChange[] = [{ address: 'module.address.ionoscloud_ipblock.this', action: 'create' }];

const platformTask = (plan: PlatformPlan): Task<Onboarding> =>
  task('platform', 'Platform', async (run, self) => {
    const { name } = run.input.platform;
    await applyPlatform(plan);
    run.changed = true;
    const summary = await findPlatform(run.api, name);
    if (!summary) throw new InstallerError({ code: 'platform-missing', what: `the cluster of platform ${name} cannot be found after it was made`, next: ['Run the same command again.'] });
    run.platform = await openPlatform(run.context, run.folder, run.api, name, summary);
    const cluster = run.platform.cluster;
    await ensureSystemNamespace(run);
    await savePlatformState(run.context, cluster, name);
    [run.dns, run.storageClass, run.nodes] = await Promise.all([discoverDns(cluster), chooseStorageClass(cluster), readNodes(cluster)]);
    self.output = `${name}: ${run.nodes.length} nodes, Kubernetes ${summary.k8sVersion}, ${run.location}`;
  });

const infrastructureTask = (planned: () => Promise<TenantPlan>): Task<Onboarding> =>
  task('infrastructure', 'Infrastructure', async (run, self) => {
    const plan = await planned();
    if (plan.changes.length > 0) {
      await plan.run.terraform.apply();
      run.changed = true;
    }
    const outputs = await plan.run.terraform.outputs();
    await closeWorkspace(plan.run.workspace);
    run.ip = String(outputs.ip);
    run.endpoints = endpointsOf({ ip: run.ip, domains: { wordpress: run.tenant.wordpress.domain, openwebui: run.tenant.openwebui.domain } });
    self.output = `${plan.changes.length === 0 ? 'unchanged' : summarise(plan.changes).replaceAll(' to create', ' created').replaceAll(' to change', ' changed')}, IP ${run.ip}`;
  });

const helmOf = (run: Onboarding): Helm =>
  new Helm({
    tool: run.tools.helm,
    env: baseToolEnvironment(run.context.env),
    kubeconfig: run.platform?.kubeconfig ?? '',
    work: join(run.folder.path, 'helm'),
    signal: run.context.interrupts.signal,
  });

const release = async (run: Onboarding, name: ReleaseName, values: Record<string, unknown>): Promise<boolean> => {
  const outcome = await applyRelease({ cluster: clusterOf(run), helm: helmOf(run), packageRoot: run.context.packageRoot }, name, values);
  if (outcome.repaired !== undefined) run.context.bus.emit({ type: 'notice', level: 'info', message: `${outcome.repaired}; repaired` });
  if (outcome.changed) run.changed = true;
  return outcome.changed;
};

const factsOf = async (run: Onboarding): Promise<TenantFacts> => ({
  ip: run.ip,
  endpoints: run.endpoints,
  storageClass: run.storageClass,
  dns: run.dns,
  exceptCidrs: await protectedNetworks(clusterOf(run), run.nodes),
  checksums: run.checksums,
});

const guardRailsTask: Task<Onboarding> = task('guard-rails', 'Guard rails', async (run, self) => {
  const quota = quotaOf(run.preset, run.tenant);
  const facts = await factsOf(run);
  const changed = await release(run, releaseNames(run.tenant.name).guardRails, tenantValues(run.tenant, run.preset, facts, { ...quota }));
  self.output = `namespace ${namespaceOf(run.tenant.name)}, ${quota.cpu} cores / ${quota.memory}${changed ? '' : ', unchanged'}`;
});

const secretsTask: Task<Onboarding> = task('secrets', 'Secrets', async (run, self) => {
  const secrets = await ensureTenantSecrets(clusterOf(run), run.tenant.name, run.context.redactor);
  run.checksums = secrets.checksums;
  if (secrets.changed) run.changed = true;
  self.output = secrets.changed ? 'made once, kept in the cluster' : 'unchanged';
});

/** One release with its pods: applied, then watched until they are ready. */
const applicationTask = (
  id: string,
  title: string,
  name: (run: Onboarding) => ReleaseName,
  apps: { name: string; kind: 'Deployment' | 'StatefulSet' }[],
  values: (run: Onboarding, facts: TenantFacts) => Promise<Record<string, unknown>>,
): Task<Onboarding> =>
  task(id, title, async (run, self) => {
    const path = `${PREFIX}/applications/${id}`;
    const where = name(run);
    const changed = await release(run, where, await values(run, await factsOf(run)));
    self.output = 'waiting for pods';
    await waitForRollout(clusterOf(run), {
      namespace: where.namespace,
      apps,
      signal: run.context.interrupts.signal,
      timeoutMs: run.input.timeoutMs,
      onPod: (pod, gone) => {
        run.context.bus.emit({ type: 'pod', task: path, pod, gone });
        if (!gone && pod.reason !== '') self.output = `${pod.name}: ${pod.reason}`;
      },
    });
    self.output = changed ? 'ready' : 'ready, unchanged';
  });

const applicationsTask = (withModels: boolean): Task<Onboarding> =>
  task('applications', 'Applications', (_run, self) =>
    self.newListr(
      [
        ...(withModels
          ? [
              applicationTask('models', 'Model gateway', () => modelGatewayRelease, [{ name: 'model-gateway', kind: 'Deployment' }], async (run) => {
                const secrets = await ensureModelGatewaySecrets(clusterOf(run), run.tenant.name, run.input.modelToken);
                if (secrets.changed) run.changed = true;
                return modelGatewayValues(run.platformPreset, run.input.modelsUrl, secrets.checksum);
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
      ],
      { concurrent: true, exitOnError: true },
    ),
  );

const connectTask: Task<Onboarding> = task('connect', 'Connect', async (run, self) => {
  const namespace = namespaceOf(run.tenant.name);
  const set = await clusterOf(run).apps.readNamespacedStatefulSet({ name: 'openwebui', namespace });
  const image = set.spec?.template.spec?.containers[0]?.image ?? '';
  self.output = 'Open WebUI asks WordPress for its tools';
  const answer = await shakeHands(clusterOf(run), run.tenant.name, image, run.context.interrupts.signal);
  self.output = `${answer.tools ?? 0} WordPress tools in Open WebUI${answer.note === undefined ? '' : ` (${answer.note})`}`;
});

/** Waits for the load balancer's address, and for both applications to answer under their public URLs. */
const verifyTask: Task<Onboarding> = task('verify', 'Verify', async (run, self) => {
  const cluster = clusterOf(run);
  const { signal } = run.context.interrupts;
  const namespace = namespaceOf(run.tenant.name);
  const deadline = Date.now() + ENDPOINTS_MS;
  let views: Record<'wordpress' | 'openwebui', EndpointView> | undefined;
  let trouble = '';
  for (let pause = 100; ; pause = Math.min(2_000, pause * 2)) {
    const service = await orUndefined(cluster.core.readNamespacedService({ name: 'gateway', namespace }));
    const address = service && addressOf(service);
    const announced = service ? announcedUrls(service) : {};
    if (address === run.ip && isDocumentationAddress(address) && Object.keys(announced).length === 0) {
      // RFC 5737: such an address leads nowhere, so that asking it would only tell a stranger's router.
      trouble = `${address} is a documentation address, and its load balancer has not said where it answers`;
    } else if (address === run.ip) {
      run.endpoints = endpointsOf({ ip: run.ip, domains: { wordpress: run.tenant.wordpress.domain, openwebui: run.tenant.openwebui.domain }, announced });
      self.output = `${run.endpoints.wordpress}  ${run.endpoints.openwebui}`;
      const [wordpress, openwebui] = await Promise.all([probe(run.endpoints.wordpress, signal), probe(run.endpoints.openwebui, signal)]);
      views = { wordpress, openwebui };
      if (answers(wordpress) && answers(openwebui)) break;
      trouble = [wordpress, openwebui].filter((view) => !answers(view)).map((view) => `${view.url}: ${view.error ?? `HTTP ${view.status}`}`).join('; ');
    } else {
      trouble = `the load balancer has not got the address ${run.ip} yet`;
      self.output = trouble;
    }
    if (Date.now() > deadline) {
      throw new InstallerError({
        code: 'endpoints',
        what: 'the pods are ready, but the endpoints do not answer',
        why: trouble,
        next: [`Look closer: kubectl -n ${namespace} describe service gateway`, 'Then run the same command again.'],
      });
    }
    await sleep(pause, signal);
  }
  const costs = await estimateCosts(run.context.packageRoot, { preset: run.preset, spec: run.tenant }, run.platformPreset);
  run.result = tenantResult(run, views, costs);
  self.output = `${run.endpoints.wordpress}  ${run.endpoints.openwebui}`;
});

const tenantResult = (run: Onboarding, views: Record<'wordpress' | 'openwebui', EndpointView>, costs: Costs): TenantResult => ({
  name: run.tenant.name,
  platform: run.input.platform.name,
  namespace: namespaceOf(run.tenant.name),
  preset: run.tenant.preset,
  isolation: run.tenant.isolation,
  ip: run.ip,
  ipIsDocumentation: isDocumentationAddress(run.ip),
  endpoints: run.endpoints,
  http: {
    ...(views.wordpress.status === undefined ? {} : { wordpress: views.wordpress.status }),
    ...(views.openwebui.status === undefined ? {} : { openwebui: views.openwebui.status }),
  },
  encrypted: isEncrypted(run.endpoints),
  admins: { wordpress: run.tenant.wordpress.adminEmail, openwebui: run.tenant.openwebui.adminEmail },
  models: run.tenant.openwebui.models === 'none' ? 'none' : run.tenant.openwebui.models.join(', '),
  costEur30d: totalOf(costs.tenant),
});

const entry = (run: Onboarding, outcome: HistoryEntry['outcome'], elapsedMs?: number): HistoryEntry => ({
  at: new Date().toISOString(),
  operation: 'create',
  outcome,
  by: `${userInfo().username}@${hostname()}`,
  cliVersion: run.context.cliVersion,
  ...(elapsedMs === undefined ? {} : { elapsedMs }),
});

/** Writes the tenant's phase. A run that changed nothing leaves the registry byte for byte as it was. */
const record = (run: Onboarding, phase: Phase, outcome: HistoryEntry['outcome'], elapsedMs?: number): Promise<TenantRecord> =>
  updateTenant(clusterOf(run), run.tenant.name, (present) => {
    const now = new Date().toISOString();
    return {
      name: run.tenant.name,
      phase,
      spec: run.tenant,
      ...(run.ip === '' ? (present?.ip === undefined ? {} : { ip: present.ip }) : { ip: run.ip }),
      ...(run.result ? { endpoints: run.result.endpoints, costEur30d: run.result.costEur30d } : present?.endpoints ? { endpoints: present.endpoints } : {}),
      createdAt: present?.createdAt ?? now,
      updatedAt: now,
      history: [...(present?.history ?? []), entry(run, outcome, elapsedMs)],
    };
  });

export interface CreateTenantOutcome {
  changed: boolean;
  dryRun: boolean;
  tenant: Onboarding['tenant'];
  result: TenantResult | undefined;
}

/**
 * Onboards a tenant. Converges: after any crash the same call finishes the work, and a call on a finished tenant changes nothing.
 * Throws InstallerError, SpecProblem, or CancelledError when the operator said no or pressed Ctrl-C.
 */
export const createTenant = async (context: RunContext, input: CreateTenantInput): Promise<CreateTenantOutcome> => {
  const folder = await openRunFolder(context.paths);
  const started = performance.now();
  const run = {
    context,
    input,
    folder,
    api: openIonos(context),
    platform: undefined,
    nodes: [],
    ip: '',
    checksums: { wordpress: '', openwebui: '' },
    changed: false,
    result: undefined,
  } as unknown as Onboarding;
  let lease: HeldLease | undefined;
  try {
    await runTasks([task<Onboarding>('preflight', 'Preflight', (_run, self) => self.newListr(preflightChecks, { concurrent: false, exitOnError: true }))], run, { bus: context.bus, prefix: PREFIX });
    if (run.tenant.isolation === 'cluster') {
      throw new InstallerError({ code: 'isolation-cluster', what: 'isolation cluster cannot be onboarded by this version', why: 'its own cluster is made by terraform/tenant, but the applications are not placed there yet', next: ['Take --isolation node-pool or namespace.'], exitCode: 2 });
    }
    const platformIsNew = run.platform === undefined;
    if (platformIsNew && run.tenant.isolation !== 'namespace') {
      throw new InstallerError({ code: 'platform-first', what: `isolation ${run.tenant.isolation} needs a platform that exists`, why: `platform ${input.platform.name} does not`, next: [`Create it with a first tenant of isolation namespace, or: ${context.commandName} platform create ${input.platform.name}`], exitCode: 2 });
    }
    if (run.platform && !input.dryRun) {
      await ensureSystemNamespace(run);
      lease = await takeLease(run.platform.cluster, run.tenant.name, 'create');
      if (lease.repaired !== undefined) context.bus.emit({ type: 'notice', level: 'info', message: lease.repaired });
    }
    const costs = await estimateCosts(context.packageRoot, { preset: run.preset, spec: run.tenant }, run.platformPreset);
    let platformPlan: PlatformPlan | undefined;
    let tenantPlan: TenantPlan | undefined;
    await runTasks<Onboarding>(
      [
        task('plan', 'Plan', async (_run, self) => {
          if (platformIsNew) platformPlan = await planPlatform(context, { api: run.api, tools: run.tools, spec: input.platform, preset: run.platformPreset, task: `${PREFIX}/platform` });
          else if (!input.dryRun || (await systemNamespaceIsThere(run))) tenantPlan = await planTenant(run);
          self.output = [platformPlan, tenantPlan].flatMap((plan) => (plan ? [summarise(plan.changes)] : [])).join('; ');
        }),
      ],
      run,
      { bus: context.bus, prefix: PREFIX },
    );
    const stacks = [...(platformPlan ? [{ stack: 'platform', changes: platformPlan.changes }] : []), { stack: 'tenant', changes: tenantPlan?.changes ?? EXPECTED }];
    const releases = plannedReleases(run);
    for (const { stack, changes } of stacks) {
      context.bus.emit({ type: 'plan', stack, changes, releases: stack === 'tenant' ? releases : [], costEur30d: totalOf(stack === 'tenant' ? costs.tenant : costs.platform), priceDate: costs.priceDate });
    }
    if (input.dryRun) return { changed: false, dryRun: true, tenant: run.tenant, result: undefined };
    const approved = await input.approve({
      tenant: run.tenant,
      platform: input.platform.name,
      platformIsNew,
      stacks,
      releases,
      costEur30d: totalOf(costs.tenant),
      ...(platformIsNew ? { platformCostEur30d: totalOf(costs.platform) } : {}),
      priceDate: costs.priceDate,
    });
    if (!approved) throw new CancelledError();
    context.interrupts.throwIfPressed();

    const wasReady = run.record?.phase === 'ready';
    if (platformPlan) await runTasks<Onboarding>([platformTask(platformPlan)], run, { bus: context.bus, prefix: PREFIX });
    lease ??= await takeLease(clusterOf(run), run.tenant.name, 'create');
    if (!wasReady) await record(run, 'onboarding', 'started');
    const planned = async (): Promise<TenantPlan> => {
      if (tenantPlan) return tenantPlan;
      const plan = await planTenant(run);
      if (JSON.stringify(plan.changes) !== JSON.stringify(EXPECTED)) context.bus.emit({ type: 'plan', stack: 'tenant', changes: plan.changes, releases });
      return plan;
    };
    const interrupts = (tasks: Task<Onboarding>[]): Task<Onboarding>[] =>
      tasks.map((each) => ({
        ...each,
        task: (ctx, self) => {
          context.interrupts.throwIfPressed();
          return each.task(ctx, self);
        },
      }));
    await runTasks(interrupts([infrastructureTask(planned), guardRailsTask, secretsTask, applicationsTask(run.tenant.openwebui.models !== 'none'), ...(wasReady ? [] : [connectTask]), verifyTask]), run, { bus: context.bus, prefix: PREFIX });
    if (run.changed || !wasReady) await record(run, 'ready', 'done', Math.round(performance.now() - started));
    return { changed: run.changed, dryRun: false, tenant: run.tenant, result: run.result };
  } catch (error) {
    if (lease && run.platform && run.record?.phase !== 'ready') {
      const cancelled = error instanceof CancelledError || context.interrupts.signal.aborted;
      if (run.changed) await record(run, cancelled ? 'onboarding' : 'failed', cancelled ? 'interrupted' : 'failed', Math.round(performance.now() - started)).catch(() => undefined);
    }
    throw context.interrupts.signal.aborted ? new CancelledError() : error;
  } finally {
    await lease?.release();
    await folder.remove();
  }
};

const systemNamespaceIsThere = async (run: Onboarding): Promise<boolean> => (await orUndefined(clusterOf(run).core.readNamespace({ name: SYSTEM_NAMESPACE }))) !== undefined;
