import { expect } from 'vitest';
import { listReleases } from '../../src/cluster/releases.js';
import { readTenant } from '../../src/cluster/registry.js';
import { parseFault } from '../../src/sandbox/faults/fault.js';
import { newOperator, snapshotOf, type CliResult, type CliRun, type Operator } from './cli.js';

type Failure = Extract<CliResult['result'], { ok: false }>;

/** How a `create` has to end while a fault stands. */
export type Outcome =
  | { ends: 'ready'; /** What the operator is told meanwhile. */ says?: RegExp }
  | { ends: 'stopped'; code: string; exitCode: number; what: RegExp; /** Of what needs no reason, an interrupt, there is none. */ why?: RegExp; next: RegExp };

/** One fault, how `create` meets it, and that the second `create` finishes. */
export interface Row {
  /** As it is typed after --fault. */
  fault: string;
  /** The title of the test: what the fault does and how it ends. */
  outcome: string;
  flags?: readonly string[];
  first: Outcome;
  /** What the second run says. */
  second?: RegExp;
  /** Does more in the middle of the first run. */
  during?: (operator: Operator, run: CliRun) => Promise<void>;
}

export const nameOf = ({ fault }: Row): string => fault.split(':')[0] ?? '';

const json = ['--yes', '--sandbox', '--json'];

export const createArguments = (name: string, ...flags: readonly string[]): string[] => ['create', name, ...json, ...flags];

export const noticesOf = (run: CliResult): string => run.events.flatMap((event) => (event.type === 'notice' ? [event.message] : [])).join('\n');

export const sandboxFault = async (operator: Operator, ...args: string[]): Promise<string[]> => {
  const run = await operator.run(['sandbox', 'fault', ...args, '--json']);
  if (!run.result.ok) throw new Error(JSON.stringify(run.result.error));
  return (run.result.data as { faults: string[] }).faults;
};

export const cloudList = async (operator: Operator, path: string): Promise<{ id: string; properties: { name: string; ips?: string[] } }[]> =>
  ((await (await fetch(`${await operator.apiUrl()}/cloudapi/v6/${path}?depth=1`, { headers: { authorization: 'Bearer sandbox-token' } })).json()) as { items: { id: string; properties: { name: string } }[] }).items;

/** Everything that an onboarding leaves behind, with the tenant's name taken out: equal for two tenants that were onboarded alike. */
export const endState = async (operator: Operator, tenant: string): Promise<unknown> => {
  const cluster = await operator.cluster();
  if (!cluster) throw new Error('there is no cluster');
  const anonymous = (text: string): string => text.replaceAll(tenant, '<tenant>').replace(/\.v\d+$/, '.v<n>');
  const mine = (namespace: string, kind: string, name: string): boolean => kind !== 'Pod' && (namespace === `tenant-${tenant}` || (namespace === 'ionos-tenants-system' && name.includes(tenant)) || (kind === 'Namespace' && name === `tenant-${tenant}`));
  const releases = [...(await listReleases(cluster, `tenant-${tenant}`)), ...(await listReleases(cluster, 'ionos-tenants-system')).filter(({ release }) => release === `tenant-${tenant}`)];
  const pods = (await cluster.core.listNamespacedPod({ namespace: `tenant-${tenant}` })).items.filter(({ metadata }) => metadata?.labels?.['app.kubernetes.io/component'] !== 'mcp-handshake');
  const claims = (await cluster.core.listNamespacedPersistentVolumeClaim({ namespace: `tenant-${tenant}` })).items;
  const lease = await cluster.coordination.readNamespacedLease({ name: `tenant-${tenant}`, namespace: 'ionos-tenants-system' });
  const record = await readTenant(cluster, tenant);
  const [datacenters, clusters, blocks] = await Promise.all([cloudList(operator, 'datacenters'), cloudList(operator, 'k8s'), cloudList(operator, 'ipblocks')]);
  const pools = await Promise.all(clusters.map(({ id }) => cloudList(operator, `k8s/${id}/nodepools`)));
  return {
    phase: record?.phase,
    lastly: record?.history.at(-1)?.outcome,
    endpoints: Object.keys(record?.endpoints ?? {}).sort(),
    objects: [...new Set(Object.keys(await snapshotOf(cluster, mine)).map(anonymous))].sort(),
    releases: releases.map(({ release, status }) => `${anonymous(release)} ${status}`).sort(),
    pods: pods.map(({ metadata, status }) => `${metadata?.labels?.['app.kubernetes.io/name']} ${status?.conditions?.find(({ type }) => type === 'Ready')?.status}`).sort(),
    claims: claims.map(({ metadata, status }) => `${metadata?.name} ${status?.phase}`).sort(),
    leaseIsFree: (lease.spec?.holderIdentity ?? '') === '',
    cloud: {
      datacenters: datacenters.map(({ properties }) => properties.name),
      clusters: clusters.map(({ properties }) => properties.name),
      pools: pools.flat().map(({ properties }) => properties.name),
      ownBlocks: blocks.filter(({ properties }) => properties.name === `ionos-tenants-main-${tenant}`).map(({ properties }) => (properties.ips?.[0] === record?.ip ? 'the address of the record' : 'another')),
      blocksOfNodes: blocks.map(({ properties }) => properties.name).filter((name) => /-shared\.\d+$/.test(name)).sort(),
    },
  };
};

