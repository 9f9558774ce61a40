import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import type { V1Pod } from '@kubernetes/client-node';
import { inject } from 'vitest';
import { enterArguments, firstProcessIn } from '../rig/enter.js';
import type { TheNode } from './the-node.js';

export interface Wire {
  /** Heads of the requests that have reached this application's pod, without line ends folded or anything else changed. */
  reached(application: 'wordpress' | 'openwebui' | 'gateway'): string[];
  close(): Promise<void>;
}

/** Listens to what the node delivers to a tenant's web servers: not what they say they got, but what came over the wire. */
export const listenToWire = async (node: TheNode, namespace: string): Promise<Wire> => {
  const { items } = (await node.call('GET', `/api/v1/namespaces/${namespace}/pods`)).body as { items: V1Pod[] };
  const addressOf = (application: string): string | undefined => items.find(({ metadata }) => metadata?.labels?.['app.kubernetes.io/name'] === application)?.status?.podIP;
  const program = await readFile(new URL('wire.pl', import.meta.url), 'utf8');
  const child = spawn('nsenter', enterArguments(firstProcessIn(inject('node').folder), ['perl', '-e', program]), { stdio: ['pipe', 'pipe', 'inherit'] });
  const requests: { target: string; head: string }[] = [];
  const lines = createInterface({ input: child.stdout });
  const ended = once(child, 'exit');
  await Promise.race([once(lines, 'line'), ended.then(() => Promise.reject(new Error('nobody listens to the wire')))]);
  lines.on('line', (line) => {
    const [target = '', , text = ''] = line.split(' ');
    requests.push({ target, head: Buffer.from(text, 'hex').toString('latin1').split('\r\n\r\n')[0] ?? '' });
  });
  return {
    reached: (application) => requests.filter(({ target }) => target === addressOf(application)).map(({ head }) => head),
    async close() {
      child.stdin.end();
      await ended;
    },
  };
};
