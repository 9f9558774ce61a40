import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import type { V1Pod } from '@kubernetes/client-node';
import { describe, expect, it, onTestFinished } from 'vitest';
import { connect } from '../../src/cluster/client.js';
import { follow, type Change } from '../../src/cluster/watch.js';
import { kubeconfigFor } from '../../src/sandbox/kubernetes-door/index.js';

type Watch = (request: { resourceVersion: string }, response: ServerResponse) => void;

const pod = (name: string, version: number) => ({ kind: 'Pod', apiVersion: 'v1', metadata: { name, namespace: 'ns', resourceVersion: String(version) } });
const send = (response: ServerResponse, type: string, object: unknown): void => void response.write(`${JSON.stringify({ type, object })}\n`);

/** An API server that lists what `pods` holds, and does to each watch what the test says, one after the other. */
const serve = async (watches: Watch[], list: (response: ServerResponse) => boolean = () => false) => {
  const pods: object[] = [];
  const asked: string[] = [];
  const server = createServer((request: IncomingMessage, response) => {
    const url = new URL(request.url ?? '/', 'http://x');
    if (url.searchParams.get('watch') !== 'true') {
      asked.push('list');
      if (list(response)) return;
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ kind: 'PodList', apiVersion: 'v1', metadata: { resourceVersion: '100' }, items: pods }));
      return;
    }
    const resourceVersion = url.searchParams.get('resourceVersion') ?? '';
    asked.push(`watch from ${resourceVersion}`);
    response.setHeader('content-type', 'application/json');
    watches.shift()?.({ resourceVersion }, response);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(async () => {
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  });
  const client = connect(kubeconfigFor(`http://127.0.0.1:${(server.address() as AddressInfo).port}`));
  const stop = new AbortController();
  onTestFinished(() => stop.abort());
  const told: string[] = [];
  const say = (change: Change<V1Pod>): string => (change.type === 'snapshot' ? `snapshot ${change.objects.map((object) => object.metadata?.name).join()}` : `${change.type} ${change.object.metadata?.name}`);
  /** Follows until the test has heard `last`. */
  const until = (last: string): Promise<void> =>
    follow<V1Pod>(client, {
      path: '/api/v1/namespaces/ns/pods',
      list: () => client.core.listNamespacedPod({ namespace: 'ns' }),
      signal: stop.signal,
      onChange: (change) => {
        told.push(say(change));
        if (told.at(-1) === last) stop.abort();
      },
      onConnection: (lost) => told.push(lost === undefined ? 'back' : 'lost'),
    });
  return { pods, asked, told, until, stop };
};

