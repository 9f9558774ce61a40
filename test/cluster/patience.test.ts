import { describe, expect, it } from 'vitest';
import { connect } from '../../src/cluster/client.js';
import { CancelledError } from '../../src/engine/interrupts.js';
import { kubeconfigFor } from '../../src/sandbox/kubernetes-door/index.js';
import { json, testServer, type Answer } from '../support/http.js';

const EMPTY = { kind: 'NamespaceList', apiVersion: 'v1', metadata: {}, items: [] };
const status = (code: number, message: string): object => ({ kind: 'Status', apiVersion: 'v1', status: 'Failure', message, code });

const open = async (answer: Answer, ms = 60_000) => {
  const server = await testServer(answer);
  const said: string[] = [];
  const stop = new AbortController();
  return { server, said, stop, cluster: connect(kubeconfigFor(server.url), { ms, signal: stop.signal, say: (message) => said.push(message) }) };
};

describe('an API server that is away', () => {
  it.each([429, 500, 503])('with HTTP %i is asked again, and that is told once at its beginning and once at its end', async (code) => {
    const { cluster, server, said } = await open((_request, response, count) => (count <= 2 ? json(response, code, status(code, 'not now'), { 'retry-after': '0' }) : json(response, 200, EMPTY)));
    expect((await cluster.core.listNamespace()).items).toEqual([]);
    expect(server.asked).toHaveLength(3);
    expect(said).toEqual([expect.stringContaining(`HTTP ${code}`), expect.stringContaining('answers again')]);
  });

  it('is asked again for reads when the connection breaks, but never for what creates', async () => {
    const broken = await open((request, response, count) => (count === 1 ? request.socket.destroy() : json(response, 200, EMPTY)));
    expect((await broken.cluster.core.listNamespace()).items).toEqual([]);
    const creating = await open((request) => request.socket.destroy());
    await expect(creating.cluster.core.createNamespace({ body: { metadata: { name: 'x' } } })).rejects.toMatchObject({ code: 'cluster-unreachable' });
    expect(creating.server.asked).toHaveLength(1);
  });

  it('is not waited for longer than patience lasts, in all calls together', async () => {
    const { cluster, server } = await open((request) => request.socket.destroy(), 0);
    await expect(cluster.core.listNamespace()).rejects.toMatchObject({ code: 'cluster-unreachable', exitCode: 1 });
    const asked = server.asked.length;
    await expect(cluster.core.listNamespace()).rejects.toMatchObject({ code: 'cluster-unreachable' });
    expect(server.asked.length).toBe(asked + 1);
  });

  it('is not waited for any more once the operator has pressed Ctrl-C', async () => {
    const { cluster, stop } = await open((request) => {
      request.socket.destroy();
      setImmediate(() => stop.abort(new CancelledError()));
    });
    await expect(cluster.core.listNamespace()).rejects.toBeInstanceOf(CancelledError);
  });

  it('is not thought to be away when a node has no log to give', async () => {
    const { cluster, server, said } = await open((_request, response) => json(response, 500, status(500, 'Get "https://10.0.0.4:10250/containerLogs": dial tcp: connection refused')));
    await expect(cluster.core.readNamespacedPodLog({ namespace: 'tenant-acme', name: 'wordpress-0', container: 'wordpress' })).rejects.toMatchObject({ code: 500 });
    expect(server.asked).toHaveLength(1);
    expect(said).toEqual([]);
  });

  it('that refuses the kubeconfig ends with exit code 4', async () => {
    const { cluster } = await open((_request, response) => json(response, 401, status(401, 'Unauthorized')));
    await expect(cluster.core.listNamespace()).rejects.toMatchObject({ code: 'cluster-credentials', exitCode: 4, why: expect.stringContaining('HTTP 401: Unauthorized') as string });
  });
});
