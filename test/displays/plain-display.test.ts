import { describe, expect, it } from 'vitest';
import type { EngineEvent } from '../../src/engine/events.js';
import { openPlainDisplay } from '../../src/displays/plain/plain-display.js';
import { recordedCreate } from './support/recorded-run.js';

const transcript = (events: EngineEvent[], verbose = false): { out: string[]; err: string[] } => {
  const out: string[] = [];
  const err: string[] = [];
  const display = openPlainDisplay({ color: false, verbose, out: (line) => out.push(line), err: (line) => err.push(line) });
  for (const event of events) display.show(event);
  return { out, err };
};

describe('plain display', () => {
  it('tells a whole create in order, once, without moving the cursor', () => {
    const { out, err } = transcript(recordedCreate());
    expect(err).toEqual([]);
    const text = out.join('\n');
     
    expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f]/);
    const order = ['SANDBOX', '[STARTED] Preflight', 'Plan for terraform, platform: create 7 resources', '[STARTED] Infrastructure', 'Pod mariadb-0: pending', '[COMPLETED] Applications', 'acme is ready', '  Next'];
    const places = order.map((words) => text.indexOf(words));
    expect(places).not.toContain(-1);
    expect([...places].sort((a, b) => a - b)).toEqual(places);
  });

  it('says nothing twice in a row, and tells of a pod only when its reason changes', () => {
    const { out } = transcript(recordedCreate());
    const pods = out.filter((line) => line.includes('Pod wordpress'));
    expect(pods.map((line) => line.replace(/^.*?: /, ''))).toEqual([
      'init 1/2, copying WordPress, 0 of 2 containers ready',
      'init 2/2, installing WordPress, 0 of 2 containers ready',
      'creating container, 0 of 2 containers ready',
      'started, not ready yet, 1 of 2 containers ready',
      'ready, 2 of 2 containers ready',
    ]);
    for (const [index, line] of out.entries()) if (line !== '') expect(line).not.toBe(out[index - 1]);
  });

  it('tells of a move what it means, and the cost before and after', () => {
    const plan = (move: 'to-own' | 'to-shared'): EngineEvent => ({ type: 'plan', at: '2026-01-01T00:00:00Z', stack: 'tenant', changes: [], releases: [], costEur30d: { low: 80, high: 100 }, costBeforeEur30d: { low: 8, high: 16 }, move });
    const { out } = transcript([plan('to-own'), plan('to-shared'), { type: 'notice', at: '2026-01-01T00:00:00Z', level: 'info', message: 'on' }]);
    const text = out.join('\n');
    expect(text).toMatch(/Pods move to nodes of its own once those are there; each application is away/);
    expect(text).toMatch(/Pods move to the shared nodes, then its own are removed; each application is away/);
    expect(text).toMatch(/Cost of the tenant: .*80.* for 30 days, so far .*8/);
  });

  it('tells a failure on the other stream: what, why, what to do, the log', () => {
    const error = { code: 'x', what: 'the platform is full', why: 'no cores are left', next: ['ionos-tenants platform update'], log: '/var/log/run.ndjson' };
    const { err } = transcript([{ type: 'result', at: '2026-01-01T00:00:00Z', ok: false, operation: 'create', elapsedMs: 1, exitCode: 1, error }]);
    expect(err).toEqual(['✖ the platform is full', '  no cores are left', '  → ionos-tenants platform update', '  Log: /var/log/run.ndjson']);
  });

  it('prints what tools and pods write only when asked to', () => {
    expect(transcript(recordedCreate()).out.join('\n')).not.toContain('Initializing the backend');
    const { out } = transcript(recordedCreate(), true);
    expect(out).toContain('terraform: Initializing the backend...');
    expect(out.join('\n')).toMatch(/^wordpress-\S+\/install-wordpress: bootstrap: WordPress is installed$/m);
  });

  it('tells the last five lines of a step that failed', () => {
    const at = '2026-01-01T00:00:00Z';
    const task = 'onboard/applications/wordpress';
    const lines = Array.from({ length: 9 }, (_, index): EngineEvent => ({ type: 'log', at, task, line: `line ${index}`, source: 'wordpress-1/wordpress' }));
    const { out } = transcript([...lines, { type: 'task', at, task, title: 'WordPress', state: 'failed', elapsedMs: 5 }]);
    expect(out.slice(1)).toEqual(['Its last lines:', ...[4, 5, 6, 7, 8].map((index) => `  wordpress-1/wordpress: line ${index}`)]);
  });

  it('tells how long the last run took when the work begins', () => {
    const { out } = transcript(recordedCreate());
    const told = out.indexOf('The last run like this took 32 s.');
    expect(out[told + 1]).toBe('[STARTED] k8s_cluster: creating');
  });
});
