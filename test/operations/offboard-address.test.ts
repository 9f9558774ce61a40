import { AxiosError } from 'axios';
import { describe, expect, it } from 'vitest';
import { createInterrupts } from '../../src/engine/interrupts.js';
import { runTasks } from '../../src/engine/task-list.js';
import { addressTask } from '../../src/operations/offboard-cloud.js';
import { OFFBOARD, type Offboarding } from '../../src/operations/offboarding.js';
import { recordedBus } from '../support/events.js';

const block = (address: string, id: string): Offboarding['removal']['cloud'][number] => ({ address, type: 'ionoscloud_ipblock', id });

/** A run whose account answers in turn; the last answer for ever. */
const runWith = (answers: (string[] | Error)[], timeoutMs = 60_000) => {
  const recorded = recordedBus();
  const asked: string[] = [];
  const run = {
    context: { interrupts: createInterrupts(), bus: recorded.bus },
    input: { timeoutMs },
    record: { ip: '203.0.113.5' },
    removal: { cloud: [block('module.address.ionoscloud_ipblock.this', 'own'), block('module.node_pool[0].ionoscloud_ipblock.nodes[0]', 'node')] },
    api: {
      ipBlocks: {
        ipblocksFindById: async ({ ipblockId }: { ipblockId: string }) => {
          const answer = answers[Math.min(asked.push(ipblockId), answers.length) - 1] ?? [];
          if (answer instanceof Error) throw answer;
          return { data: { properties: { ipConsumers: answer.map((ip) => ({ ip, serverName: 'node-1' })) } } };
        },
      },
    },
  } as unknown as Offboarding;
  return { run, asked, recorded, go: () => runTasks([addressTask], run, { bus: recorded.bus, prefix: OFFBOARD }) };
};
const notFound = Object.assign(new AxiosError('not found'), { response: { status: 404 } });

describe("giving back the tenant's address", () => {
  it('waits until no server holds it, and says which one does; addresses of nodes are not waited for', async () => {
    const { go, asked, recorded } = runWith([['203.0.113.5'], ['203.0.113.5'], []]);
    await go();
    expect(asked).toEqual(['own', 'own', 'own']);
    expect(recorded.of('task').map(({ detail }) => detail)).toEqual(expect.arrayContaining(['waiting for 203.0.113.5 on node-1 (in use)', '203.0.113.5 is free']));
  });

  it('takes a block that is gone for free', async () => {
    await expect(runWith([notFound]).go()).resolves.toBeUndefined();
  });

  it('stops when time is up, with who holds it', async () => {
    await expect(runWith([['203.0.113.5']], 1).go()).rejects.toMatchObject({ code: 'still-there', why: expect.stringContaining('203.0.113.5 on node-1'), next: [expect.stringContaining('ionosctl'), expect.stringContaining('same command')] });
  });
});
