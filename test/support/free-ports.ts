import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:net';

/** Below what the kernel takes for connections of its own choice (32768 and more on Linux): none of them may come between. */
const FIRST = 12_000;
const SHARE = 4_000;

// A share for each worker of vitest, and one for its main process, which has no number: those of one run never get the same port.
const share = FIRST + SHARE * Number(process.env['VITEST_POOL_ID'] ?? 0);
// Two runs on one machine do not begin at the same.
let given = randomInt(SHARE);

const nobodyListensOn = async (port: number): Promise<boolean> => {
  const server = createServer().listen(port, '127.0.0.1');
  try {
    await once(server, 'listening');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EADDRINUSE') return false;
    throw error;
  }
  await once(server.close(), 'close');
  return true;
};

/** So many different ports of 127.0.0.1 on which nobody listens. They are given to nobody else of this run, so a server may take its time until it listens. */
export const freePorts = async (count: number): Promise<number[]> => {
  const ports: number[] = [];
  for (let tried = 0; ports.length < count; tried += 1) {
    if (tried === SHARE) throw new Error(`no port from ${share} to ${share + SHARE - 1} is free`);
    const port = share + (given++ % SHARE);
    if (await nobodyListensOn(port)) ports.push(port);
  }
  return ports;
};
