import { describe, expect, it } from 'vitest';

import type { KubeObject, Loose } from '../../src/sandbox/kubernetes-door/objects.js';
import { jsonPatch, mergePatch } from '../../src/sandbox/kubernetes-door/patches.js';
import { serverSideApply } from '../../src/sandbox/kubernetes-door/server-side-apply.js';
import { strategicMergePatch } from '../../src/sandbox/kubernetes-door/strategic-merge.js';

const pod = (spec: Loose): Loose => ({ spec: { template: { spec } } });
const strategic = (before: Loose, patch: Loose, kind = 'Deployment'): Loose => strategicMergePatch(kind, before, patch);

describe('strategic merge patch', () => {
  it('merges containers by name and leaves the others', () => {
    const before = pod({ containers: [{ name: 'a', image: 'a:1', tty: true }, { name: 'b', image: 'b:1' }] });
    expect(strategic(before, pod({ containers: [{ name: 'a', image: 'a:2' }] }))).toEqual(pod({ containers: [{ name: 'a', image: 'a:2', tty: true }, { name: 'b', image: 'b:1' }] }));
  });

  it('adds an item, and puts all in the wanted order', () => {
    const before = pod({ containers: [{ name: 'a' }, { name: 'b' }] });
    const patch = pod({ containers: [{ name: 'c' }], '$setElementOrder/containers': [{ name: 'b' }, { name: 'c' }, { name: 'a' }] });
    expect(strategic(before, patch)).toEqual(pod({ containers: [{ name: 'b' }, { name: 'c' }, { name: 'a' }] }));
  });

  it('removes an item by directive', () => {
    const before = pod({ containers: [{ name: 'a', env: [{ name: 'X', value: '1' }, { name: 'Y', value: '2' }] }] });
    const patch = pod({ containers: [{ name: 'a', env: [{ name: 'X', $patch: 'delete' }] }] });
    expect(strategic(before, patch)).toEqual(pod({ containers: [{ name: 'a', env: [{ name: 'Y', value: '2' }] }] }));
  });

  it('replaces a list or an object by directive', () => {
    const list = pod({ containers: [{ name: 'a' }, { name: 'b' }] });
    expect(strategic(list, pod({ containers: [{ $patch: 'replace' }, { name: 'c' }] }))).toEqual(pod({ containers: [{ name: 'c' }] }));
    expect(strategic({ spec: { a: 1, b: 2 } }, { spec: { $patch: 'replace', c: 3 } })).toEqual({ spec: { c: 3 } });
  });

  it('keeps only the retained keys of a strategy', () => {
    const before = { spec: { strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 1 } } } };
    expect(strategic(before, { spec: { strategy: { $retainKeys: ['type'], type: 'Recreate' } } })).toEqual({ spec: { strategy: { type: 'Recreate' } } });
  });

  it('adds to and removes from a set of plain values', () => {
    const before = { metadata: { finalizers: ['a', 'b'] } };
    expect(strategic(before, { metadata: { finalizers: ['c'] } })).toEqual({ metadata: { finalizers: ['a', 'b', 'c'] } });
    expect(strategic(before, { metadata: { '$deleteFromPrimitiveList/finalizers': ['a'] } })).toEqual({ metadata: { finalizers: ['b'] } });
  });

  it('tells ports of a container from ports of a Service', () => {
    const service = { spec: { ports: [{ port: 80, targetPort: 1 }, { port: 81 }] } };
    expect(strategic(service, { spec: { ports: [{ port: 80, targetPort: 2 }] } }, 'Service')).toEqual({ spec: { ports: [{ port: 80, targetPort: 2 }, { port: 81 }] } });
    const before = pod({ containers: [{ name: 'a', ports: [{ containerPort: 80 }, { containerPort: 81 }] }] });
    expect(strategic(before, pod({ containers: [{ name: 'a', ports: [{ containerPort: 81, name: 'x' }] }] }))).toEqual(
      pod({ containers: [{ name: 'a', ports: [{ containerPort: 80 }, { containerPort: 81, name: 'x' }] }] }),
    );
  });

  it('replaces lists that have no key, and removes what is null', () => {
    const before = pod({ tolerations: [{ key: 'a' }], nodeSelector: { x: '1', y: '2' } });
    expect(strategic(before, pod({ tolerations: [{ key: 'b' }], nodeSelector: { x: null } }))).toEqual(pod({ tolerations: [{ key: 'b' }], nodeSelector: { y: '2' } }));
  });

  it('never changes what it patches', () => {
    const before = Object.freeze(pod(Object.freeze({ containers: Object.freeze([Object.freeze({ name: 'a', image: '1' })]) })));
    strategic(before, pod({ containers: [{ name: 'a', image: '2' }, { name: 'b' }] }));
    expect(before).toEqual(pod({ containers: [{ name: 'a', image: '1' }] }));
  });

  it('refuses an item without its key', () => {
    expect(() => strategic(pod({ containers: [] }), pod({ containers: [{ image: 'x' }] }))).toThrow(/merge key: name/);
  });
});

describe('merge patch', () => {
  it('merges objects, replaces lists, removes null', () => {
    expect(mergePatch({ a: { b: 1, c: [1, 2], d: 4 } }, { a: { b: null, c: [3] }, e: { f: null, g: 1 } })).toEqual({ a: { c: [3], d: 4 }, e: { g: 1 } });
  });
});

