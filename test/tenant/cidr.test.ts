import { expect, it } from 'vitest';
import { isNeverInternet } from '../../src/tenant/cidr.js';

it.each([
  ['10.0.0.0/8', true],
  ['10.244.3.0/24', true],
  ['100.127.255.0/24', true],
  ['100.128.0.0/24', false],
  ['172.32.0.0/16', false],
  // More than the charts leave out.
  ['10.0.0.0/7', false],
  ['192.168.0.0/15', false],
])('%s is left out of the internet by the charts already: %s', (network, is) => {
  expect(isNeverInternet(network)).toBe(is);
});
