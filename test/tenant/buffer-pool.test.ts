import { expect, test } from 'vitest';
import { resolvePreset } from '../../src/tenant/index.js';
import { bufferPoolOf } from '../../src/tenant/buffer-pool.js';
import { tenantPreset } from './support.js';

const poolWith = (request: string, limit: string): string =>
  bufferPoolOf(resolvePreset(tenantPreset('small'), { 'database.resources.requests.memory': request, 'database.resources.limits.memory': limit }).database.resources);

test.each([
  ['192Mi', '512Mi', '128M'],
  ['512Mi', '1Gi', '256M'],
  ['3Gi', '4Gi', '1536M'],
  ['1G', '2G', '476M'],
])('with %s reserved and at most %s it is %s', (request, limit, pool) => {
  expect(poolWith(request, limit)).toBe(pool);
});

test.each([['96Mi', '192Mi', '96M'], ['1Gi', '1Gi', '512M']])('with %s reserved and at most %s it leaves half of the limit to the server: %s', (request, limit, pool) => {
  expect(poolWith(request, limit)).toBe(pool);
});