describe('following a collection', () => {
  it('gives what is there, then what happens', async () => {
    const bed = await serve([
      (_request, response) => {
        send(response, 'ADDED', pod('b', 101));
        send(response, 'MODIFIED', pod('a', 102));
        send(response, 'DELETED', pod('b', 103));
      },
    ]);
    bed.pods.push(pod('a', 99));
    await bed.until('gone b');
    expect(bed.told).toEqual(['snapshot a', 'set b', 'set a', 'gone b']);
    expect(bed.asked).toEqual(['list', 'watch from 100']);
  });

  it('goes on from where it was when the server ends a watch in peace, without a new list', async () => {
    const bed = await serve([
      (_request, response) => {
        send(response, 'ADDED', pod('a', 105));
        send(response, 'BOOKMARK', { metadata: { resourceVersion: '110' } });
        response.end();
      },
      (_request, response) => send(response, 'ADDED', pod('b', 111)),
    ]);
    await bed.until('set b');
    expect(bed.asked).toEqual(['list', 'watch from 100', 'watch from 110']);
    expect(bed.told).toEqual(['snapshot ', 'set a', 'set b']);
  });

  it('takes a new snapshot when the server has forgotten where it was', async () => {
    const bed = await serve([
      (_request, response) => {
        send(response, 'ADDED', pod('a', 105));
        send(response, 'ERROR', { kind: 'Status', code: 410, reason: 'Expired', message: 'too old resource version' });
        bed.pods.push(pod('new', 200));
        response.end();
      },
      (_request, response) => send(response, 'ADDED', pod('b', 201)),
    ]);
    await bed.until('set b');
    expect(bed.told).toEqual(['snapshot ', 'set a', 'snapshot new', 'set b']);
    expect(bed.asked.filter((each) => each === 'list')).toHaveLength(2);
  });

  it('takes a new snapshot without a word when a watch breaks, and misses nothing', async () => {
    const bed = await serve([
      (_request, response) => {
        send(response, 'ADDED', pod('a', 105));
        bed.pods.push(pod('missed', 106));
        setImmediate(() => response.destroy());
      },
      (_request, response) => send(response, 'ADDED', pod('b', 201)),
    ]);
    await bed.until('set b');
    expect(bed.told).toEqual(['snapshot ', 'set a', 'snapshot missed', 'set b']);
  });

  it('takes a new snapshot without a word when the server refuses to go on from where it was', async () => {
    const bed = await serve([
      (_request, response) => {
        send(response, 'ADDED', pod('a', 105));
        response.end();
      },
      (_request, response) => {
        bed.pods.push(pod('missed', 300));
        response.writeHead(410, { 'content-type': 'application/json' }).end(JSON.stringify({ kind: 'Status', code: 410, reason: 'Expired' }));
      },
      (_request, response) => send(response, 'ADDED', pod('b', 301)),
    ]);
    await bed.until('set b');
    expect(bed.told).toEqual(['snapshot ', 'set a', 'snapshot missed', 'set b']);
    expect(bed.asked).toEqual(['list', 'watch from 100', 'watch from 105', 'list', 'watch from 100']);
  });

  it('says that the connection was lost when nothing can be listed either, and comes back by itself', async () => {
    let away = 0;
    const bed = await serve(
      [
        (_request, response) => {
          send(response, 'ADDED', pod('a', 105));
          bed.pods.push(pod('missed', 106));
          away = 1;
          setImmediate(() => response.destroy());
        },
        (_request, response) => send(response, 'ADDED', pod('b', 201)),
      ],
      (response) => {
        if (away === 0) return false;
        away -= 1;
        response.destroy();
        return true;
      },
    );
    await bed.until('set b');
    expect(bed.told).toEqual(['snapshot ', 'set a', 'lost', 'back', 'snapshot missed', 'set b']);
  });

  it('ends with the error when a watch is no longer allowed', async () => {
    const bed = await serve([(_request, response) => void response.writeHead(403).end()]);
    await expect(bed.until('never')).rejects.toMatchObject({ statusCode: 403 });
  });

  it('starts as soon as the server answers', async () => {
    let refusals = 1;
    const bed = await serve([(_request, response) => send(response, 'ADDED', pod('a', 101))], (response) => {
      if (refusals === 0) return false;
      refusals -= 1;
      response.writeHead(503).end();
      return true;
    });
    await bed.until('set a');
    expect(bed.told).toEqual(['lost', 'back', 'snapshot ', 'set a']);
  });

  it('does not hammer a server that ends every watch at once', async () => {
    const ending: Watch = (_request, response) => void response.end();
    const bed = await serve([...Array.from({ length: 4 }, () => ending), (_request, response) => send(response, 'ADDED', pod('a', 101))]);
    const started = performance.now();
    await bed.until('set a');
    // Not a speed limit of the test: four watches that ended without a word must have been paused for.
    expect(performance.now() - started).toBeGreaterThan(1000);
  });

  it('ends with the error when it is not allowed to look', async () => {
    const bed = await serve([], (response) => {
      response.writeHead(403, { 'content-type': 'application/json' }).end(JSON.stringify({ kind: 'Status', code: 403, message: 'forbidden' }));
      return true;
    });
    await expect(bed.until('never')).rejects.toMatchObject({ code: 403 });
  });

  it('ends at once when it is told to, in the middle of a watch', async () => {
    const bed = await serve([(_request, response) => send(response, 'ADDED', pod('a', 101))]);
    const following = bed.until('never');
    while (!bed.told.includes('set a')) await new Promise((resolve) => setImmediate(resolve));
    bed.stop.abort();
    await expect(following).resolves.toBeUndefined();
  });
});
