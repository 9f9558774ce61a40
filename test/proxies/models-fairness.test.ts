import { once } from 'node:events';
import { connect } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { KEYS, Models, ask } from './support/models.js';
import type { Hub } from './support/hub.js';
import type { Pod } from './support/pod.js';
import type { Tenant } from './support/models.js';

let models: Models;
let hub: Hub;
beforeAll(async () => {
  models = await Models.prepare(2);
  hub = await models.newHub();
});
afterAll(() => models.close());

let pod: Pod;
let url = '';
const startGateway = async (values = {}): Promise<void> => {
  ({ pod, url } = await models.newPod(['acme', 'globex', 'initech'], values));
};
afterEach(() => pod.remove());

/** A tenant that asks as fast as it can from this many connections until it is told to stop. Returns how often it got which status. */
const flood = (tenant: Tenant, connections: number): { stop(): Promise<Record<number, number>> } => {
  const counts: Record<number, number> = {};
  let on = true;
  const one = async (): Promise<void> => {
    while (on) {
      const answer = await ask(url, tenant);
      counts[answer.status] = (counts[answer.status] ?? 0) + 1;
      await answer.arrayBuffer();
    }
  };
  const all = Promise.all(Array.from({ length: connections }, one));
  return {
    async stop() {
      on = false;
      await all;
      return counts;
    },
  };
};

/** A tenant that asks its next question when it has the answer to the last. Returns the statuses. */
const askInTurn = async (tenant: Tenant, times: number): Promise<number[]> => {
  const statuses: number[] = [];
  for (let i = 0; i < times; i++) {
    const answer = await ask(url, tenant);
    await answer.arrayBuffer();
    statuses.push(answer.status);
  }
  return statuses;
};
const allGood = (times: number): number[] => Array.from({ length: times }, () => 200);

/** Runs this, and says how many questions got through to the hub meanwhile, and in how many seconds. */
const measured = async (run: () => Promise<unknown>): Promise<{ passed: number; seconds: number }> => {
  const [before, started] = [hub.asked.length, performance.now()];
  await run();
  return { passed: hub.asked.length - before, seconds: (performance.now() - started) / 1000 };
};

describe('the rates', () => {
  it('one tenant gets its own rate, and is told to wait in OpenAI\'s words', async () => {
    await startGateway();
    const answers = await Promise.all(Array.from({ length: 8 }, () => ask(url, 'acme')));
    const refused = answers.filter(({ status }) => status === 429);
    // One at once, four that wait their turn.
    expect([answers.filter(({ status }) => status === 200).length, refused.length]).toEqual([5, 3]);
    expect(Number(refused[0]!.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(await refused[0]!.json()).toEqual({ error: { code: 'rate_limit_exceeded', message: expect.any(String), param: null, type: 'rate_limit_error' } });
  });

  it('all together never ask more than the contract may', async () => {
    await startGateway({ rate: { total: 5, burst: 10, perTenant: 5, perTenantBurst: 10 } });
    const { passed, seconds } = await measured(async () => {
      const floods = (['acme', 'globex', 'initech'] as const).map((tenant) => flood(tenant, 5));
      await askInTurn('acme', 10);
      await Promise.all(floods.map((each) => each.stop()));
    });
    expect(passed).toBeGreaterThan(5);
    expect(passed).toBeLessThanOrEqual(5 * seconds + 1);
  });

  it('two pods share the budget: each has half', async () => {
    await startGateway({ replicas: 2, rate: { total: 4, burst: 10, perTenant: 4, perTenantBurst: 10 } });
    const { passed, seconds } = await measured(() => askInTurn('acme', 6));
    expect(passed).toBe(6);
    expect(seconds).toBeGreaterThan(5 / 2 - 0.1);
  });
});

describe('while one tenant does what it can', () => {
  it('asks all the time from many connections, another gets every answer at its own rate', async () => {
    await startGateway();
    const acme = flood('acme', 40);
    expect(await askInTurn('globex', 8)).toEqual(allGood(8));
    const counts = await acme.stop();
    expect(counts[429]).toBeGreaterThan(100);
    expect(Object.keys(counts)).toEqual(['200', '429']);
  });

  it('two of them asking all the time still leave a third its answers', async () => {
    await startGateway();
    const floods = (['acme', 'initech'] as const).map((tenant) => flood(tenant, 20));
    // 2 + 2 of 5 a second: there is one a second left.
    const statuses: number[] = [];
    for (let i = 0; i < 4; i++) {
      statuses.push(...(await askInTurn('globex', 1)));
      await new Promise((resolve) => setTimeout(resolve, 1000));
    }
    await Promise.all(floods.map((each) => each.stop()));
    expect(statuses).toEqual(allGood(4));
  });

  it('holds as many answers as it may, it gets no more of them, and another gets all of its own', async () => {
    await startGateway({ streams: { perTenant: 6 }, rate: { total: 100, burst: 100, perTenant: 50, perTenantBurst: 100 } });
    // The answers are kept as well: fetch closes the connection of one that nothing refers to any more.
    const held = await Promise.all(Array.from({ length: 6 }, async () => {
      const [{ response }, answer] = await Promise.all([hub.nextStream(), ask(url, 'acme', { stream: true })]);
      return { response, answer };
    }));
    expect((await ask(url, 'acme')).status).toBe(429);
    expect(await askInTurn('globex', 5)).toEqual(allGood(5));
    // The end of an answer says that nginx no longer counts it. Which of the six the hub's first one is, nobody knows.
    const ends = held.map(({ answer }) => answer.text());
    held[0]!.response.end();
    await Promise.race(ends);
    expect((await ask(url, 'acme')).status).toBe(200);
    for (const { response } of held) response.end();
    await Promise.all(ends);
  });

  it('sends its questions byte by byte, they count as much', async () => {
    await startGateway({ streams: { perTenant: 6 }, rate: { total: 100, burst: 100, perTenant: 50, perTenantBurst: 100 } });
    const slow = Array.from({ length: 6 }, () => connect(8080, new URL(url).hostname));
    for (const socket of slow) socket.write(`POST /v1/chat/completions HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${KEYS.acme}\r\nContent-Length: 1000\r\n\r\n{`);
    const statuses: number[] = [];
    // Until all six have arrived, one more may still get through.
    while (statuses.at(-1) !== 429 && statuses.length < 100) statuses.push((await ask(url, 'acme')).status);
    expect(statuses.at(-1)).toBe(429);
    expect(await askInTurn('globex', 5)).toEqual(allGood(5));
    for (const socket of slow) socket.destroy();
  });

  it('opens more connections than nginx once had and never ends its first line, another is served, and they are closed', async () => {
    await startGateway();
    const host = new URL(url).hostname;
    const sockets = await Promise.all(Array.from({ length: 1200 }, async () => {
      const socket = connect(8080, host).on('error', () => undefined);
      await once(socket, 'connect');
      socket.write('POST /v1/chat');
      return socket.resume();
    }));
    const lost = Promise.all(sockets.map((socket) => new Promise((resolve) => (socket.closed ? resolve(true) : socket.on('close', resolve)))));
    expect(await askInTurn('globex', 4)).toEqual(allGood(4));
    await lost;
  });
});
