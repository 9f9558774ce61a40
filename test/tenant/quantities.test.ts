import { describe, expect, test } from 'vitest';
import { describeBytes, describeCores, formatBytes, formatMillicores, parseBytes, parseMillicores } from '../../src/tenant/index.js';
import { problemOf } from './support.js';

test.each([
  ['250m', 250],
  ['0.25', 250],
  ['.5', 500],
  ['2', 2000],
  [2, 2000],
  [0.1, 100],
  ['0.3', 300],
  ['1e1', 10_000],
  ['0.0001', 1],
  ['1500m', 1500],
])('CPU %j is %d millicores', (text, millicores) => {
  expect(parseMillicores(text)).toBe(millicores);
});

// The first four are the examples of the Kubernetes documentation on memory units.
test.each([
  ['128974848', 128_974_848],
  ['129e6', 129_000_000],
  ['129M', 129_000_000],
  ['128974848000m', 128_974_848],
  ['123Mi', 128_974_848],
  ['1Ki', 1024],
  ['1k', 1000],
  ['1.5Gi', 1_610_612_736],
  ['0.1Gi', 107_374_183],
  [1024, 1024],
])('%j is %d bytes', (text, bytes) => {
  expect(parseBytes(text)).toBe(bytes);
});

test.each(['', 'Gi', '1 Gi', '1gi', '1GB', '-1', '+1', '1.', '1,5', '1e', 'NaN', '0x10', '1Gi1', '9Ei', '1e99'])('%j is refused', (text) => {
  expect(problemOf(() => parseBytes(text)).code).toBe('quantity-malformed');
});

describe('writing', () => {
  test.each([
    [250, '250m'],
    [2000, '2'],
    [1500, '1500m'],
    [0, '0'],
  ])('%d millicores are %s', (value, text) => {
    expect(formatMillicores(value)).toBe(text);
  });

  test.each(['1Ki', '992Mi', '48Gi', '2Ti', '1023', '0'])('%s survives reading and writing', (text) => {
    expect(formatBytes(parseBytes(text))).toBe(text);
  });

  test('for people', () => {
    expect(describeCores(250)).toBe('0.25 cores');
    expect(describeCores(1000)).toBe('1 core');
    expect(describeBytes(parseBytes('992Mi'))).toBe('992 MiB');
    expect(describeBytes(parseBytes('1984Mi'))).toBe('1.9 GiB');
    expect(describeBytes(parseBytes('28Gi'))).toBe('28 GiB');
  });
});
