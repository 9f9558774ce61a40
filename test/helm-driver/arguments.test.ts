import { cp, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { releaseDigest } from '../../src/helm/digest.js';
import { failureReason, upgradeArguments } from '../../src/helm/driver.js';
import { temporaryFolder } from '../support/folder.js';

const input = { release: 'wordpress', namespace: 'tenant-acme', chart: '/charts/wordpress', values: { password: 'never here' }, digest: 'd'.repeat(40) };
const chart = fileURLToPath(new URL('fixtures/package/charts/app', import.meta.url));

describe('the arguments of helm', () => {
  it.each(['3.13.0', '3.22.0', '4.0.0', '4.3.1'])('%s never make it wait, roll back or force', (version) => {
    const flags = upgradeArguments({ version }, input, 'values.yaml').join(' ');
    expect(flags).not.toMatch(/--wait|--atomic|--rollback|--force|--cleanup|--timeout/);
    expect(flags).toContain('--install');
  });

  it('make helm 4 write from the client, and tell helm 3 nothing that it does not know', () => {
    expect(upgradeArguments({ version: '4.3.1' }, input, 'v')).toContain('--server-side=false');
    expect(upgradeArguments({ version: '3.22.0' }, input, 'v').join(' ')).not.toContain('server-side');
  });

  it('have no value, and carry the digest', () => {
    const flags = upgradeArguments({ version: '4.3.1' }, input, 'v');
    expect(flags.join(' ')).not.toContain('never here');
    expect(flags).toContain(`--labels=ionos-tenants.io/digest=${input.digest}`);
  });
});

describe('the digest of a release', () => {
  it('is the same for values that helm gives back in another order, and another one when a list is', async () => {
    const digest = await releaseDigest(chart, { a: 1, b: { c: [1, 2], d: 3 } });
    expect(await releaseDigest(chart, { b: { d: 3, c: [1, 2] }, a: 1 })).toBe(digest);
    expect(await releaseDigest(chart, { a: 1, b: { c: [2, 1], d: 3 } })).not.toBe(digest);
  });

  it('fits a label, and is the same for the same chart and values, wherever the chart lies', async () => {
    const copy = join(await temporaryFolder(), 'elsewhere');
    await cp(chart, copy, { recursive: true });
    const digest = await releaseDigest(chart, { a: 1 });
    expect(digest).toMatch(/^[0-9a-f]{40}$/);
    expect(await releaseDigest(copy, { a: 1 })).toBe(digest);
  });

  it.each([
    ['a value', async () => ({ values: { a: 2 } })],
    ['a template', async (copy: string) => { await writeFile(join(copy, 'templates/new.yaml'), ''); return {}; }],
    ['the chart version', async (copy: string) => { await writeFile(join(copy, 'Chart.yaml'), 'name: app\nversion: 9.9.9\n'); return {}; }],
  ] as const)('changes with %s', async (_what, change) => {
    const copy = join(await temporaryFolder(), 'copy');
    await cp(chart, copy, { recursive: true });
    const before = await releaseDigest(copy, { a: 1 });
    const { values = { a: 1 } } = (await change(copy)) as { values?: object };
    expect(await releaseDigest(copy, values)).not.toBe(before);
  });

  it('does not change with the tests or the README of the chart', async () => {
    const copy = join(await temporaryFolder(), 'copy');
    await cp(chart, copy, { recursive: true });
    const before = await releaseDigest(copy, {});
    await mkdir(join(copy, 'tests'));
    await writeFile(join(copy, 'tests/a_test.yaml'), 'x');
    await writeFile(join(copy, 'README.md'), 'x');
    expect(await releaseDigest(copy, {})).toBe(before);
  });
});

describe('why helm failed, from what it really said', () => {
  const refused = 'Service "Not_A_Name" is invalid: metadata.name: Invalid value: "Not_A_Name"';

  it.each([
    ['helm 4, install', `Error: ${refused}\n`, refused],
    ['helm 4, upgrade', `level=WARN msg="upgrade failed" name=one error="failed to create resource: ${refused.replaceAll('"', '\\"')}"\nError: UPGRADE FAILED: failed to create resource: ${refused}\n`, `UPGRADE FAILED: failed to create resource: ${refused}`],
    ['helm 3, install', `Error: 1 error occurred:\n\t* ${refused}\n`, refused],
    ['helm 3, two errors', 'Error: 2 errors occurred:\n\t* one\n\t* two\n', 'one; two'],
    ['a schema', "Error: values don't meet the specifications of the schema(s) in the following chart(s):\nwordpress:\n- at '/site': additional properties 'x' not allowed\n", "values don't meet the specifications of the schema(s) in the following chart(s): wordpress: - at '/site': additional properties 'x' not allowed"],
    ['something else', 'panic: out of memory\n', 'panic: out of memory'],
  ])('%s', (_what, stderr, reason) => {
    expect(failureReason(stderr)).toBe(reason);
  });
});
