import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { listReleases } from '../../src/cluster/releases.js';
import type { EngineEvent } from '../../src/engine/events.js';
import { newOperator, snapshotOf, type CliResult, type CliRun, type Operator } from '../support/cli.js';

const create = (name: string): string[] => ['create', name, '--yes', '--sandbox', '--json'];
/** Fast, but slow enough for a moment in the middle to be met. */
const SPEED = 8;

const started = (path: RegExp) => (event: EngineEvent): boolean => event.type === 'task' && event.state === 'started' && path.test(event.task);

/** Runs the same command again: it has to finish the work, and to leave everything as an undisturbed run does. */
const converges = async (operator: Operator, name: string): Promise<CliResult> => {
  const again = await operator.run(create(name));
  const { result } = again;
  expect(result.ok ? '' : JSON.stringify(result.error)).toBe('');
  expect(result).toMatchObject({ ok: true, changed: true, tenant: { http: { wordpress: 200, openwebui: 200 } } });
  const cluster = await operator.cluster();
  if (!cluster) throw new Error('there is no cluster');
  const blocks = (await (await fetch(`${await operator.apiUrl()}/cloudapi/v6/ipblocks?depth=1`, { headers: { authorization: 'Bearer sandbox-token' } })).json()) as { items: { properties: { name: string } }[] };
  expect(blocks.items.filter((block) => block.properties.name === `ionos-tenants-main-${name}`)).toHaveLength(1);
  const releases = [...(await listReleases(cluster, `tenant-${name}`)), ...(await listReleases(cluster, 'ionos-tenants-system')), ...(await listReleases(cluster, 'ionos-tenants-models'))];
  expect(releases.map(({ release, status }) => `${release} ${status}`)).toEqual(releases.map(({ release }) => `${release} deployed`));
  return again;
};

const cancelled = async (run: CliRun): Promise<CliResult> => {
  const ended = await run.finished;
  expect(ended.exitCode).toBe(130);
  expect(ended.result).toMatchObject({ ok: false, exitCode: 130, error: { code: 'cancelled', next: [expect.stringContaining('same command again') as string] } });
  expect(ended.events.filter((event) => event.type === 'task' && event.failure !== undefined)).toEqual([]);
  return ended;
};

const notices = (run: CliResult): string => run.events.flatMap((event) => (event.type === 'notice' ? [event.message] : [])).join('\n');

describe('while terraform makes the platform', () => {
  let operator: Operator;
  afterEach(() => operator.close());

  it('Ctrl-C, delivered twice as npm run does, is one press and ends with 130; the same command finishes the work', async () => {
    operator = await newOperator({ speed: SPEED });
    const run = await operator.start(create('acme'));
    await run.until(started(/^onboard\/platform\/ionoscloud_k8s_cluster/));
    run.child.kill('SIGINT');
    run.child.kill('SIGINT');
    const ended = await cancelled(run);
    expect(notices(ended).match(/Interrupted/g)).toHaveLength(1);
    expect(notices(ended)).not.toContain('Still stopping');
    await converges(operator, 'acme');
    expect((await operator.run(create('acme'))).result).toMatchObject({ ok: true, changed: false });
  });

  it('a killed process leaves nothing that the same command cannot finish', async () => {
    operator = await newOperator({ speed: SPEED });
    const run = await operator.start(create('acme'));
    await run.until(started(/^onboard\/platform\/ionoscloud_k8s_cluster/));
    run.child.kill('SIGKILL');
    expect((await run.finished).exitCode).toBeNull();
    await converges(operator, 'acme');
  });
});

describe('on a platform with another tenant', () => {
  let operator: Operator;
  beforeAll(async () => {
    operator = await newOperator({ speed: SPEED });
    expect((await operator.run(create('globex'))).exitCode).toBe(0);
  });
  afterAll(() => operator.close());

  it("Ctrl-C while terraform makes the address, then while the applications come up, ends with 130 and leaves the other tenant as it is", async () => {
    const cluster = await operator.cluster();
    if (!cluster) throw new Error('there is no cluster');
    const other = (namespace: string, kind: string, name: string): boolean => namespace === 'tenant-globex' || (namespace === 'ionos-tenants-system' && name.includes('globex') && kind !== 'Lease');
    const before = await snapshotOf(cluster, other);

    const first = await operator.start(create('acme'));
    await first.until(started(/^onboard\/infrastructure\/ionoscloud_ipblock/));
    first.child.kill('SIGINT');
    await cancelled(first);

    const second = await operator.start(create('acme'));
    await second.until((event) => event.type === 'pod' && event.pod.app === 'openwebui');
    second.child.kill('SIGINT');
    await cancelled(second);

    await converges(operator, 'acme');
    expect((await operator.run(create('acme'))).result).toMatchObject({ ok: true, changed: false });
    expect(await snapshotOf(cluster, other)).toEqual(before);
  });

  it('Ctrl-C before anything was done changes nothing', async () => {
    const cluster = await operator.cluster();
    if (!cluster) throw new Error('there is no cluster');
    const before = await snapshotOf(cluster);
    const run = await operator.start(create('initech'));
    await run.until(started(/^onboard\/preflight\/tools/));
    run.child.kill('SIGINT');
    await cancelled(run);
    expect(await snapshotOf(cluster)).toEqual(before);
  });

  it.each([
    ['killed-address', "while terraform makes the tenant's address", started(/^onboard\/infrastructure\/ionoscloud_ipblock/)],
    ['killed-helm', 'while helm is at work', started(/^onboard\/applications\/gateway$/)],
  ])('%s: a process that is killed %s is finished by the same command', async (name, _when, moment) => {
    const run = await operator.start(create(name));
    await run.until(moment);
    run.child.kill('SIGKILL');
    expect((await run.finished).exitCode).toBeNull();
    await converges(operator, name);
  });

  it('a process that is killed while the pods come up leaves a Lease, which is taken over at once, and that is said', async () => {
    const run = await operator.start(create('killed-pods'));
    await run.until((event) => event.type === 'pod' && event.pod.app === 'openwebui');
    run.child.kill('SIGKILL');
    await run.finished;
    expect(notices(await converges(operator, 'killed-pods'))).toMatch(new RegExp(`took over from .* pid ${run.child.pid} create`));
  });
});
