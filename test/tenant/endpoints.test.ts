import { expect, test } from 'vitest';
import { cidrContains, cidrIssue, endpointsOf, isDocumentationAddress, isEncrypted } from '../../src/tenant/index.js';

test('without domains: two ports of the address', () => {
  const endpoints = endpointsOf({ ip: '203.0.113.7', domains: { wordpress: null, openwebui: null } });
  expect(endpoints).toEqual({ wordpress: 'http://203.0.113.7', openwebui: 'http://203.0.113.7:8080' });
  expect(isEncrypted(endpoints)).toBe(false);
});

test('with domains: HTTPS by name', () => {
  const endpoints = endpointsOf({ ip: '203.0.113.7', domains: { wordpress: 'www.acme.example', openwebui: 'chat.acme.example' } });
  expect(endpoints).toEqual({ wordpress: 'https://www.acme.example', openwebui: 'https://chat.acme.example' });
  expect(isEncrypted(endpoints)).toBe(true);
});

test('what a controller announces wins over the address, port by port', () => {
  expect(endpointsOf({ ip: '203.0.113.7', announced: { 80: 'http://127.0.0.1:41080/' } })).toEqual({
    wordpress: 'http://127.0.0.1:41080',
    openwebui: 'http://203.0.113.7:8080',
  });
});

test.each([
  ['192.0.2.1', true],
  ['198.51.100.255', true],
  ['203.0.113.0', true],
  ['203.0.114.0', false],
  ['8.8.8.8', false],
  ['not an address', false],
])('%s is a documentation address: %s', (address, expected) => {
  expect(isDocumentationAddress(address)).toBe(expected);
});

test.each(['0.0.0.0/0', '10.0.0.0/8', '203.0.113.7/32', '255.255.255.254/31'])('%s is a network', (network) => {
  expect(cidrIssue(network)).toBeUndefined();
});

test.each([
  ['10.0.0.1/8', '10.0.0.0/8'],
  ['255.255.255.255/31', '255.255.255.254/31'],
  ['203.0.113.7/0', '0.0.0.0/0'],
])('%s: the network is %s', (text, network) => {
  expect(cidrIssue(text)).toContain(network);
});

test('an address in a network', () => {
  expect(cidrContains('10.0.0.0/8', '10.255.0.1')).toBe(true);
  expect(cidrContains('10.0.0.0/8', '11.0.0.1')).toBe(false);
  expect(cidrContains('0.0.0.0/0', '255.255.255.255')).toBe(true);
});
