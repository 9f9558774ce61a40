import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { EngineEvent, PodView } from '../../src/engine/events.js';
import { foldEvent, initialRunState, type RunState } from '../../src/engine/run-state.js';

/** The log of a real `create` on the sandbox. */
const recorded = readFileSync(new URL('fixtures/create.ndjson', import.meta.url), 'utf8')
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line) as EngineEvent);

const fold = (events: readonly EngineEvent[], from: RunState = initialRunState): RunState => events.reduce(foldEvent, from);

/** The tree as an outline: two spaces for each level. */
const outline = (state: RunState): string[] => {
  const lines = (path: string, depth: number): string[] => {
    const node = state.tasks[path];
    return [`${'  '.repeat(depth)}${path.split('/').slice(depth === 0 ? 0 : -1).join('/')} ${node?.state}`, ...(node?.children ?? []).flatMap((child) => lines(child, depth + 1))];
  };
  return state.roots.flatMap((root) => lines(root, 0));
};

const at = '2026-01-01T00:00:00.000Z';
const task = (path: string, state: 'started' | 'progress' | 'done' | 'failed' | 'skipped' | 'retrying', rest: object = {}): EngineEvent => ({ type: 'task', at, task: path, title: path, state, ...rest });
const pod = (name: string, rest: Partial<PodView> = {}): PodView => ({ namespace: 'tenant-acme', name, app: 'wordpress', ready: 0, containers: 1, phase: 'Pending', reason: 'pending', restarts: 0, ...rest });

describe('the recorded log of an onboarding', () => {
  const state = fold(recorded);

  it('folds into the tree that an operator sees', () => {
    expect(outline(state)).toEqual([
      'onboard/preflight done',
      '  credentials done',
      '  tools done',
      '  platform done',
      '  name done',
      '  capacity done',
      '  cluster skipped',
      '  models done',
      'onboard/plan done',
      'onboard/platform done',
      '  ionoscloud_k8s_cluster.this done',
      '  ionoscloud_datacenter.this done',
      '  ionoscloud_lan.this done',
      '  ionoscloud_ipblock.nodes[1] done',
      '  ionoscloud_ipblock.nodes[0] done',
      '  ionoscloud_ipblock.nodes[2] done',
      '  ionoscloud_k8s_node_pool.this[0] done',
      'onboard/infrastructure done',
      '  ionoscloud_ipblock.this done',
      'onboard/guard-rails done',
      'onboard/secrets done',
      'onboard/applications done',
      '  models done',
      '  wordpress done',
      '  openwebui done',
      '  gateway done',
      'onboard/connect done',
      'onboard/verify done',
    ]);
  });

  it('knows the run, the tools, the plans and the result', () => {
    expect(state).toMatchObject({ operation: 'create', tenant: 'acme', sandbox: true, startedAt: recorded[0]?.at, tools: { terraform: { version: '1.11.4' }, helm: { version: '4.3.1' }, recorded: false } });
    expect(state.plans.map(({ stack, changes }) => [stack, changes.length])).toEqual([['platform', 7], ['tenant', 1]]);
    expect(state.result).toMatchObject({ ok: true, changed: true });
    expect(state.tenantResult).toMatchObject({ name: 'acme', http: { wordpress: 200, openwebui: 200 } });
  });

  it('ends with every pod ready, under the task that waited for it', () => {
    expect(Object.values(state.pods).map(({ app, reason }) => [app, reason]).sort()).toEqual([['gateway', ''], ['mariadb', ''], ['model-gateway', ''], ['model-gateway', ''], ['openwebui', ''], ['wordpress', '']]);
    expect(state.tasks['onboard/applications/wordpress']?.pods.map((key) => state.pods[key]?.app)).toEqual(['mariadb', 'wordpress']);
  });

  it('gives the same state in one go and in two', () => {
    for (const cut of [1, 20, 77, recorded.length - 1]) expect(fold(recorded.slice(cut), fold(recorded.slice(0, cut)))).toEqual(state);
  });
});

