import type { V1Pod } from '@kubernetes/client-node';
import { createServer, type ServerResponse } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import { connect, reasonOf } from '../../src/cluster/client.js';
import { readCollection } from '../../src/cluster/collection.js';
import { kubeconfigFor } from '../../src/sandbox/kubernetes-door/index.js';

const answer = (response: ServerResponse, status: number, body: object): void => void response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));

const page = (names: string[], next?: string): object => ({ kind: 'PodList', metadata: { resourceVersion: '7', ...(next === undefined ? {} : { continue: next }) }, items: names.map((name) => ({ metadata: { name } })) });

/** Reads the pods of a server that answers the queries it gets in turn. */
const readFrom = async (...answers: ((response: ServerResponse) => void)[]) => {
  const asked: URLSearchParams[] = [];
  const server = createServer((request, response) => {
    asked.push(new URL(request.url ?? '/', 'http://x').searchParams);
    answers[asked.length - 1]?.(response);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const cluster = connect(kubeconfigFor(`http://127.0.0.1:${(server.address() as AddressInfo).port}`));
  const reading = readCollection<V1Pod, string>(cluster, { path: '/api/v1/pods', query: { labelSelector: 'a=b' }, read: (pod) => pod.metadata?.name ?? '', signal: new AbortController().signal });
  return { asked, reading };
};

it('reads page after page, and keeps what is asked for', async () => {
  const { asked, reading } = await readFrom(
    (response) => answer(response, 200, page(['a', 'b'], 'more')),
    (response) => answer(response, 200, page(['c'])),
  );
  await expect(reading).resolves.toEqual({ items: ['a', 'b', 'c'], resourceVersion: '7' });
  expect(asked.map((query) => [query.get('labelSelector'), query.get('continue')])).toEqual([['a=b', null], ['a=b', 'more']]);
});

it('begins anew when the rest of a list has expired', async () => {
  const { reading } = await readFrom(
    (response) => answer(response, 200, page(['gone'], 'more')),
    (response) => answer(response, 410, { kind: 'Status', code: 410, reason: 'Expired' }),
    (response) => answer(response, 200, page(['a'])),
  );
  await expect(reading).resolves.toMatchObject({ items: ['a'] });
});

it('throws the API server\'s own words', async () => {
  const { reading } = await readFrom((response) => answer(response, 403, { kind: 'Status', code: 403, message: 'pods is forbidden' }));
  const error: unknown = await reading.catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ code: 403 });
  expect(reasonOf(error)).toBe('pods is forbidden');
});
