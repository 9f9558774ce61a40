import type { Writable } from 'node:stream';
import type { Display } from '../display.js';

/** Resolves when the line is out, or can no longer get out: a reader that has left must not be waited for. */
const write = (stream: Writable, line: string): Promise<void> => new Promise((resolve) => stream.write(line, () => resolve()));

/** One JSON object a line, nothing else on the stream. */
export const createJsonDisplay = (stream: Writable): Display => {
  let last: Promise<void> = Promise.resolve();
  return {
    show(event) {
      last = write(stream, `${JSON.stringify(event)}\n`);
    },
    close: () => last,
  };
};