describe('a fold', () => {
  it('never changes the state that it was given', () => {
    const frozen = (value: unknown): void => {
      if (value === null || typeof value !== 'object' || Object.isFrozen(value)) return;
      Object.freeze(value);
      Object.values(value).forEach(frozen);
    };
    let state = initialRunState;
    for (const event of recorded) {
      frozen(state);
      state = foldEvent(state, event);
    }
    expect(state.result?.ok).toBe(true);
  });

  it('keeps what has not changed, so that a display need not draw it again', () => {
    const before = fold([task('a', 'started'), task('b', 'started')]);
    const after = foldEvent(before, task('b', 'done'));
    expect(after.tasks.a).toBe(before.tasks.a);
  });

  it('leaves the state as it is for an event that it does not know', () => {
    const state = fold([task('a', 'started')]);
    expect(foldEvent(state, { type: 'from-the-future', at } as unknown as EngineEvent)).toBe(state);
  });
});

describe('a task', () => {
  it('keeps its detail when it is done, and forgets it when it starts again', () => {
    const done = fold([task('a', 'started'), task('a', 'progress', { detail: '2 of 3' }), task('a', 'done')]);
    expect(done.tasks.a?.detail).toBe('2 of 3');
    expect(foldEvent(done, task('a', 'retrying')).tasks.a?.detail).toBe('');
  });

  it('keeps the time of its first start', () => {
    const later = '2026-01-01T00:00:09.000Z';
    expect(fold([task('a', 'started'), { ...task('a', 'started'), at: later }]).tasks.a?.startedAt).toBe(at);
  });

  it('shows the failure where it happened', () => {
    const failure = { code: 'x', what: 'it broke', next: [] };
    const state = fold([task('a', 'started'), task('a/b', 'started'), task('a/b', 'failed', { failure }), task('a', 'failed')]);
    expect(state.tasks['a/b']?.failure).toEqual(failure);
    expect(state.tasks.a?.failure).toBeUndefined();
  });

  it('hangs under the task whose path it continues, else at the root', () => {
    const state = fold([task('a', 'started'), task('a/b', 'started'), task('c/d', 'started')]);
    expect(state.roots).toEqual(['a', 'c/d']);
    expect(state.tasks.a?.children).toEqual(['a/b']);
  });
});

describe('a pod', () => {
  const shown = (gone?: boolean): EngineEvent => ({ type: 'pod', at, task: 'a', pod: pod('web-1'), ...(gone === undefined ? {} : { gone }) });

  it('is listed once, however often it changes', () => {
    expect(fold([task('a', 'started'), shown(), shown(), shown()]).tasks.a?.pods).toEqual(['tenant-acme/web-1']);
  });

  it('disappears when it is gone', () => {
    const state = fold([task('a', 'started'), shown(), shown(true)]);
    expect(state.tasks.a?.pods).toEqual([]);
    expect(state.pods).toEqual({});
  });

  it('is remembered even where its task is not known', () => {
    expect(Object.keys(fold([shown()]).pods)).toEqual(['tenant-acme/web-1']);
  });
});

it('the log lines that can be scrolled back to are bounded, and the newest stay', () => {
  const lines = Array.from({ length: 500 }, (_, index): EngineEvent => ({ type: 'log', at, task: 'a', line: String(index) }));
  const state = fold(lines);
  expect(state.logLines.length).toBeLessThan(500);
  expect(state.logLines.at(-1)?.line).toBe('499');
});

it('a plan of a stack replaces the earlier one of the same stack', () => {
  const plan = (stack: string, address: string): EngineEvent => ({ type: 'plan', at, stack, changes: [{ address, action: 'create' }], releases: [] });
  const state = fold([plan('platform', 'p'), plan('tenant', 'expected'), plan('tenant', 'real')]);
  expect(state.plans.map(({ stack, changes }) => [stack, changes[0]?.address])).toEqual([['platform', 'p'], ['tenant', 'real']]);
});
