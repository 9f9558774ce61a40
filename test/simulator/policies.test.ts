import { beforeAll, describe, expect, it } from 'vitest';
import type { Manifest } from '../charts/rendering.js';
import { allowedBy, type Attempt, type Party } from './cyclonus.js';
import { modelPolicies, OUTSIDE, podsOf, policiesOf, shared, type TenantName } from './parties.js';

const PORTS = [22, 53, 80, 443, 3306, 6443, 8080, 8081, 8443, 10250];
const { models, dns, open, pretender } = shared();
const BOTH = [['acme', 'globex'], ['globex', 'acme']] as const;

const across = (sources: readonly Party[], targets: readonly Party[]): Attempt[] =>
  sources.flatMap((from) => targets.filter((to) => to !== from).flatMap((to) => PORTS.flatMap((port) => [{ from, to, port }, ...(port === 53 ? [{ from, to, port, protocol: 'UDP' as const }] : [])])));

const every = (pods: readonly Party[], to: string): string[] => pods.map(({ name }) => `${name} > ${to}`);

/** What the design allows a tenant's pods among themselves and to the platform. */
const designed = (tenant: TenantName, pods: readonly Party[]): string[] =>
  [
    `${tenant}/gateway > ${tenant}/wordpress:8080`, `${tenant}/gateway > ${tenant}/openwebui:8080`, `${tenant}/openwebui > ${tenant}/wordpress:8081`,
    `${tenant}/mcp-handshake > ${tenant}/wordpress:8081`, `${tenant}/gateway-test > ${tenant}/gateway:8080`, `${tenant}/gateway-test > ${tenant}/gateway:8081`, `${tenant}/wordpress > ${tenant}/database:3306`, `${tenant}/openwebui > models:8080`,
    ...every(pods, 'dns:53'), ...every(pods, 'dns:53/udp'),
  ].sort();

