import type { ChatUser } from './chat.js';
import type { Answer, Asked } from './model-server.js';

const textOf = (message: Asked['messages'][number] | undefined): string => (typeof message?.content === 'string' ? message.content : (message?.content ?? []).map((part) => part.text ?? '').join(''));

/** A model that calls the tool which the message names, with what stands behind the name, and answers with the tool's words. */
export const asTold = ({ messages, tools }: Asked): Answer => {
  const last = messages.at(-1);
  if (last?.role === 'tool') return { say: textOf(last) };
  const [, name = '', given = ''] = /^(\S+) (\{.*\})$/s.exec(textOf(last)) ?? [];
  const call = tools.find((tool) => tool.endsWith(name));
  return name === '' || call === undefined ? { say: 'A title' } : { call, with: JSON.parse(given) };
};

/** Lets the chat use a tool of the site, and returns the post or file that the tool answered with. */
export const use = async (user: ChatUser, tool: string, given: object): Promise<Record<string, unknown>> => {
  const { answer } = await user.say(`${tool} ${JSON.stringify(given)}`);
  const found: unknown = answer.startsWith('{') ? JSON.parse(answer) : undefined;
  if (typeof found !== 'object' || found === null || !('id' in found)) throw new Error(`${tool}: ${answer}`);
  return found;
};
