import type { ChatUser } from '../chat.js';
import type { TheNode } from '../the-node.js';

/** Of a page that does not come. */
export const NOTHING = 'nothing';

/** What Open WebUI shows this person of each page when asked to fetch it: its words, or `NOTHING`. @throws Error when it fails in another way */
export const read = (person: ChatUser, urls: readonly string[]): Promise<string[]> =>
  Promise.all(urls.map(async (url) => {
    try {
      return ((await person.ask('POST', '/api/v1/retrieval/process/web?process=false', { url })) as { content: string }).content.trim();
    } catch (error) {
      if (String(error).includes('Could not read content')) return NOTHING;
      throw error;
    }
  }));

/** What a namespace's Open WebUI says in its log of what it refuses to fetch, while this is done. A person is told the same of whatever does not come. */
export const refusals = async (node: TheNode, namespace: string, work: () => Promise<void>): Promise<string[]> => {
  const log = async (): Promise<string> => (await node.kubectl(['--namespace', namespace, 'logs', 'openwebui-0'])).stdout;
  const before = await log();
  await work();
  return [...new Set((await log()).slice(before.length).match(/Blocked (non-global address|by filter list): [\d.]+/g))].sort();
};

/** Does something while a namespace's Open WebUI runs with other settings than its chart's; the chart's are back, and a pod that has them is ready, before it returns. */
export const withSettings = async (node: TheNode, namespace: string, settings: Readonly<Record<string, string>>, work: () => Promise<void>): Promise<void> => {
  const kubectl = async (...args: string[]): Promise<void> => {
    const { exitCode, stderr } = await node.kubectl(['--namespace', namespace, ...args]);
    if (exitCode !== 0) throw new Error(`kubectl ${args.join(' ')}: ${stderr}`);
  };
  const ready = (): Promise<void> => kubectl('rollout', 'status', 'statefulset/openwebui', '--timeout=300s');
  await kubectl('set', 'env', 'statefulset/openwebui', ...Object.entries(settings).map(([name, value]) => `${name}=${value}`));
  try {
    await ready();
    await work();
  } finally {
    await kubectl('rollout', 'undo', 'statefulset/openwebui');
    await ready();
  }
};
