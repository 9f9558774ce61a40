import type { V1Service } from '@kubernetes/client-node';
import { addressOf } from '../cluster/endpoint.js';
import { readNodes } from '../cluster/facts.js';
import { follow } from '../cluster/watch.js';
import { InstallerError } from '../engine/errors.js';
import { task, type Task } from '../engine/task-list.js';
import { gatewayValues } from '../helm/values.js';
import { addressNote, type AddressSource } from '../tenant/address-source.js';
import { endpointsOf } from '../tenant/endpoints.js';
import { namespaceOf, releaseNames } from '../tenant/resource-names.js';
import { cellOf, type Onboarding } from './onboarding.js';
import { factsOf, release } from './tenant-releases.js';

/** How long a trial cluster's load balancer may take to hand out an address. */
const ADDRESS_MS = 120_000;
const SERVICE = 'gateway';

/** The first state of the tenant's gateway Service that has what is looked for. Undefined when time is up. */
const untilService = async (run: Onboarding, fits: (service: V1Service) => boolean): Promise<V1Service | undefined> => {
  const { cluster } = cellOf(run);
  const namespace = namespaceOf(run.tenant.name);
  const stop = new AbortController();
  const { signal } = run.context.interrupts;
  const timer = setTimeout(() => stop.abort(), ADDRESS_MS);
  let found: V1Service | undefined;
  const look = (service: V1Service): void => {
    if (service.metadata?.name !== SERVICE || !fits(service)) return;
    found = service;
    stop.abort();
  };
  try {
    await follow<V1Service>(cluster, {
      path: `/api/v1/namespaces/${namespace}/services`,
      list: () => cluster.core.listNamespacedService({ namespace }),
      signal: AbortSignal.any([stop.signal, signal]),
      onChange: (change) => {
        if (change.type === 'snapshot') change.objects.forEach(look);
        else if (change.type === 'set') look(change.object);
      },
    });
  } finally {
    clearTimeout(timer);
  }
  signal.throwIfAborted();
  return found;
};

const nodePort = (service: V1Service, port: number): number | undefined => service.spec?.ports?.find((each) => each.port === port)?.nodePort;

/** An address of a node that can be reached from outside, else the one inside: on kind, this machine reaches that one too. */
const nodeAddress = async (run: Onboarding): Promise<string | undefined> => {
  const ready = (await readNodes(cellOf(run).cluster)).filter((node) => node.ready);
  return ready.map((node) => node.externalAddress ?? node.addresses[0]).find((address) => address !== undefined);
};

const noAddress = (source: AddressSource): InstallerError =>
  new InstallerError({
    code: 'no-address',
    what: 'the tenant has not got an address',
    why: source === 'load-balancer' ? `the cluster's load balancer gave its Service none within ${ADDRESS_MS / 1000} seconds` : 'no node of the cluster is ready',
    next: source === 'load-balancer' ? ['Look closer: kubectl get services -A', 'A cluster without a load balancer is adopted under a new name with --address node-port.'] : ['Look closer: kubectl get nodes'],
  });

const fromLoadBalancer = async (run: Onboarding): Promise<string> => {
  const service = await untilService(run, (each) => addressOf(each) !== undefined);
  const address = service && addressOf(service);
  if (address === undefined) throw noAddress('load-balancer');
  return address;
};

/** Announces the node ports on the Service, where `status` and everybody else find them. */
const fromNodePorts = async (run: Onboarding): Promise<string> => {
  const service = await untilService(run, (each) => nodePort(each, 80) !== undefined && nodePort(each, 8080) !== undefined);
  const address = await nodeAddress(run);
  if (!service || address === undefined) throw noAddress('node-port');
  const annotations = Object.fromEntries([80, 8080].map((port) => [`ionos-tenants.io/url-${port}`, `http://${address}:${nodePort(service, port) ?? 0}`]));
  const present = service.metadata?.annotations ?? {};
  if (Object.entries(annotations).some(([name, url]) => present[name] !== url)) {
    await cellOf(run).cluster.core.replaceNamespacedService({ name: SERVICE, namespace: namespaceOf(run.tenant.name), body: { ...service, metadata: { ...service.metadata, annotations: { ...present, ...annotations } } } });
    run.changed = true;
  }
  run.endpoints = endpointsOf({ ip: address, announced: { 80: annotations['ionos-tenants.io/url-80'] ?? '', 8080: annotations['ionos-tenants.io/url-8080'] ?? '' } });
  return address;
};

/**
 * The tenant's address on a trial platform. It is the cluster that gives it, so the gateway comes before the applications, which need to
 * know their own URLs.
 */
export const addressTask: Task<Onboarding> = task('address', 'Address', async (run, self) => {
  const source = run.platform?.addresses ?? 'ip-block';
  self.output = 'waiting for an address';
  await release(run, { id: 'address', title: 'Address' }, releaseNames(run.tenant.name).gateway, gatewayValues(run.tenant, run.preset, await factsOf(run)));
  if (source === 'node-port') run.ip = await fromNodePorts(run);
  else {
    run.ip = await fromLoadBalancer(run);
    run.endpoints = endpointsOf({ ip: run.ip, domains: { wordpress: run.tenant.wordpress.domain, openwebui: run.tenant.openwebui.domain } });
  }
  self.output = `${run.ip}, ${addressNote(source)}`;
});
