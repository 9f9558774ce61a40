import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Canaries } from './canaries.js';
import type { Operator } from './cli.js';

export interface CanaryCloud {
  url: string;
  /** From now on, no credentials are good, and the answer repeats what it was asked with. */
  refuse: boolean;
  close(): Promise<void>;
}

const bodyOf = async (request: IncomingMessage): Promise<Buffer> => {
  const chunks: Buffer[] = [];
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks);
};

/**
 * An operator's sandbox behind credentials that are canaries: it takes them where the sandbox takes its own, serves the models, and puts
 * a token into every kubeconfig.
 */
export const openCanaryCloud = async (operator: Operator, canaries: Canaries): Promise<CanaryCloud> => {
  const accepted = [`Bearer ${canaries.IONOS_TOKEN}`, `Basic ${Buffer.from(`${canaries.IONOS_USERNAME}:${canaries.IONOS_PASSWORD}`).toString('base64')}`];
  const cloud: CanaryCloud = { url: '', refuse: false, close: () => Promise.resolve() };
  const server: Server = createServer((request, response) => {
    void (async () => {
      const authorization = request.headers.authorization ?? '';
      const answer = (status: number, body: string, type = 'application/json'): void => {
        response.writeHead(status, { 'content-type': type });
        response.end(body);
      };
      const path = request.url ?? '';
      if (path.startsWith('/v1/models')) {
        if (authorization !== `Bearer ${canaries.IONOS_MODEL_TOKEN}`) return answer(401, '{}');
        return answer(200, JSON.stringify({ data: [{ id: 'openai/gpt-oss-120b' }] }));
      }
      if (cloud.refuse || !accepted.includes(authorization)) return answer(401, JSON.stringify({ httpStatus: 401, messages: [{ errorCode: '315', message: `Unauthorized: ${authorization}, ${Buffer.from(authorization.split(' ')[1] ?? '', 'base64').toString().split(':').at(-1)}` }] }));
      const body = await bodyOf(request);
      const forwarded = await fetch(`${await operator.apiUrl()}${path}`, { method: request.method ?? 'GET', headers: { authorization: 'Bearer sandbox-token', 'content-type': 'application/json' }, ...(body.length > 0 ? { body } : {}) });
      const text = await forwarded.text();
      answer(forwarded.status, path.includes('/kubeconfig') ? text.replace('user: {}', `user: { token: ${JSON.stringify(canaries.kubeconfig)} }`) : text, forwarded.headers.get('content-type') ?? 'application/json');
    })().catch((error: unknown) => {
      response.writeHead(500);
      response.end(String(error));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  cloud.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  cloud.close = () =>
    new Promise((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  return cloud;
};