describe('the rendered policies of two tenants, judged by a program that is not ours', () => {
  let pods: Record<TenantName, Party[]>;
  let policies: Record<TenantName, Manifest[]>;
  let platform: Manifest[];
  const all = (): Manifest[] => [...policies.acme, ...policies.globex, ...platform];
  const without = (list: readonly Manifest[], ...names: string[]): Manifest[] => list.filter(({ metadata }) => !names.includes(metadata.name));
  const opened = async (tenant: TenantName, change?: (policy: Manifest) => void): Promise<Manifest[]> => {
    const list = await policiesOf(tenant, { internet: true, certificates: true });
    list.forEach((policy) => change?.(policy));
    return list;
  };

  beforeAll(async () => {
    pods = { acme: await podsOf('acme'), globex: await podsOf('globex') };
    policies = { acme: await policiesOf('acme', { certificates: false }), globex: await policiesOf('globex', { certificates: false }) };
    platform = await modelPolicies();
  });

  it('know every component of the charts', () => {
    expect(pods.acme.map(({ name }) => name).sort()).toEqual(['database', 'gateway', 'gateway-test', 'impostor', 'mcp-handshake', 'openwebui', 'stranger', 'wordpress'].map((name) => `acme/${name}`));
  });

  it.each(BOTH)('P1 and P2 %s → %s: no pod reaches any of the other’s, on any port', async (from, to) => {
    expect(await allowedBy(all(), across(pods[from], pods[to]))).toEqual([]);
  });

  it.each(BOTH)('P1 and P2 red with its control removed: %s → %s is open on every port', async (from, to) => {
    const attempts = across(pods[from], pods[to]);
    expect(await allowedBy([], attempts)).toHaveLength(attempts.length);
    // One of the two walls is enough: the other tenant’s own lets in what is meant for the public, and nothing more.
    const gates = pods[from].flatMap(({ name }) => [8080, 8081, 8443].map((port) => `${name} > ${to}/gateway:${port}`));
    expect(await allowedBy(policies[to], attempts)).toEqual(gates.sort());
    expect(await allowedBy(policies[from], attempts)).toEqual([]);
  });

  it.each(['acme', 'globex'] as const)('P1 positive control: within %s everything is allowed that the design names, and nothing else', async (tenant) => {
    expect(await allowedBy(all(), across(pods[tenant], [...pods[tenant], models, dns, open]))).toEqual(designed(tenant, pods[tenant]));
  });

  it('P1 red with its control removed: without default-deny, what no other policy names is open to everybody', async () => {
    const attempts = across([open], pods.acme.filter(({ name }) => /stranger|impostor/.test(name)));
    expect(await allowedBy(all(), attempts)).toEqual([]);
    expect(await allowedBy([...without(policies.acme, 'default-deny'), ...platform], attempts)).toHaveLength(attempts.length);
  });

  it('P3 the cluster’s DNS is the only server on port 53', async () => {
    const attempts = across(pods.acme, [dns, open, ...Object.values(OUTSIDE)]).filter(({ port }) => port === 53);
    expect(await allowedBy(all(), attempts)).toEqual([...every(pods.acme, 'dns:53'), ...every(pods.acme, 'dns:53/udp')].sort());
    expect(await allowedBy([...(await opened('acme')), ...platform], attempts)).toEqual([...every(pods.acme, 'dns:53'), ...every(pods.acme, 'dns:53/udp')].sort());
  });

  it('P4, P5 and P6 nothing outside is reached while the internet is closed, by the platform neither', async () => {
    expect(await allowedBy(all(), across([...pods.acme, ...pods.globex], Object.values(OUTSIDE)))).toEqual([]);
    expect(await allowedBy(all(), across([models], Object.values(OUTSIDE)))).toEqual(['models > internet:443']);
  });

  it.each(BOTH)('P1, P4, P5 and P6 with the internet opened, %s reaches the internet’s web ports: no private network, node, API server, Service, nor pod of %s', async (from, to) => {
    const policed = [...(await opened(from)), ...(await opened(to)), ...platform];
    expect(await allowedBy(policed, across(pods[from], [...Object.values(OUTSIDE), ...pods[to], open, pretender]))).toEqual(
      [`${from}/gateway > internet:443`, ...['wordpress', 'openwebui'].flatMap((name) => [80, 443].map((port) => `${from}/${name} > internet:${port}`))].sort(),
    );
  });

  it('P4, P5 and P6 red with its control removed: without the exceptions, the opened internet is also everything else', async () => {
    const naive = await opened('acme', ({ spec }) => {
      for (const { to } of (spec as { egress?: { to?: { ipBlock?: { except?: string[] } }[] }[] }).egress ?? []) for (const { ipBlock } of to ?? []) delete ipBlock?.except;
    });
    const found = await allowedBy([...naive, ...platform], across(pods.acme, [...Object.values(OUTSIDE), open]));
    for (const { name } of [...Object.values(OUTSIDE), open]) expect(found).toEqual(expect.arrayContaining([`acme/wordpress > ${name}:80`, `acme/openwebui > ${name}:443`]));
  });

  it('P8 neither the labels of another tenant’s component nor those of the system open anything', async () => {
    const [, impostor] = pods.acme.slice(-2) as [Party, Party];
    const asWordpress: Party = { ...impostor, name: 'acme/as wordpress', pod: { ...(impostor.pod as NonNullable<Party['pod']>), labels: pods.globex.find(({ name }) => name === 'globex/wordpress')?.pod?.labels ?? {} } };
    expect(await allowedBy(all(), across([asWordpress, impostor, pretender], [...pods.globex, models]).filter(({ to }) => to.name !== 'globex/gateway'))).toEqual([]);
  });

  it('P8 positive control: in its own namespace a label is what opens, and so is it from a namespace that a policy does not name', async () => {
    const labels = pods.acme.find(({ name }) => name === 'acme/wordpress')?.pod?.labels ?? {};
    const [twin] = (await podsOf('acme')).filter(({ name }) => name === 'acme/stranger') as [Party];
    const asWordpress: Party = { ...twin, name: 'twin', pod: { ...(twin.pod as NonNullable<Party['pod']>), labels } };
    expect(await allowedBy(all(), across([asWordpress], pods.acme))).toEqual(['twin > acme/database:3306']);
  });

  it('P8 red with its control removed: a policy that selects pods of every namespace lets the pretender in', async () => {
    const attempts = across([pretender], pods.globex.filter(({ name }) => name === 'globex/wordpress'));
    expect(await allowedBy(all(), attempts)).toEqual([]);
    const loose = structuredClone(policies.globex);
    for (const { spec } of loose) for (const { from } of (spec as { ingress?: { from?: { namespaceSelector?: object }[] }[] }).ingress ?? []) for (const peer of from ?? []) peer.namespaceSelector = {};
    expect(await allowedBy(loose, attempts)).toEqual(['pretender > globex/wordpress:8081']);
  });

  it('P30 only Open WebUI of a tenant reaches the model gateway', async () => {
    expect(await allowedBy(all(), across([...pods.acme, ...pods.globex, open, pretender], [models]))).toEqual(['acme/openwebui > models:8080', 'globex/openwebui > models:8080']);
    expect(await allowedBy(without(all(), 'model-gateway', 'default-deny'), across([pretender], [models])).then((list) => list.length), 'without the model gateway’s policies').toBe(across([pretender], [models]).length);
  });
});
