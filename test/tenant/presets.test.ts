import { describe, expect, test } from 'vitest';
import {
  PLATFORM_PRESETS,
  TENANT_PRESETS,
  capacityOf,
  formatMillicores,
  nodePublicIps,
  parseBytes,
  parseMillicores,
  parsePlatformPresetName,
  parsePrices,
  parseTenantPreset,
  parseTenantPresetName,
  plannedNodes,
  quotaOf,
  resolvePlatformPreset,
  resolvePreset,
  tenantsThatFit,
  usageOf,
} from '../../src/tenant/index.js';
import { platformPreset, problemOf, readText, shared, tenantPreset } from './support.js';

const files = [
  ...TENANT_PRESETS.map((name) => `presets/tenants/${name}.yaml`),
  ...PLATFORM_PRESETS.map((name) => `presets/platforms/${name}.yaml`),
  'presets/prices.yaml',
];

test.each(files)('%s: every number says why', (path) => {
  const bare = readText(path)
    .split('\n')
    .filter((line) => /^\s*[\w./-]+:\s*(?:"?\.?\d|\{[^}]*\d)/.test(line) && !/\s#\s*\S.{3,}/.test(line))
    // Dates and units explain themselves.
    .filter((line) => !/^\s*(?:date|checked|unit):/.test(line));
  expect(bare).toEqual([]);
});

describe.each(TENANT_PRESETS)('tenant preset %s', (name) => {
  const preset = tenantPreset(name);

  test('is called like its file', () => {
    expect(preset.name).toBe(name);
  });

  test('the quota has room for all limits, one more pod of the largest size, and jobs', () => {
    const quota = quotaOf(preset, shared);
    const limits = [preset.wordpress, preset.database, preset.openwebui, preset.gateway].map(({ resources }) => parseMillicores(resources.limits.cpu));
    const atLeast = limits.reduce((sum, value) => sum + value, 0) + Math.max(...limits) + parseMillicores(preset.limits.cpu);
    expect(parseMillicores(quota.cpu)).toBeGreaterThanOrEqual(atLeast);
    expect(quota.pods).toBeGreaterThan(5);
    expect(quota.claims).toBe(5);
  });

  test('a restore can fill the two largest claims again', () => {
    const claims = [preset.wordpress, preset.database, preset.openwebui].map(({ storage }) => parseBytes(storage)).sort((a, b) => b - a);
    expect(parseBytes(preset.quotaRoom.storage)).toBeGreaterThanOrEqual((claims[0] ?? 0) + (claims[1] ?? 0));
  });

  test('an upload fits into the temporary space of WordPress', () => {
    expect(parseBytes(preset.wordpress.resources.limits['ephemeral-storage'])).toBeGreaterThan(2 * parseBytes(`${preset.wordpress.php.uploadMaxFilesize}i`));
  });

  test('one request of PHP fits into the container', () => {
    expect(parseBytes(`${preset.wordpress.php.memoryLimit}i`)).toBeLessThan(parseBytes(preset.wordpress.resources.limits.memory));
  });

  test('its own nodes hold it, beside the system', () => {
    const { system, modelGateway, nodes } = platformPreset('starter');
    const own = plannedNodes({ ...platformPreset('starter'), system, modelGateway: { ...modelGateway, replicas: 1 }, nodes: { ...nodes, ...preset.ownNodes } });
    expect(tenantsThatFit(usageOf(preset, shared), capacityOf(own)).tenants).toBeGreaterThanOrEqual(1);
  });
});

test('sizes grow from small to large', () => {
  const sizes = TENANT_PRESETS.map((name) => usageOf(tenantPreset(name), shared));
  for (const key of ['millicores', 'memory', 'storage'] as const) {
    expect([...sizes].sort((a, b) => a[key] - b[key])).toEqual(sizes);
  }
});

test.each(PLATFORM_PRESETS)('platform preset %s promises no more small tenants than fit', (name) => {
  const preset = platformPreset(name);
  const { tenants } = tenantsThatFit(usageOf(tenantPreset('small'), shared), capacityOf(plannedNodes(preset)));
  expect(preset.maxTenants).toBeLessThanOrEqual(tenants);
  // The comment beside the hint names the figure.
  expect(readText(`presets/platforms/${name}.yaml`)).toContain(`${tenants} small ones fit`);
  expect(nodePublicIps(preset.nodes)).toBe(preset.nodes.count + 1);
});

test.each(PLATFORM_PRESETS)('on platform preset %s two busy tenants leave others something of the model hub', (name) => {
  const { ratePerSecond, burst, tenantRatePerSecond, tenantBurst } = platformPreset(name).modelGateway;
  expect(2 * tenantRatePerSecond).toBeLessThan(ratePerSecond);
  expect(2 * tenantBurst).toBeLessThan(burst);
});

describe('overrides', () => {
  const small = tenantPreset('small');

  test('set one value and leave the preset alone', () => {
    const changed = resolvePreset(small, { 'wordpress.storage': '20Gi', 'wordpress.php.workers': 4, 'gateway.resources.limits.cpu': 1 });
    expect(changed.wordpress.storage).toBe('20Gi');
    expect(changed.wordpress.php.workers).toBe(4);
    expect(changed.gateway.resources.limits.cpu).toBe('1');
    expect(changed.openwebui).toEqual(small.openwebui);
    expect(small.wordpress.storage).toBe('10Gi');
  });

  test('the quota follows', () => {
    const before = parseMillicores(quotaOf(small, shared).cpu);
    const after = parseMillicores(quotaOf(resolvePreset(small, { 'openwebui.resources.limits.cpu': '4' }), shared).cpu);
    // Three cores more for the pod, and three for its surge (the cron helper is part of the largest pod before).
    expect(formatMillicores(after - before)).toBe('5750m');
  });

  test('all problems are listed', () => {
    const problem = problemOf(() => resolvePreset(small, { 'wordpress.storge': '20Gi', wordpress: 1, 'database.storage': 'much', 'openwebui.resources.limits.memory': '256Mi' }));
    expect(problem.code).toBe('override-invalid');
    expect(problem.issues.map(({ path }) => path)).toEqual(['wordpress.storge', 'wordpress', 'database.storage', 'openwebui.resources.limits.memory']);
    expect(problem.why).toContain('did you mean wordpress.storage?');
    expect(problem.why).toContain('wordpress is a group');
    expect(problem.why).toContain('less than the request of 512Mi');
  });

  test.each([
    ['name', 'large', /not a value/],
    ['__proto__.x', 1, /not a value/],
    ['constructor', 1, /not a value/],
    ['', 1, /not a value/],
    ['wordpress.php.workers', '8', /has to be a whole number|has to be a number/],
    ['wordpress.php.workers', 1, /too small/],
    ['wordpress.php.memoryLimit', '256Mi', /256M/],
    ['wordpress.php.memoryLimit', '1G', /256M/],
    ['wordpress.php.uploadMaxFilesize', '257M', /256M at most: the gateway/],
    ['wordpress.storage', '1500Mi', /whole GiB/],
    ['wordpress.resources.requests.cpu', '0', /more than nothing/],
    ['wordpress.resources.requests.cpu', true, /quantity/],
    ['ownNodes.memory', '1Gi', /at least 2Gi/],
    ['ownNodes.serverType', 'Fast', /VCPU or DedicatedCore/],
  ])('%s: %j is refused', (path, value, message) => {
    expect(problemOf(() => resolvePreset(small, { [path]: value })).why).toMatch(message);
  });

  test('of a platform', () => {
    expect(resolvePlatformPreset(platformPreset('starter'), { 'nodes.count': 5 }).nodes.count).toBe(5);
    expect(problemOf(() => resolvePlatformPreset(platformPreset('starter'), { 'nodes.cuont': 5 })).why).toContain('did you mean nodes.count?');
  });
});

test('an unknown preset is refused with the known ones', () => {
  expect(parseTenantPresetName('medium')).toBe('medium');
  const problem = problemOf(() => parseTenantPresetName('meduim'));
  expect(problem).toMatchObject({ code: 'preset-unknown', next: ['Use --preset medium.'] });
  expect(problem.why).toContain('small, medium or large');
  expect(problemOf(() => parsePlatformPresetName('tiny')).why).toContain('starter or production');
});

test('a broken preset or price file is refused with its line', () => {
  const text = readText('presets/tenants/small.yaml').replace('storage: 10Gi', 'storage: lots');
  expect(problemOf(() => parseTenantPreset(text, 'small.yaml')).why).toMatch(/^line \d+: wordpress\.storage "lots" is not a quantity/);
  const unsourced = readText('presets/prices.yaml').replace('prices: { A: 0.04 }', 'prices: { X: 0.04 }');
  expect(problemOf(() => parsePrices(unsourced, 'prices.yaml')).why).toContain('not among the sources');
});
