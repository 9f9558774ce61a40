import { randomUUID } from 'node:crypto';
import { vi } from 'vitest';
import { MODEL } from './model-server.js';

/** What Open WebUI's API says; tests look into it by hand. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any
type Body = any;

/** Somebody who is logged in to an Open WebUI. */
export interface ChatUser {
  /** What proves to the API who asks. */
  token: string;
  /** @throws Error when the answer is not a success */
  ask(method: string, path: string, body?: unknown): Promise<Body>;
  /** Sends a message in a new chat, with the site's tools as the browser adds them, and waits until the answer is complete. */
  say(text: string): Promise<{ chat: string; answer: string }>;
}

const request = async (url: string, method: string, body: unknown, token?: string): Promise<Body> => {
  const response = await fetch(url, { method, headers: { 'content-type': 'application/json', ...(token === undefined ? {} : { authorization: `Bearer ${token}` }) }, ...(body === undefined ? {} : { body: JSON.stringify(body) }) });
  const text = await response.text();
  if (!response.ok) throw new Error(`${method} ${url}: ${response.status} ${text.slice(0, 500)}`);
  return JSON.parse(text);
};

/** Logs in at this Open WebUI. */
export const logIn = async (url: string, email: string, password: string): Promise<ChatUser> => {
  const { token } = (await request(`${url}/api/v1/auths/signin`, 'POST', { email, password })) as { token: string };
  const ask: ChatUser['ask'] = (method, path, body) => request(`${url}${path}`, method, body, token);
  return {
    token,
    ask,
    async say(text) {
      const [question, answer] = [randomUUID(), randomUUID()];
      const message = { id: question, role: 'user', content: text, parentId: null, childrenIds: [answer], models: [MODEL], timestamp: Math.floor(Date.now() / 1000) };
      const { chat_id: chat } = await ask('POST', '/api/chat/completions', {
        model: MODEL, stream: true, messages: [{ role: 'user', content: text }], tool_ids: ['server:mcp:wordpress'], parent_id: null, id: answer, session_id: 'a-test', user_message: message,
      });
      const done = await vi.waitFor(
        async () => {
          const { history } = (await ask('GET', `/api/v1/chats/${chat}`)).chat;
          const found = history.messages[answer];
          if (found?.done !== true) throw new Error(`not answered yet: ${JSON.stringify(found)}`);
          return found;
        },
        { timeout: 120_000, interval: 200 },
      );
      return { chat, answer: done.content };
    },
  };
};

/** Lets an administrator add a person. */
export const addUser = (admin: ChatUser, user: { name: string; email: string; password: string }): Promise<Body> => admin.ask('POST', '/api/v1/auths/add', { ...user, role: 'user' });
