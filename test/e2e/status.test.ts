import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { FleetView } from '../../src/engine/fleet-view.js';
import { newOperator, type Operator } from '../support/cli.js';

describe('status and list', () => {
  let operator: Operator;
  beforeAll(async () => {
    operator = await newOperator();
    const created = await operator.run(['create', 'acme', '--models', 'none', '--yes', '--sandbox', '--json']);
    expect(created.exitCode).toBe(0);
  });
  afterAll(() => operator.close());

  const viewOf = (data: unknown): FleetView => data as FleetView;

  it('finds a new tenant well, with exit code 0', async () => {
    const looked = await operator.run(['status', '--once', '--sandbox', '--json']);
    expect(looked.exitCode).toBe(0);
    if (!looked.result.ok) throw new Error('the look failed');
    const [tenant] = viewOf(looked.result.data).tenants;
    expect(tenant).toMatchObject({ name: 'acme', health: 'ok', models: 'none', pods: { ready: 4, total: 4 }, endpoints: { wordpress: { state: 'answers', status: 200 }, openwebui: { state: 'answers', status: 200 } } });
    expect(tenant?.endpoints.wordpress.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
  });

  it('prints a table where there is no terminal', async () => {
    const looked = await operator.run(['status', '--sandbox']);
    expect(looked.exitCode).toBe(0);
    expect(looked.stdout).toMatch(/acme +ready +namespace +4\/4 +200 in \d+ ms/);
    expect(looked.stdout).toContain('travel unencrypted');
    const listed = await operator.run(['list', '--sandbox']);
    expect(listed.stdout).toMatch(/acme +ready +small +namespace +http:\/\/127\.0\.0\.1:\d+ +http:\/\/127\.0\.0\.1:\d+ .*EUR/);
  });

  it('tells of one tenant closely, and of an unknown one that it is not there', async () => {
    const looked = await operator.run(['status', 'acme', '--once', '--sandbox']);
    expect(looked.stdout).toMatch(/mariadb-0 +1\/1 +Running/);
    expect(looked.stdout).toMatch(/create +done/);
    const unknown = await operator.run(['status', 'nope', '--once', '--sandbox', '--json']);
    expect(unknown.exitCode).toBe(2);
    expect(unknown.result).toMatchObject({ ok: false, error: { code: 'tenant-missing' } });
  });

  it('streams views until it is stopped, which is no failure', async () => {
    const stream = await operator.start(['status', '--sandbox', '--json']);
    const event = await stream.until(({ type }) => type === 'fleet');
    expect(event).toMatchObject({ type: 'fleet', view: { tenants: [{ name: 'acme' }] } });
    stream.child.kill('SIGTERM');
    const ended = await stream.finished;
    expect(ended.result).toMatchObject({ ok: true, operation: 'status' });
    expect(ended.exitCode).toBe(0);
  });

  it('ends with 8 when something is not well', async () => {
    const cluster = await operator.cluster();
    await cluster?.core.createNamespacedConfigMap({
      namespace: 'tenant-acme',
      body: { metadata: { name: 'fault', annotations: { 'sandbox.ionos-tenants.io/fail': 'NotReady' } }, data: { selector: 'app.kubernetes.io/name=openwebui' } },
    });
    // A pod that runs notices the fault when its controller looks at it again.
    await cluster?.core.deleteNamespacedPod({ namespace: 'tenant-acme', name: 'openwebui-0' });
    const looked = await operator.run(['status', '--once', '--sandbox', '--json']);
    expect(looked.exitCode).toBe(8);
    if (!looked.result.ok) throw new Error('the look failed');
    expect(viewOf(looked.result.data).tenants[0]?.health).toBe('degraded');
  });
});

it('an empty fleet is no failure, and says what to do next', async () => {
  const operator = await newOperator();
  try {
    const listed = await operator.run(['list', '--sandbox']);
    expect(listed.exitCode).toBe(0);
    expect(listed.stdout).toMatch(/No tenants on platform main yet[^]*create <name> --sandbox/);
    const typo = await operator.run(['list', '--sandbox', '--platform', 'mian', '--json']);
    expect(typo.exitCode).toBe(1);
    expect(typo.result).toMatchObject({ ok: false, error: { code: 'platform-missing' } });
  } finally {
    await operator.close();
  }
});
