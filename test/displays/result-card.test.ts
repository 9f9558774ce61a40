import { describe, expect, it } from 'vitest';
import { resultLines } from '../../src/displays/result-card.js';
import { recordedCreate } from './support/recorded-run.js';

type Done = Parameters<typeof resultLines>[0];

const recorded = (): Done => {
  const result = recordedCreate().at(-1);
  if (result?.type !== 'result' || !result.ok) throw new Error('the recording has no result');
  return result;
};

describe('the card at the end of a run', () => {
  it('names addresses, logins, cost, and commands that each stand alone on their line', () => {
    const lines = resultLines({ ...recorded(), next: ['x credentials acme', 'x status acme', 'x list'] }, 65_000);
    expect(lines).toContain('✔ acme is ready (1 min 05 s)');
    const text = lines.join('\n');
    for (const words of ['WordPress    http://127.0.0.1:41080  answers 200', 'IP           203.0.113.4', 'admin (owner@sandbox.example)', 'Passwords    x credentials acme', '7.76–16.13 EUR for 30 days', 'travel unencrypted']) expect(text).toContain(words);
    expect(lines.slice(lines.indexOf('  Next'))).toEqual(['  Next', '  x status acme', '  x list']);
  });

  it('fits 60 columns, so that nothing of it is broken in two', () => {
    for (const line of resultLines({ ...recorded(), next: ['npx ionos-tenants credentials acme --sandbox', 'npx ionos-tenants status acme --sandbox'] })) expect(line.length).toBeLessThanOrEqual(60);
  });

  it('says where the passwords are when no command would show them', () => {
    expect(resultLines({ ...recorded(), next: [] }).join('\n')).toContain('in namespace tenant-acme: key admin-password');
  });

  it('says what an update, an adoption and a removal have come to', () => {
    expect(resultLines({ ...recorded(), operation: 'update' })).toContainEqual(expect.stringMatching(/^✔ acme is up to date, and ready/));
    const { tenant: _tenant, ...bare } = recorded();
    const adopted = { name: 'trial', server: 'https://10.0.0.1:6443', kubernetes: 'v1.34.4', nodes: 1, addresses: 'node-port', location: null };
    expect(resultLines({ ...bare, operation: 'platform-adopt', data: { platform: adopted }, next: ['x create'] })).toEqual(['', '✔ trial is a platform', '', '  Cluster      https://10.0.0.1:6443', '               Kubernetes v1.34.4, 1 node', expect.stringMatching(/^ {2}Addresses {4}\S/), '', '  Next', '  x create']);
    const removed = { platform: 'main', adopted: false, removed: { releases: 1, namespaces: 2, cloud: 7 }, left: [] };
    expect(resultLines({ ...bare, operation: 'platform-delete', data: removed, next: ['x create'] }, 3_700)).toEqual(['', '✔ platform main is removed, and nothing of it is left (3.7 s)', '', '  Removed      1 helm release, 2 namespaces, 7 cloud resources', '', '  Next', '  x create']);
  });
});
