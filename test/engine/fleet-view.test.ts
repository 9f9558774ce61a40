import { describe, expect, it } from 'vitest';
import { countHealth, endedOperations, filterTenants, judge, topUsage, worstFirst, worstPodsFirst, type HealthFacts } from '../../src/engine/fleet-view.js';
import { BORN, makePod, makeTenant } from '../support/fleet.js';

const well: HealthFacts = {
  phase: 'ready',
  operation: null,
  pods: [makePod(), makePod({ name: 'openwebui-0', app: 'openwebui' }), makePod({ name: 'gateway-1', app: 'gateway' })],
  endpoints: makeTenant('acme').endpoints,
};
const silent = { url: 'http://127.0.0.1:1', state: 'silent' as const, error: 'connect ECONNREFUSED' };
const operation = { holder: 'op@host pid 7', operation: 'update', since: BORN };

describe('judging a tenant', () => {
  const cases: [string, Partial<HealthFacts>, string, string][] = [
    ['all is there and answers', {}, 'ok', ''],
    ['an endpoint is not answering', { endpoints: { ...well.endpoints, openwebui: silent } }, 'degraded', 'Open WebUI: connect ECONNREFUSED'],
    ['an endpoint answers with an error', { endpoints: { ...well.endpoints, wordpress: { ...silent, error: undefined as never, status: 502 } } }, 'degraded', 'WordPress: HTTP 502'],
    ['no endpoint answers', { endpoints: { wordpress: silent, openwebui: silent } }, 'failed', 'WordPress: connect ECONNREFUSED'],
    ['an endpoint may not be asked', { endpoints: { ...well.endpoints, wordpress: { url: '', state: 'not-asked', error: 'no address yet' } } }, 'degraded', 'WordPress: no address yet'],
    ['a pod is not ready', { pods: [...well.pods, makePod({ name: 'mariadb-0', app: 'mariadb', reason: 'creating container' })] }, 'degraded', 'mariadb-0: creating container'],
    ['a pod is stuck', { pods: [...well.pods, makePod({ name: 'mariadb-0', app: 'mariadb', reason: 'crash loop', stuck: true })] }, 'failed', 'mariadb-0: crash loop'],
    ['a stuck pod matters during an operation too', { operation, pods: [makePod({ reason: 'crash loop', stuck: true })] }, 'failed', 'wordpress-6f9c-x1: crash loop'],
    ['a workload is missing', { pods: well.pods.slice(0, 2) }, 'degraded', 'no pod of gateway'],
    ['nothing runs', { pods: [] }, 'failed', 'no pod is there'],
    ['only a Job has left something', { pods: [makePod({ job: true, reason: 'failed', stuck: true })] }, 'failed', 'no pod is there'],
    ['somebody works on it', { operation }, 'busy', 'update by op@host pid 7'],
    ['somebody works on it and a pod starts', { phase: 'updating', operation, pods: [makePod({ reason: 'creating container' })] }, 'busy', 'wordpress-6f9c-x1: creating container'],
    ['an operation was cut off', { phase: 'onboarding' }, 'degraded', 'onboarding was interrupted: run the same command again'],
    ['an operation failed', { phase: 'failed', last: { at: BORN, operation: 'create', outcome: 'failed', by: '', cliVersion: '' } }, 'failed', 'create failed'],
    ['it was suspended on purpose', { phase: 'suspended', pods: [] }, 'suspended', ''],
  ];
  it.each(cases)('%s', (_title, change, health, reason) => {
    expect(judge({ ...well, ...change })).toEqual({ health, reason });
  });
});

it('puts the worst first and counts numbers in names', () => {
  const tenants = [makeTenant('t10'), makeTenant('t9'), makeTenant('z', { health: 'failed' }), makeTenant('a', { health: 'suspended' }), makeTenant('m', { health: 'degraded' }), makeTenant('b', { health: 'busy' })];
  expect(worstFirst(tenants).map(({ name }) => name)).toEqual(['z', 'm', 'b', 't9', 't10', 'a']);
  expect(tenants[0]?.name).toBe('t10');
  expect(countHealth(tenants)).toEqual({ failed: 1, degraded: 1, busy: 1, ok: 2, suspended: 1 });
});

it('puts stuck pods first and those of Jobs last', () => {
  const pods = [makePod({ name: 'job', job: true }), makePod({ name: 'well' }), makePod({ name: 'slow', reason: 'pending' }), makePod({ name: 'stuck', reason: 'crash loop', stuck: true })];
  expect(worstPodsFirst(pods).map(({ name }) => name)).toEqual(['stuck', 'slow', 'well', 'job']);
});

it('finds tenants by all words of a filter', () => {
  const tenants = [makeTenant('acme', { displayName: 'Acme GmbH', health: 'failed' }), makeTenant('globex')];
  expect(filterTenants(tenants, 'GMBH fail').map(({ name }) => name)).toEqual(['acme']);
  expect(filterTenants(tenants, 'gmbh globex')).toEqual([]);
  expect(filterTenants(tenants, '  ')).toBe(tenants);
});

it('names the resource that is closest to its quota', () => {
  expect(topUsage({ cpu: { used: 1, hard: 4 }, memory: { used: 9, hard: 10 }, storage: null })).toEqual({ resource: 'memory', share: 0.9 });
  expect(topUsage({ cpu: null, memory: { used: 1, hard: 0 }, storage: null })).toBeUndefined();
});

it('leaves the beginning of a finished operation out, but not of one that runs', () => {
  const entry = (outcome: string) => ({ at: BORN, operation: 'create', outcome, by: '', cliVersion: '' });
  expect(endedOperations([entry('started'), entry('failed'), entry('started')]).map(({ outcome }) => outcome)).toEqual(['started', 'failed']);
});