const expectOutcome = (run: CliResult, outcome: Outcome): void => {
  if (outcome.ends === 'ready') {
    expect(run.result.ok ? '' : JSON.stringify(run.result.error)).toBe('');
    if (outcome.says) expect(noticesOf(run)).toMatch(outcome.says);
    return;
  }
  const { error } = run.result as Failure;
  expect({ exitCode: run.exitCode, code: error?.code, what: error?.what, why: error?.why, next: error?.next.join('\n') }).toEqual({
    exitCode: outcome.exitCode,
    code: outcome.code,
    what: expect.stringMatching(outcome.what) as string,
    why: outcome.why ? (expect.stringMatching(outcome.why) as string) : undefined,
    next: expect.stringMatching(outcome.next) as string,
  });
};

/** An operator whose platform is there, with a tenant `calm` that nothing disturbed. */
export const openCalm = async (): Promise<{ operator: Operator; calm: unknown }> => {
  const operator = await newOperator();
  const run = await operator.run(createArguments('calm', '--platform-preset', 'production'));
  if (!run.result.ok) throw new Error(JSON.stringify(run.result.error));
  return { operator, calm: await endState(operator, 'calm') };
};

/**
 * Creates a tenant while the fault stands, then, with the fault gone, once more: it has to end ready, in the same state as one that was never
 * disturbed. A fault with a number of times must have happened.
 */
export const meet = async (operator: Operator, row: Row, tenant: string, calm?: unknown): Promise<void> => {
  const started = await operator.start(createArguments(tenant, '--fault', row.fault, '--timeout', '4', '--cloud-timeout', '4', ...(calm === undefined ? [] : ['--platform-preset', 'production']), ...(row.flags ?? [])));
  await row.during?.(operator, started);
  const first = await started.finished;
  expectOutcome(first, row.first);
  const left = await sandboxFault(operator, '--list');
  if (row.first.ends === 'ready' && parseFault(row.fault).left !== 'always') expect(left).toEqual([]);
  await sandboxFault(operator, '--clear');
  const second = await operator.run(createArguments(tenant, ...(calm === undefined ? [] : ['--platform-preset', 'production'])));
  expect(second.result.ok ? '' : JSON.stringify(second.result.error)).toBe('');
  expect(second.result).toMatchObject({ changed: row.first.ends === 'stopped', tenant: { http: { wordpress: 200, openwebui: 200 } } });
  if (row.second) expect(noticesOf(second)).toMatch(row.second);
  if (calm !== undefined) expect(await endState(operator, tenant)).toEqual(calm);
};
