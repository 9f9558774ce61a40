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
  /** Sends a form with a file. @throws Error when the answer is not a success */
  upload(path: string, form: FormData): Promise<Body>;
  /** What is in a file. @throws Error when the answer is not a success */
  download(path: string): Promise<ArrayBuffer>;
  /** Sends a message in a new chat, with the site's tools as the browser adds them, and waits until the answer is complete. */
  say(text: string): Promise<{ chat: string; answer: string }>;
}

const fetched = async (url: string, options: RequestInit, token?: string): Promise<Response> => {
  const response = await fetch(url, { ...options, headers: { ...options.headers, ...(token === undefined ? {} : { authorization: `Bearer ${token}` }) } });
  if (!response.ok) throw new Error(`${options.method} ${url}: ${response.status} ${(await response.text()).slice(0, 500)}`);
  return response;
};

const request = async (url: string, method: string, body: unknown, token?: string): Promise<Body> =>
  (await fetched(url, { method, headers: { 'content-type': 'application/json' }, ...(body === undefined ? {} : { body: JSON.stringify(body) }) }, token)).json();

/** Logs in at this Open WebUI. */
export const logIn = async (url: string, email: string, password: string): Promise<ChatUser> => {
  const { token } = (await request(`${url}/api/v1/auths/signin`, 'POST', { email, password })) as { token: string };
  const ask: ChatUser['ask'] = (method, path, body) => request(`${url}${path}`, method, body, token);
  return {
    token,
    ask,
    upload: async (path, body) => (await fetched(`${url}${path}`, { method: 'POST', body }, token)).json(),
    download: async (path) => (await fetched(`${url}${path}`, { method: 'GET' }, token)).arrayBuffer(),
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
      if (done.error) throw new Error(`no answer: ${JSON.stringify(done.error)}`);
      return { chat, answer: done.content };
    },
  };
};

/** Lets an administrator add a person. */
export const addUser = (admin: ChatUser, user: { name: string; email: string; password: string }): Promise<Body> => admin.ask('POST', '/api/v1/auths/add', { ...user, role: 'user' });
