import { randomBytes } from 'node:crypto';
import { EventEmitter, once } from 'node:events';
import { request } from 'node:http';
import type { Socket } from 'node:net';

export interface RawWebSocket {
  /** Calls this for each text that starts so. */
  on(start: string, hear: () => void): void;
  /** Waits for a text that starts so, unless there has been one. @throws Error when the socket is closed before */
  heard(start: string): Promise<string>;
  send(text: string): void;
  close(): void;
}

const [TEXT, PING, PONG] = [1, 9, 10];

/** The first frame, and what follows it; undefined while it is not whole. Servers do not mask. */
const frameOf = (bytes: Buffer): { kind: number; payload: Buffer; rest: Buffer } | undefined => {
  const short = bytes[1] ?? 0;
  if (bytes.length < (short < 126 ? 2 : 4)) return undefined;
  const [start, length] = short < 126 ? [2, short] : [4, bytes.readUInt16BE(2)];
  if (bytes.length < start + length) return undefined;
  return { kind: (bytes[0] ?? 0) & 15, payload: bytes.subarray(start, start + length), rest: bytes.subarray(start + length) };
};

/** What a client says: short, and masked. */
const masked = (kind: number, payload: Buffer): Buffer => {
  if (payload.length > 125) throw new Error('only short texts');
  const mask = randomBytes(4);
  return Buffer.concat([Buffer.from([0x80 | kind, 0x80 | payload.length]), mask, payload.map((byte, index) => byte ^ (mask[index % 4] ?? 0))]);
};

/** Asks a web server to speak WebSocket, with nothing between us and the socket. @throws Error when it answers anything else */
export const openWebSocket = async (url: string): Promise<RawWebSocket> => {
  const asked = request(url, { headers: { connection: 'Upgrade', upgrade: 'websocket', 'sec-websocket-version': '13', 'sec-websocket-key': randomBytes(16).toString('base64') } });
  asked.once('response', ({ statusCode }) => asked.destroy(new Error(`no websocket, but ${statusCode}`)));
  asked.end();
  const [, socket, head] = (await once(asked, 'upgrade')) as [unknown, Socket, Buffer];
  const texts: string[] = [];
  const news = new EventEmitter();
  let [bytes, closed]: [Buffer, boolean] = [Buffer.alloc(0), false];
  const take = (chunk: Buffer): void => {
    bytes = Buffer.concat([bytes, chunk]);
    for (let frame = frameOf(bytes); frame; frame = frameOf(bytes)) {
      const { kind, payload, rest } = frame;
      bytes = rest;
      if (kind === PING) socket.write(masked(PONG, payload));
      if (kind !== TEXT) continue;
      texts.push(payload.toString());
      news.emit('news', payload.toString());
    }
  };
  take(head);
  socket.on('data', take).on('error', () => undefined).once('close', () => {
    closed = true;
    news.emit('news', '');
  });
  return {
    on: (start, hear) => void news.on('news', (text: string) => (text.startsWith(start) ? hear() : undefined)),
    async heard(start) {
      for (;;) {
        const found = texts.find((text) => text.startsWith(start));
        if (found !== undefined) return found;
        if (closed) throw new Error(`the websocket was closed before it said "${start}"; it said ${JSON.stringify(texts)}`);
        await once(news, 'news');
      }
    },
    send: (text) => void socket.write(masked(TEXT, Buffer.from(text))),
    close: () => void socket.destroy(),
  };
};
