import { describe, expect, it } from 'vitest';
import type { EngineEvent } from '../../src/engine/events.js';
import { foldEvent, type RunState } from '../../src/engine/run-state.js';
import { deployRows, detailScroll, type DeployOptions } from '../../src/displays/ink/deploy-rows.js';
import { rowWidth, textOfRow, type Row } from '../../src/displays/ink/rows.js';
import { createTheme } from '../../src/displays/ink/theme.js';
import { recordedStates } from './support/recorded-run.js';

const draw = (run: RunState, now: number, changes: Partial<DeployOptions> = {}): Row[] =>
  deployRows(run, { columns: 80, rows: 19, now, frame: '*', details: false, logs: false, finished: new Set(), theme: createTheme({ color: false, ascii: false }), ...changes });

const text = (rows: Row[]): string => rows.map((row) => textOfRow(row).trimEnd()).join('\n');

const stateWhen = (wanted: (run: RunState) => boolean): { run: RunState; now: number } => {
  const found = recordedStates().find(({ run }) => wanted(run));
  if (!found) throw new Error('the recording has no such moment');
  return found;
};

const wordpressInstalls = (run: RunState): boolean => Object.values(run.pods).some((pod) => pod.reason.includes('installing WordPress'));

describe('the deployment, drawn from a recorded run', () => {
  for (const [columns, rows] of [[80, 24], [120, 40], [60, 15], [40, 10]] as const) {
    it(`never leaves its room at ${columns}×${rows}`, () => {
      for (const { run, now } of recordedStates()) {
        for (const changes of [{}, { details: true }, { logs: true }]) {
          const drawn = draw(run, now, { columns, rows: rows - 5, ...changes });
          expect(drawn.length).toBeLessThanOrEqual(rows - 5);
          for (const row of drawn) expect(rowWidth(row), textOfRow(row)).toBeLessThanOrEqual(columns);
        }
      }
    });
  }

  it('shows the pods of a running application with the reason why they are not ready', () => {
    const { run, now } = stateWhen(wordpressInstalls);
    const drawn = text(draw(run, now, { finished: new Set(run.roots.filter((path) => run.tasks[path]?.state === 'done')) }));
    expect(drawn).toMatch(/\* wordpress-…8kggj\s+0\/2 {2}init 2\/2, installing WordPress\s+0:01/);
    expect(drawn).toMatch(/● Applications +2 of 4 ready/);
    expect(drawn).toMatch(/◌ Connect +WordPress tools in Open WebUI\n ◌ Verify +both URLs answer/);
  });

  it('loses the random part of pod names where it is narrow, and shows it whole where it is wide', () => {
    const { run, now } = stateWhen(wordpressInstalls);
    const options = { rows: 40, finished: new Set<string>() };
    expect(text(draw(run, now, { ...options, columns: 60 }))).toMatch(/\* wordpress {2}0\/2/);
    expect(text(draw(run, now, { ...options, columns: 120 }))).toContain('wordpress-5bhcpgsfhw-8kggj');
  });

  it('turns a wheel on running leaves only', () => {
    const branching = recordedStates().filter(({ run }) => (run.tasks['onboard/applications']?.children.length ?? 0) > 0);
    expect(branching.length).toBeGreaterThan(0);
    for (const { run, now } of branching) {
      for (const row of draw(run, now, { rows: 60 })) {
        if (textOfRow(row).includes('Applications')) expect(textOfRow(row)).not.toContain('*');
      }
    }
  });

  it('keeps what runs when there is no room for everything', () => {
    const { run, now } = stateWhen(wordpressInstalls);
    const drawn = text(draw(run, now, { rows: 7, finished: new Set(run.roots.filter((path) => run.tasks[path]?.state === 'done')) }));
    expect(drawn).toContain('installing WordPress');
    expect(drawn).toMatch(/… \d+ more/);
    expect(drawn).not.toContain('Verify');
  });

  it('puts a failure in the place of the line that failed', () => {
    const { run, now } = stateWhen(wordpressInstalls);
    const at = new Date(now).toISOString();
    const failure = { code: 'pods-stuck', what: 'wordpress does not come up', why: 'image cannot be pulled', next: ['kubectl -n tenant-acme describe pods'] };
    const failed = (task: string, title: string): EngineEvent => ({ type: 'task', at, task, title, state: 'failed', elapsedMs: 1000, failure });
    const after = [failed('onboard/applications/wordpress', 'WordPress'), failed('onboard/applications', 'Applications')].reduce(foldEvent, run);
    const lines = text(draw(after, now, { rows: 30, failure: { ...failure, log: '/var/log/run.ndjson' } })).split('\n');
    const line = lines.findIndex((each) => each.includes('✖ WordPress'));
    expect(lines.slice(line + 1, line + 5).map((each) => each.trim())).toEqual([
      'wordpress does not come up',
      'image cannot be pulled',
      '→ kubectl -n tenant-acme describe pods',
      'Log: /var/log/run.ndjson',
    ]);
  });

  it('shows no branch before it has begun', () => {
    const { run, now } = stateWhen(() => true);
    const early = foldEvent(run, { type: 'task', at: new Date(now).toISOString(), task: 'onboard/infrastructure/ionoscloud_datacenter.platform', title: 'ionoscloud_datacenter.platform', state: 'done' });
    expect(text(draw(early, now))).not.toContain('datacenter');
  });

  it('says how much of a branch is done, and what its own steps last wrote', () => {
    const { run, now } = stateWhen((each) => each.tasks['onboard/platform/ionoscloud_lan.this']?.state === 'done' && each.tasks['onboard/platform/ionoscloud_k8s_node_pool.this[0]'] === undefined);
    expect(text(draw(run, now))).toMatch(/● Platform +\d of 7 resources +0:\d\d/);
    const starting = stateWhen((each) => Object.values(each.pods).some(({ name, reason }) => name === 'mariadb-0' && reason === 'started, not ready yet') && each.logLines.at(-1)?.line.startsWith('mariadbd') === true);
    expect(text(draw(starting.run, starting.now, { columns: 120 }))).toMatch(/\* mariadb-0 +0\/1 {2}started, not ready yet {2}mariadbd: ready for connections on port 3306 +0:\d\d/);
  });

  it('shows a step that tries again, with the attempt and the reason', () => {
    const { run, now } = stateWhen(wordpressInstalls);
    const again = foldEvent(run, { type: 'task', at: new Date(now).toISOString(), task: 'onboard/applications/wordpress', title: 'WordPress', state: 'retrying', detail: 'attempt 2 of 3 as soon as the cluster answers: connection refused' });
    const drawn = text(draw(again, now, { columns: 120 }));
    expect(drawn).toMatch(/↻ WordPress +trying again: attempt 2 of 3 as soon as the cluster answers: connection refused/);
    expect(drawn).toContain('installing WordPress');
  });

  it('shows the last lines with who wrote them', () => {
    const { run, now } = stateWhen(wordpressInstalls);
    const lines = text(draw(run, now, { logs: true, rows: 20 })).split('\n');
    const title = lines.findIndex((line) => line.includes(' Logs '));
    expect(title).toBeGreaterThan(0);
    expect(lines.slice(title).join('\n')).toMatch(/prepare-core +core is in place/);
    expect(text(draw(run, now, { logs: true, rows: 40, columns: 120 }))).toMatch(/wordpress\/prepare-core +core is in place/);
  });

  it('shows only what the failed step wrote while its failure waits for an answer', () => {
    const { run, now } = stateWhen(wordpressInstalls);
    const at = new Date(now).toISOString();
    const failure = { code: 'pods-stuck', what: 'wordpress does not come up', next: [] };
    const failed = foldEvent(run, { type: 'task', at, task: 'onboard/applications/wordpress', title: 'WordPress', state: 'failed', elapsedMs: 1000, failure });
    const drawn = text(draw(failed, now, { logs: true, rows: 60, failure }));
    expect(drawn).toContain('core is in place');
    expect(drawn.slice(drawn.indexOf(' Logs '))).not.toContain('gateway');
  });

  it('has every step of the run in its details, with full names, and scrolls to what does not fit', () => {
    const { run, now } = stateWhen(wordpressInstalls);
    const finished = new Set(run.roots.filter((path) => run.tasks[path]?.state === 'done'));
    const details = { details: true, finished, columns: 120 };
    const all = text(draw(run, now, { ...details, rows: 100 }));
    for (const words of ['✔ Credentials', 'module.kubernetes.ionoscloud_k8s_cluster.this', 'wordpress-5bhcpgsfhw-8kggj', 'on ionos-tenants-main-shared-', '◌ Verify']) expect(all).toContain(words);
    const shown = new Set<string>();
    const { most } = detailScroll(run, { rows: 12, now, frame: '*', logs: false, theme: createTheme({ color: false, ascii: false }), ...details });
    for (let scroll = 0; scroll <= most; scroll += 1) {
      const rows = draw(run, now, { ...details, rows: 12, scroll });
      expect(rows).toHaveLength(12);
      for (const row of rows) shown.add(textOfRow(row));
    }
    for (const line of draw(run, now, { ...details, rows: 100 })) expect([...shown]).toContain(textOfRow(line));
    // Unless somebody scrolls, what runs is in sight.
    expect(text(draw(run, now, { ...details, rows: 12 }))).toContain('installing WordPress');
  });
});
