import { describe, expect, it } from 'vitest';
import type { EngineEvent } from '../../src/engine/events.js';
import { foldEvent, type RunState } from '../../src/engine/run-state.js';
import { deployRows, type DeployOptions } from '../../src/displays/ink/deploy-rows.js';
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
    expect(drawn).toMatch(/\* wordpress-…66swp\s+0\/2 {2}init 2\/2, installing WordPress\s+0:02/);
    expect(drawn).toMatch(/● Applications +2 of 4 ready/);
    expect(drawn).toMatch(/◌ Connect +WordPress tools in Open WebUI\n ◌ Verify +both URLs answer/);
  });

  it('loses the random part of pod names where it is narrow, and shows it whole where it is wide', () => {
    const { run, now } = stateWhen(wordpressInstalls);
    const options = { rows: 40, finished: new Set<string>() };
    expect(text(draw(run, now, { ...options, columns: 60 }))).toMatch(/\* wordpress {2}0\/2/);
    expect(text(draw(run, now, { ...options, columns: 120 }))).toContain('wordpress-g67hnlvzwt-66swp');
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
});
