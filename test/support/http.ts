import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';

export interface TestServer {
  url: string;
  /** What was asked, as `GET /path`. */
  asked: string[];
  headers: IncomingMessage['headers'][];
}

export type Answer = (request: IncomingMessage, response: ServerResponse, count: number) => void;

export const json = (response: ServerResponse, status: number, body: unknown, headers: Record<string, string> = {}): void => {
  response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
};

/** A server on 127.0.0.1 that remembers what it was asked. Closed when the test has finished. */
export const testServer = async (answer: Answer): Promise<TestServer> => {
  const asked: string[] = [];
  const headers: TestServer['headers'] = [];
  const server = createServer((request, response) => {
    asked.push(`${request.method} ${request.url}`);
    headers.push(request.headers);
    answer(request, response, asked.length);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(async () => {
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked, headers };
};
