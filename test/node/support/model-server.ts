import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import { ADDRESSES } from '../rig/settings.js';

export const MODEL = 'scripted-model';
export const MODEL_TOKEN = 'token-of-the-model-service';
/** Always the same, because the tenants that one test file has created are used by the next. */
const PORT = 8400;
/** Its address, the same for the command line and for pods, with the path that OpenAI-compatible services have. */
export const MODELS_URL = `http://${ADDRESSES.models}:${PORT}/v1`;

interface Message {
  role: string;
  content?: string | { type: string; text?: string }[] | null;
  tool_calls?: { function: { name: string; arguments: string } }[];
}

/** What a client asked for, as far as tests look at it. */
export interface Asked {
  path: string;
  authorization: string | undefined;
  model?: string;
  /** Names of the tools that the model may call. */
  tools: string[];
  messages: Message[];
}

/** What the model answers: words, with time between the first and the second one if need be, or a call of one of the tools. */
export type Answer = { say: string; afterFirst?: Promise<void> } | { call: string; with: unknown };

const bodyOf = async (request: IncomingMessage): Promise<string> => {
  let text = '';
  for await (const chunk of request.setEncoding('utf8')) text += chunk as string;
  return text;
};

export interface ModelServer {
  asked: Asked[];
  close(): Promise<void>;
}

/** An OpenAI-compatible service outside the cluster whose model follows a script. It streams as a real one does. */
export const startModelServer = async (script: (asked: Asked) => Answer): Promise<ModelServer> => {
  const asked: Asked[] = [];
  const server: Server = createServer((request, response) => {
    const json = (status: number, body: unknown): void => void response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    const serve = async (): Promise<void> => {
      const path = new URL(request.url ?? '/', 'http://models').pathname;
      if (request.headers.authorization !== `Bearer ${MODEL_TOKEN}`) return json(401, { error: { message: 'unknown token', type: 'invalid_request_error', code: 'invalid_api_key' } });
      if (path === '/v1/models') return json(200, { object: 'list', data: [{ id: MODEL, object: 'model', owned_by: 'tests' }] });
      if (path !== '/v1/chat/completions') return json(404, { error: { message: `nothing at ${path}` } });
      const body = JSON.parse(await bodyOf(request)) as { model: string; stream?: boolean; messages: Message[]; tools?: { function: { name: string } }[] };
      const question: Asked = { path, authorization: request.headers.authorization, model: body.model, tools: (body.tools ?? []).map((tool) => tool.function.name), messages: body.messages };
      asked.push(question);
      const answer = script(question);
      const call = 'call' in answer ? { tool_calls: [{ index: 0, id: `call_${asked.length}`, type: 'function', function: { name: answer.call, arguments: JSON.stringify(answer.with) } }] } : undefined;
      const reason = call ? 'tool_calls' : 'stop';
      const frame = { id: `chat-${asked.length}`, created: Math.floor(Date.now() / 1000), model: body.model };
      if (body.stream !== true) return json(200, { ...frame, object: 'chat.completion', choices: [{ index: 0, finish_reason: reason, message: { role: 'assistant', content: 'say' in answer ? answer.say : null, ...call } }], usage: { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 } });
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      const deltas = [{ role: 'assistant', ...call }, ...('say' in answer ? answer.say.split(/(?<= )/).map((content) => ({ content })) : [])];
      for (const [index, delta] of deltas.entries()) {
        response.write(`data: ${JSON.stringify({ ...frame, object: 'chat.completion.chunk', choices: [{ index: 0, delta, finish_reason: null }] })}\n\n`);
        // The first one only says who speaks.
        if (index === 1 && 'say' in answer) await answer.afterFirst;
      }
      response.write(`data: ${JSON.stringify({ ...frame, object: 'chat.completion.chunk', choices: [{ index: 0, delta: {}, finish_reason: reason }] })}\n\n`);
      response.end('data: [DONE]\n\n');
    };
    serve().catch((error: unknown) => json(500, { error: { message: String(error) } }));
  }).listen(PORT, ADDRESSES.models);
  await once(server, 'listening');
  return {
    asked,
    async close() {
      server.closeAllConnections();
      await once(server.close(), 'close');
    },
  };
};
