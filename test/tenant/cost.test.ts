import { describe, expect, test } from 'vitest';
import { addRanges, estimatePlatform, estimateTenant, formatEur, resolvePreset } from '../../src/tenant/index.js';
import type { CostEstimate } from '../../src/tenant/index.js';
import { platformPreset, prices, shared, tenantPreset } from './support.js';

const rows = (estimate: CostEstimate): [string, number, number][] => estimate.lines.map(({ id, eur }) => [id, eur.low, eur.high]);

describe('a platform', () => {
  const starter = estimatePlatform(platformPreset('starter'), prices());

  // The same platform was priced by hand in the research: two nodes and three addresses, 135.68 and 206.52.
  test('starter costs what both sources say', () => {
    expect(starter.total).toEqual({ low: 135.68, high: 206.52 });
    expect(rows(starter)).toEqual([
      ['control-plane', 0, 0],
      ['nodes', 115.2, 155.52],
      ['node-storage', 14, 30],
      ['node-ips', 6.48, 21],
    ]);
    expect(starter.lines.find(({ id }) => id === 'nodes')?.bySource).toEqual({ A: 155.52, B: 115.2 });
  });

  test('date, sources and confidence come along', () => {
    expect(starter).toMatchObject({ priceDate: '2026-11-23', confidence: 'second-hand, contradictory', currency: 'EUR', periodHours: 720 });
    expect(starter.sources.map(({ id }) => id)).toEqual(['A', 'B']);
    expect(starter.notes.join()).toContain('SSD Standard to SSD Premium');
  });

  test('dedicated cores have one source, and that is said', () => {
    const production = estimatePlatform(platformPreset('production'), prices());
    expect(production.lines.find(({ id }) => id === 'nodes')).toMatchObject({ eur: { low: 1002.24, high: 1002.24 }, bySource: { A: 1002.24 } });
    expect(production.notes.join()).toContain('only one of the sources');
  });
});

describe('a tenant', () => {
  const estimate = (isolation: 'namespace' | 'node-pool' | 'cluster', models: string[] | 'none' = ['openai/gpt-oss-120b']): CostEstimate =>
    estimateTenant({ preset: tenantPreset('small'), spec: { ...shared, isolation, openwebui: { domain: null, models } }, serverType: 'VCPU', prices: prices() });

  test('address, volumes and its share of the nodes', () => {
    const small = estimate('namespace');
    expect(rows(small)).toEqual([
      ['ip', 2.16, 7],
      ['volumes', 1.96, 4.2],
      ['node-share', 3.64, 4.93],
    ]);
    expect(small.total).toEqual({ low: 7.76, high: 16.13 });
  });

  // Research, section 4: 30 GB, 0.4 vCPU and 1.5 GiB were 9.88 and 19.10.
  test('agrees with the calculation by hand', () => {
    const preset = resolvePreset(tenantPreset('small'), {
      'database.storage': '10Gi',
      'wordpress.resources.requests.cpu': '215m',
      'wordpress.resources.requests.memory': '512Mi',
      'openwebui.resources.requests.memory': '736Mi',
    });
    expect(estimateTenant({ preset, spec: shared, serverType: 'VCPU', prices: prices() }).total).toEqual({ low: 9.88, high: 19.1 });
  });

  test('the share is not billed on top of the platform', () => {
    const small = estimate('namespace');
    expect(small.additional).toEqual({ low: 4.12, high: 11.2 });
  });

  test('own nodes stand in place of the share', () => {
    expect(estimate('node-pool').lines.map(({ id }) => id)).toEqual(['ip', 'volumes', 'nodes', 'node-storage', 'node-ips']);
    expect(estimate('cluster').lines.map(({ id }) => id)).toEqual(['ip', 'volumes', 'control-plane', 'nodes', 'node-storage', 'node-ips']);
    expect(estimate('node-pool').additional).toEqual(estimate('node-pool').total);
  });

  test('models are a note, never part of the sum', () => {
    expect(estimate('namespace').notes.join()).toContain('openai/gpt-oss-120b 0.15 in, 0.65 out');
    expect(estimate('namespace', ['unknown/model']).notes.join()).toContain('billed by use');
    expect(estimate('namespace', 'none').notes.join()).not.toContain('models');
    expect(estimate('namespace', 'none').total).toEqual(estimate('namespace').total);
  });

  test('the lines add up to the sum that is shown', () => {
    const small = estimate('namespace');
    expect(addRanges(small.lines.map(({ eur }) => eur))).toEqual(small.total);
  });

  test('a contract\'s own price list makes a single figure', () => {
    const own = structuredClone(prices());
    own.sources = { contract: { name: 'billing API', date: '2026-11-23', basis: 'contract' } };
    for (const item of Object.values(own.items)) item.prices = { contract: 1 };
    own.models.source = 'contract';
    const { total, sources } = estimateTenant({ preset: tenantPreset('small'), spec: shared, serverType: 'VCPU', prices: own });
    expect(total.low).toBe(total.high);
    expect(sources.map(({ id }) => id)).toEqual(['contract']);
  });
});

test.each([
  [{ low: 9.88, high: 19.1 }, {}, '9.88–19.10 EUR'],
  [{ low: 7, high: 7 }, {}, '7.00 EUR'],
  [{ low: 7.001, high: 7.002 }, {}, '7.00 EUR'],
  [{ low: 135.68, high: 206.52 }, { rounded: true }, '136–207 EUR'],
  [3.5, {}, '3.50 EUR'],
])('%j %j is written %s', (range, options, text) => {
  expect(formatEur(range, options)).toBe(text);
});
