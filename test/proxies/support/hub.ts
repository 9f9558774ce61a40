import { EventEmitter, once } from 'node:events';
import { createServer } from 'node:https';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Certificate } from './certificates.js';

export interface Asked {
  request: IncomingMessage;
  response: ServerResponse;
  body: Buffer;
  tenant: string;
}

/**
 * A model service: answers at once, unless a request's body says `"stream": true`. Then its answer is in the hands of the test, which
 * gets it by `nextStream`.
 */
export class Hub {
  readonly asked: Asked[] = [];
  private readonly streams = new EventEmitter();
  private readonly waiting: Asked[] = [];
  private server!: ReturnType<typeof createServer>;

  static async listen(address: string, certificate: Certificate): Promise<Hub> {
    const hub = new Hub();
    hub.server = createServer(certificate, (request, response) => void hub.answer(request, response).catch(() => response.destroy()));
    hub.server.listen(443, address);
    await once(hub.server, 'listening');
    return hub;
  }

  /** Which tenant's words these are: tests write it into the body, as the hub cannot know. */
  countOf(tenant: string): number {
    return this.asked.filter((each) => each.tenant === tenant).length;
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part as Buffer);
    const body = Buffer.concat(parts);
    const said = body.length > 0 && body.length < 1e5 ? (JSON.parse(body.toString()) as { user?: string; stream?: boolean }) : {};
    const asked = { request, response, body, tenant: said.user ?? '' };
    this.asked.push(asked);
    if (said.stream === true) {
      response.writeHead(200, { 'content-type': 'text/event-stream' }).flushHeaders();
      this.waiting.push(asked);
      this.streams.emit('stream');
      return;
    }
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ bytes: body.length }));
  }

  /** The next answer that nobody has taken yet. */
  async nextStream(): Promise<Asked> {
    for (;;) {
      const stream = this.waiting.shift();
      if (stream !== undefined) return stream;
      await once(this.streams, 'stream');
    }
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    this.server.close();
    await once(this.server, 'close');
  }
}