describe('JSON patch', () => {
  it('adds, removes, replaces, moves, copies and tests', () => {
    const before = { list: ['a', 'b'], map: { 'x/y': 1, 'm~n': 2 } };
    const result = jsonPatch(before, [
      { op: 'test', path: '/map/x~1y', value: 1 },
      { op: 'add', path: '/list/-', value: 'd' },
      { op: 'add', path: '/list/2', value: 'c' },
      { op: 'remove', path: '/list/0' },
      { op: 'replace', path: '/map/m~0n', value: 3 },
      { op: 'copy', from: '/list', path: '/copied' },
      { op: 'move', from: '/map/x~1y', path: '/moved' },
    ]);
    expect(result).toEqual({ list: ['b', 'c', 'd'], map: { 'm~n': 3 }, copied: ['b', 'c', 'd'], moved: 1 });
    expect(before).toEqual({ list: ['a', 'b'], map: { 'x/y': 1, 'm~n': 2 } });
  });

  it.each([
    ['a test that fails', [{ op: 'test', path: '/a', value: 2 }]],
    ['a path that is not there', [{ op: 'remove', path: '/b' }]],
    ['an index out of bounds', [{ op: 'add', path: '/list/7', value: 1 }]],
    ['an unknown operation', [{ op: 'zap', path: '/a' }]],
    ['what is no list', { op: 'add' }],
  ])('refuses %s', (_what, patch) => {
    expect(() => jsonPatch({ a: 1, list: [] }, patch)).toThrow();
  });
});

describe('server-side apply', () => {
  const writer = (manager: string): Parameters<typeof serverSideApply>[2] => ({ manager, operation: 'Apply', apiVersion: 'apps/v1' });
  const object = (body: Loose): KubeObject => ({ apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'web' }, ...body });
  const apply = (live: KubeObject | undefined, manager: string, body: Loose, force = false): ReturnType<typeof serverSideApply> => serverSideApply(live, object(body), writer(manager), force);
  const container = (item: Loose, ...more: Loose[]): Loose => ({ spec: { template: { spec: { containers: [item, ...more] } } } });

  it('removes what the same writer no longer applies, and keeps what others own', () => {
    const first = apply(undefined, 'one', { metadata: { name: 'web', labels: { a: '1', b: '2' } } }).object;
    const second = apply(first, 'two', { metadata: { name: 'web', labels: { c: '3' } } }).object;
    const third = apply(second, 'one', { metadata: { name: 'web', labels: { a: '1' } } }).object;
    expect(third.metadata.labels).toEqual({ a: '1', c: '3' });
    const fourth = apply(third, 'two', { metadata: { name: 'web' } }).object;
    expect(fourth.metadata.labels).toEqual({ a: '1' });
    expect(fourth.metadata.managedFields?.map(({ manager }) => manager)).toEqual(['one']);
  });

  it('drops an item of a keyed list as a whole', () => {
    const first = apply(undefined, 'one', container({ name: 'a', image: '1' }, { name: 'b', image: '2', env: [{ name: 'X', value: 'y' }] })).object;
    expect(apply(first, 'one', container({ name: 'a', image: '1' })).object.spec).toEqual({ template: { spec: { containers: [{ name: 'a', image: '1' }] } } });
  });

  it('names the owner of a contested field, unless it is forced or the values agree', () => {
    const first = apply(undefined, 'one', container({ name: 'a', image: '1' })).object;
    expect(apply(first, 'two', container({ name: 'a', image: '1' })).conflicts).toEqual([]);
    expect(apply(first, 'two', container({ name: 'a', image: '2' })).conflicts).toEqual([
      { reason: 'FieldManagerConflict', message: 'conflict with "one"', field: '.spec.template.spec.containers[{"name":"a"}].image' },
    ]);
    const forced = apply(first, 'two', container({ name: 'a', image: '2' }), true);
    expect(forced.conflicts).toEqual([]);
    expect(forced.object.spec.template.spec.containers).toEqual([{ name: 'a', image: '2' }]);
    // The field has changed hands: its first writer may now leave it out without taking it away.
    const left = apply(forced.object, 'one', container({ name: 'a' })).object;
    expect(left.spec.template.spec.containers).toEqual([{ name: 'a', image: '2' }]);
  });

  it('keeps a field that two writers apply until the last one drops it', () => {
    const first = apply(undefined, 'one', container({ name: 'a', image: '1' })).object;
    const shared = apply(first, 'two', container({ name: 'a', image: '1' })).object;
    const dropped = apply(shared, 'one', {}).object;
    expect(dropped.spec.template.spec.containers).toEqual([{ name: 'a', image: '1' }]);
    expect(apply(dropped, 'two', {}).object.spec?.template?.spec?.containers ?? []).toEqual([]);
  });

  it('tells two ports with the same number by their protocol', () => {
    const dns = [{ containerPort: 53, protocol: 'UDP' }, { containerPort: 53 }];
    const first = apply(undefined, 'one', container({ name: 'a', ports: dns })).object;
    const named = apply(first, 'one', container({ name: 'a', ports: [{ containerPort: 53, protocol: 'UDP', name: 'dns' }, { containerPort: 53 }] })).object;
    expect(named.spec.template.spec.containers[0].ports).toEqual([{ containerPort: 53, protocol: 'UDP', name: 'dns' }, { containerPort: 53 }]);
  });
});
