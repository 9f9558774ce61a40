import { once } from 'node:events';
import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { request } from 'node:https';
import { addAddress } from './network.js';

export interface Seen {
  method: string;
  url: string;
  headers: IncomingMessage['headers'];
  /** Bytes of the body so far, and whether it has come to its end. */
  bytes: number;
  whole: boolean;
}

/** An application behind the gateway: writes down what it is asked, and answers with that, unless `answer` does something else. */
export class App {
  readonly seen: Seen[] = [];
  readonly server = createServer((incoming, response) => void this.handle(incoming, response).catch(() => response.destroy()));
  /** What the next answers are; back to the ordinary one with undefined. */
  answer: ((incoming: IncomingMessage, response: ServerResponse) => void) | undefined;

  static async listen(address: string): Promise<App> {
    const app = new App();
    app.server.listen(8080, await addAddress(address));
    await once(app.server, 'listening');
    return app;
  }

  private async handle(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const seen: Seen = { method: incoming.method ?? '', url: incoming.url ?? '', headers: incoming.headers, bytes: 0, whole: false };
    this.seen.push(seen);
    if (this.answer !== undefined) return this.answer(incoming, response);
    for await (const part of incoming) seen.bytes += (part as Buffer).length;
    seen.whole = true;
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(seen));
  }

  close(): void {
    this.server.close();
    this.server.closeAllConnections();
  }
}

export interface SecureAnswer {
  status: number;
  headers: IncomingMessage['headers'];
  text: string;
}

/** Asks for a name at this address by https, trusting this root only. @throws Error of the handshake */
export const askSecurely = (address: string, host: string, root: string, options: { port?: number; path?: string; headers?: Record<string, string>; servername?: string } = {}): Promise<SecureAnswer> =>
  new Promise((resolve, reject) => {
    const asked = request({ host: address, port: options.port ?? 443, servername: options.servername ?? host, ca: root, agent: false, path: options.path ?? '/', headers: { host, ...options.headers } }, (answer) => {
      const parts: Buffer[] = [];
      answer.on('data', (part: Buffer) => parts.push(part));
      answer.on('end', () => resolve({ status: answer.statusCode ?? 0, headers: answer.headers, text: Buffer.concat(parts).toString() }));
    });
    asked.on('error', reject);
    asked.end();
  });
