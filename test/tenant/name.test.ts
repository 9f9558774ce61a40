import { describe, expect, test } from 'vitest';
import { nameIssue, parsePlatformName, parseTenantName, suggestName } from '../../src/tenant/index.js';
import { problemOf } from './support.js';

describe('P31 names of tenants', () => {
  test.each(['acme', 'abc', 'a-b', 'a--b', 'team-1e3', 'acme2', 'yes-we-can', 'null-and-void', 'a'.repeat(30), 'kubernetes', 'modelshop'])('positive control: %s is accepted', (name) => {
    expect(parseTenantName(name)).toBe(name);
  });

  test.each([
    ['', 'name-malformed', /empty/],
    ['   ', 'name-malformed', /empty/],
    ['ab', 'name-malformed', /2 characters, at least 3/],
    ['a'.repeat(31), 'name-malformed', /31 characters, at most 30/],
    ['a'.repeat(64), 'name-malformed', /64 characters, at most 30/],
    ['Acme', 'name-malformed', /upper-case/],
    ['1acme', 'name-malformed', /start with a letter/],
    ['-acme', 'name-malformed', /start with a letter/],
    ['acme-', 'name-malformed', /ends with a hyphen/],
    ['ac_me', 'name-malformed', /contains "_"/],
    ['ac me', 'name-malformed', /contains " "/],
    ['acme.de', 'name-malformed', /contains "\."/],
    ['äcme', 'name-malformed', /contains "ä"/],
    ['acme\n', 'name-malformed', /contains "\\u\{a\}"/],
    ['../x', 'name-malformed', /looks like a path/],
    ['a/b', 'name-malformed', /looks like a path/],
    ['..', 'name-malformed', /looks like a path/],
    ['C:\\x', 'name-malformed', /looks like a path/],
    ['kube-system', 'name-reserved', /Kubernetes keeps every name that starts with "kube-"/],
    ['default', 'name-reserved', /Kubernetes keeps it/],
    ['system', 'name-reserved', /this installer/],
    ['models', 'name-reserved', /this installer/],
    ['ionos-tenants-system', 'name-reserved', /this installer uses names/],
    ['all', 'name-reserved', /every tenant/],
    ['none', 'name-reserved', /nothing/],
    ['admin', 'name-reserved', /administrator/],
    ['xn--acme', 'name-reserved', /international/],
    ['y', 'name-yaml-trap', /logical value true/],
    ['N', 'name-yaml-trap', /logical value false/],
    ['yes', 'name-yaml-trap', /logical value true/],
    ['off', 'name-yaml-trap', /logical value false/],
    ['true', 'name-yaml-trap', /logical value true/],
    ['null', 'name-yaml-trap', /null/],
    ['~', 'name-yaml-trap', /null/],
    ['123', 'name-yaml-trap', /the number 123/],
    ['1_000', 'name-yaml-trap', /the number 1000/],
    ['1e3', 'name-yaml-trap', /the number 1000/],
    ['0x1f', 'name-yaml-trap', /hexadecimal/],
    ['0o17', 'name-yaml-trap', /octal/],
    ['017', 'name-yaml-trap', /octal/],
    ['0b11', 'name-yaml-trap', /binary/],
    ['12:30', 'name-yaml-trap', /base 60/],
    ['2026-11-23', 'name-yaml-trap', /date/],
    ['.inf', 'name-yaml-trap', /number/],
  ])('%j is refused as %s', (name, code, why) => {
    const problem = problemOf(() => parseTenantName(name));
    expect(problem.code).toBe(code);
    expect(problem.why).toMatch(why);
  });

  test('a message cannot steer the terminal', () => {
    const problem = problemOf(() => parseTenantName('\u001b[2J\u202eacme'));
    expect(problem.message).not.toMatch(/[\p{Cc}\p{Cf}]/u);
  });

  test('a name of megabytes is refused with a short message', () => {
    expect(problemOf(() => parseTenantName('x'.repeat(5_000_000))).message.length).toBeLessThan(300);
  });
});

describe('suggestions', () => {
  test.each([
    ['Acme GmbH', 'acme-gmbh'],
    ['Müller & Söhne', 'mueller-soehne'],
    ['Straße', 'strasse'],
    ['Café', 'cafe'],
    ['../x', 'team-x'],
    ['y', 'team-y'],
    ['1e3', 'team-1e3'],
    ['kube-system', 'team-kube-system'],
    ['a'.repeat(64), 'a'.repeat(30)],
    [`${'a'.repeat(29)}-b`, 'a'.repeat(29)],
    ['日本', undefined],
    ['', undefined],
  ])('%j becomes %s', (text, expected) => {
    expect(suggestName(text)).toBe(expected);
  });

  test.each(['y', 'all', 'KUBE-x', 'ionos-tenants-a', '-', '9', 'xn--a', 'admin'])('what is suggested for %j is a valid name', (text) => {
    const suggestion = suggestName(text);
    if (suggestion !== undefined) expect(nameIssue(suggestion)).toBeUndefined();
    else expect(text).toBe('-');
  });
});

describe('platform names', () => {
  test.each(['main', 'prod-eu', 'sandbox', 'platform'])('%s is accepted', (name) => {
    expect(parsePlatformName(name)).toBe(name);
  });

  test.each(['default', 'all', 'kube-x', 'ionos-tenants', 'on', 'ab'])('%s is refused', (name) => {
    expect(problemOf(() => parsePlatformName(name)).what).toMatch(/name of a platform/);
  });
});
