import { request } from 'node:http';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import type { Loose } from '../../src/sandbox/kubernetes-door/objects.js';
import { makeCluster, openDoor } from '../support/cluster.js';
import type { TestDoor } from '../support/cluster.js';

interface Event {
  type: string;
  object: Loose;
}

/** A watch as a client sees it: its events one by one. */
class Watch {
  readonly events: Event[] = [];
  status = 0;
  ended = false;
  readonly #waiting = new Set<() => void>();
  readonly #stop: () => void;

  constructor(url: string) {
    const call = request(url, (response) => {
      this.status = response.statusCode ?? 0;
      let rest = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => {
        const lines = (rest + chunk).split('\n');
        rest = lines.pop() ?? '';
        for (const line of lines) this.events.push(JSON.parse(line) as Event);
        this.#wake();
      });
      response.on('end', () => {
        this.ended = true;
        if (rest) this.events.push({ type: 'BODY', object: JSON.parse(rest) as Loose });
        this.#wake();
      });
      response.on('error', () => this.#wake());
      response.on('close', () => {
        this.ended = true;
        this.#wake();
      });
      this.#wake();
    });
    call.on('error', () => undefined);
    call.end();
    this.#stop = () => call.destroy();
  }

  #wake(): void {
    for (const wake of this.#waiting) wake();
  }

  async until(fits: (watch: Watch) => boolean): Promise<void> {
    while (!fits(this)) await new Promise<void>((resolve) => this.#waiting.add(resolve));
  }

  /** Resolves with the first `count` events, in short. */
  async first(count: number): Promise<string[]> {
    await this.until(({ events }) => events.length >= count);
    return this.events.slice(0, count).map(({ type, object }) => `${type} ${String(object['metadata']?.name ?? object['reason'] ?? '')}`);
  }

  stop(): void {
    this.#stop();
  }
}

const MAPS = '/api/v1/namespaces/default/configmaps';

describe('a watch', () => {
  let bed: TestDoor;
  let watches: Watch[];

  const watch = (query: string, path = MAPS): Watch => {
    const opened = new Watch(`${bed.door.url}${path}?watch=true&${query}`);
    watches.push(opened);
    return opened;
  };
  const put = (name: string, labels: Record<string, string> = {}, data: Record<string, string> = {}): Promise<unknown> =>
    bed.cluster.store.find('ConfigMap', 'default', name) ?
      bed.call('PUT', `${MAPS}/${name}`, { metadata: { name, labels }, data })
    : bed.call('POST', MAPS, { metadata: { name, labels }, data });

  beforeEach(async () => {
    watches = [];
    bed = await openDoor(makeCluster({ start: false }));
  });
  afterEach(async () => {
    for (const open of watches) open.stop();
    await bed.close();
  });

  it('starts with what is there, and goes on with what happens', async () => {
    await put('a');
    const seen = watch('');
    await seen.first(1);
    await put('b');
    await put('b', {}, { x: '1' });
    await bed.call('DELETE', `${MAPS}/a`);
    expect(await seen.first(4)).toEqual(['ADDED a', 'ADDED b', 'MODIFIED b', 'DELETED a']);
  });

  it('resumes at a revision without losing or repeating anything', async () => {
    await put('a');
    const { body } = await bed.call('GET', MAPS);
    await put('b');
    await bed.call('DELETE', `${MAPS}/a`);
    const seen = watch(`resourceVersion=${String(body['metadata'].resourceVersion)}`);
    expect(await seen.first(2)).toEqual(['ADDED b', 'DELETED a']);
    const last = String(seen.events[1]?.object['metadata'].resourceVersion);
    await put('c');
    expect(await watch(`resourceVersion=${last}`).first(1)).toEqual(['ADDED c']);
  });

  it('is refused with 410 when its revision is forgotten, or of another life', async () => {
    await put('a');
    const old = bed.cluster.store.revision;
    await put('b');
    bed.cluster.store.compact();
    for (const revision of [old - 1, bed.cluster.store.revision + 100]) {
      const refused = watch(`resourceVersion=${revision}`);
      await refused.until(({ ended }) => ended);
      expect(refused).toMatchObject({ status: 410, events: [{ object: { kind: 'Status', reason: 'Expired', code: 410 } }] });
    }
  });

  it('shows with a selector what enters and leaves its view', async () => {
    const seen = watch('labelSelector=tier=front');
    await put('a', { tier: 'front' });
    await seen.first(1);
    await put('b', { tier: 'back' });
    await put('b', { tier: 'front' });
    await put('a', { tier: 'back' });
    await put('a', { tier: 'back' }, { x: '1' });
    await bed.call('DELETE', `${MAPS}/a`);
    await bed.call('DELETE', `${MAPS}/b`);
    expect(await seen.first(4)).toEqual(['ADDED a', 'ADDED b', 'DELETED a', 'DELETED b']);
  });

  it('follows one object by name, and one namespace only', async () => {
    const seen = watch('fieldSelector=metadata.name=b');
    await seen.until(({ status }) => status === 200);
    await put('a');
    await bed.call('POST', '/api/v1/namespaces', { metadata: { name: 'other' } });
    await bed.call('POST', '/api/v1/namespaces/other/configmaps', { metadata: { name: 'b' } });
    await put('b');
    expect(await seen.first(1)).toEqual(['ADDED b']);
    expect(seen.events[0]?.object['metadata'].namespace).toBe('default');
  });

  it('sends the initial objects and then a bookmark that says so, when asked for a WatchList', async () => {
    await put('a');
    await put('b');
    const seen = watch('sendInitialEvents=true&allowWatchBookmarks=true&resourceVersionMatch=NotOlderThan&resourceVersion=');
    expect(await seen.first(3)).toEqual(['ADDED a', 'ADDED b', 'BOOKMARK ']);
    expect(seen.events[2]?.object).toMatchObject({
      kind: 'ConfigMap',
      metadata: { resourceVersion: String(bed.cluster.store.revision), annotations: { 'k8s.io/initial-events-end': 'true' } },
    });
    const wrong = watch('sendInitialEvents=true');
    await wrong.until(({ ended }) => ended);
    expect(wrong.status).toBe(400);
  });

  it('ends when its time is over, with a bookmark to resume from', async () => {
    const seen = watch('timeoutSeconds=1&allowWatchBookmarks=true');
    await seen.until(({ ended }) => ended);
    expect(seen.events.at(-1)).toMatchObject({ type: 'BOOKMARK', object: { metadata: { resourceVersion: String(bed.cluster.store.revision) } } });
  });

  it('ends when the door closes', async () => {
    const seen = watch('');
    await seen.until(({ status }) => status === 200);
    await bed.door.close();
    await seen.until(({ ended }) => ended);
    expect(await fetch(bed.door.url).catch(() => 'closed')).toBe('closed');
  });
});
