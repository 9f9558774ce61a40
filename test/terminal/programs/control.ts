import { connect } from 'node:net';

/** Does what the test says, one message after the other, and says when each is done. */
export const obey = <T>(does: (message: T) => void | Promise<void>): void => {
  const socket = connect(process.env.CONTROL ?? '');
  // The test is over when it goes; the program must not end with it before its time, nor live for it.
  socket.on('error', () => undefined);
  socket.unref();
  let rest = '';
  let last = Promise.resolve();
  socket.setEncoding('utf8').on('data', (chunk: string) => {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) {
      last = last.then(() => does(JSON.parse(line) as T)).then(() => void socket.write('done\n'));
    }
  });
};

/** Nothing moves by itself: spinners stand still, ages do not grow. What is told is drawn. */
export const stopMotion = (): void => {
  globalThis.setInterval = (...args: Parameters<typeof setTimeout>) => {
    const timer = setTimeout(...args);
    clearTimeout(timer);
    return timer;
  };
};
