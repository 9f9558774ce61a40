import { orUndefined } from '../cluster/client.js';
import { lastWarning } from '../cluster/explain.js';
import { addressOf, announcedUrls, answers, probe } from '../cluster/endpoint.js';
import { InstallerError } from '../engine/errors.js';
import type { EndpointView, TenantResult } from '../engine/events.js';
import { logLinesOf } from '../engine/log-lines.js';
import { sleep } from '../engine/interrupts.js';
import { task, type Task } from '../engine/task-list.js';
import { isDocumentationAddress } from '../tenant/cidr.js';
import { endpointsOf, isEncrypted } from '../tenant/endpoints.js';
import { namespaceOf } from '../tenant/resource-names.js';
import { estimateCosts, totalOf, type Costs } from './costs.js';
import { shakeHands } from './mcp-handshake.js';
import { cellOf, prefixOf, type Onboarding } from './onboarding.js';

/** How long an answer of the endpoints is waited for, once all pods are ready. */
const ENDPOINTS_MS = 120_000;

/** Shows, unless it was shown before and nothing changed since, that Open WebUI can use this tenant's WordPress, before anybody is told that it is ready. */
export const connectTask = (wasReady: boolean): Task<Onboarding> => task('connect', 'Connect', async (run, self) => {
  const namespace = namespaceOf(run.tenant.name);
  const set = await cellOf(run).cluster.apps.readNamespacedStatefulSet({ name: 'openwebui', namespace });
  const pod = set.spec?.template.spec;
  const lines = logLinesOf(run.context.bus, `${prefixOf(run)}/connect`);
  self.output = 'Open WebUI asks WordPress for its tools';
  const answer = await shakeHands(cellOf(run).cluster, run.tenant.name, { image: pod?.containers[0]?.image ?? '', nodeSelector: pod?.nodeSelector, tolerations: pod?.tolerations }, run.context.interrupts.signal, (line) => lines.write(line, 'mcp-handshake'));
  self.output = `${answer.tools ?? 0} WordPress tools in Open WebUI${answer.note === undefined ? '' : ` (${answer.note})`}`;
}, { skip: (run) => (wasReady && !run.changed ? 'unchanged' : false) });

/** Waits for the load balancer's address, and for both applications to answer under their public URLs. */
export const verifyTask: Task<Onboarding> = task('verify', 'Verify', async (run, self) => {
  const { cluster } = cellOf(run);
  const { signal } = run.context.interrupts;
  const namespace = namespaceOf(run.tenant.name);
  const deadline = Date.now() + Math.min(ENDPOINTS_MS, run.input.timeoutMs);
  let views: Record<'wordpress' | 'openwebui', EndpointView> | undefined;
  let trouble = '';
  for (let pause = 100; ; pause = Math.min(2_000, pause * 2)) {
    const service = await orUndefined(cluster.core.readNamespacedService({ name: 'gateway', namespace }));
    const address = service && addressOf(service);
    const announced = service ? announcedUrls(service) : {};
    // Behind node ports a Service has no address of its own.
    const isThere = address === run.ip || run.platform?.addresses === 'node-port';
    if (isThere && isDocumentationAddress(run.ip) && (announced[80] === undefined || announced[8080] === undefined)) {
      // RFC 5737: such an address leads nowhere, so that asking it would only tell a stranger's router.
      trouble = `${run.ip} is a documentation address, and its load balancer has not said where it answers`;
    } else if (isThere) {
      // Names that stand for a documentation address are somebody else's, or nobody's: there, only what was announced can be asked.
      const domains = isDocumentationAddress(run.ip) ? undefined : { wordpress: run.tenant.wordpress.domain, openwebui: run.tenant.openwebui.domain };
      run.endpoints = endpointsOf({ ip: run.ip, announced, ...(domains ? { domains } : {}) });
      self.output = `${run.endpoints.wordpress}  ${run.endpoints.openwebui}`;
      const [wordpress, openwebui] = await Promise.all([probe(run.endpoints.wordpress, signal), probe(run.endpoints.openwebui, signal)]);
      views = { wordpress, openwebui };
      if (answers(wordpress) && answers(openwebui)) break;
      trouble = [wordpress, openwebui].filter((view) => !answers(view)).map((view) => `${view.url}: ${view.error ?? `HTTP ${view.status}`}`).join('; ');
    } else {
      trouble = `the load balancer has not got the address ${run.ip} yet`;
      self.output = trouble;
    }
    if (Date.now() > deadline && address !== run.ip) {
      const warning = await lastWarning(cluster, namespace, 'Service', 'gateway').catch(() => undefined);
      throw new InstallerError({
        code: 'no-address',
        what: `the pods are ready, but the load balancer has not got the address ${run.ip}`,
        why: warning ?? 'the Service says nothing about it',
        next: [`Look closer: kubectl -n ${namespace} describe service gateway`, 'Mend the cause, then run the same command again: it continues where it stopped.'],
      });
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
  addressSource: run.platform?.addresses ?? 'ip-block',
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
