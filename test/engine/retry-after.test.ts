import { expect, it } from 'vitest';
import { retryAfterMs } from '../../src/engine/retry-after.js';

const NOW = Date.parse('2026-11-25T12:00:00Z');

it.each([
  ['0', 0],
  ['120', 120_000],
  [5, 5_000],
  ['Wed, 25 Nov 2026 12:00:30 GMT', 30_000],
  ['Wed, 25 Nov 2026 11:59:00 GMT', 0],
  ['soon', undefined],
  ['-3', undefined],
  ['', undefined],
  [undefined, undefined],
])('Retry-After %s asks to wait %s ms', (header, ms) => {
  expect(retryAfterMs(header, NOW)).toBe(ms);
});
