import type { Site } from './site.js';

export interface Answer {
  status: number;
  headers: Headers;
  text: string;
  /** The body where it is JSON, else undefined. */
  // Every method has its own shape; the tests say what they expect of it.
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  body: any;
}

const HEADERS = { accept: 'application/json, text/event-stream', 'content-type': 'application/json', 'mcp-protocol-version': '2025-11-25' };

/** One request to the endpoint, as an MCP client of the newest version sends it; `headers` go over that, and null takes one away. */
export const send = async (site: Site, body: unknown, headers: Record<string, string | null> = {}, request: { method?: string; url?: string } = {}): Promise<Answer> => {
  const all = Object.entries({ ...HEADERS, authorization: `Bearer ${site.token}`, ...headers }).filter((entry): entry is [string, string] => entry[1] !== null);
  const method = request.method ?? 'POST';
  const content = method === 'POST' ? { body: typeof body === 'string' ? body : JSON.stringify(body) } : {};
  const answer = await fetch(request.url ?? site.mcpUrl, { method, headers: all, redirect: 'manual', ...content });
  const text = await answer.text();
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    parsed = undefined;
  }
  return { status: answer.status, headers: answer.headers, text, body: parsed };
};

/** The result of a JSON-RPC request. @throws Error with the whole answer when it is not a result */
// eslint-disable-next-line @typescript-eslint/no-explicit-any
export const ask = async (site: Site, method: string, params?: unknown): Promise<any> => {
  const { status, text, body } = await send(site, { jsonrpc: '2.0', id: 1, method, ...(params === undefined ? {} : { params }) });
  if (status !== 200 || body?.result === undefined) throw new Error(`${method}: ${status} ${text}`);
  return body.result;
};

/** What a tool gives. @throws Error with the tool's words when it failed */
// eslint-disable-next-line @typescript-eslint/no-explicit-any
export const call = async (site: Site, tool: string, args: Record<string, unknown> = {}): Promise<any> => {
  const { isError, content, structuredContent } = await ask(site, 'tools/call', { name: `tenant-${tool}`, arguments: args });
  if (isError === true) throw new Error(content[0].text);
  return structuredContent ?? JSON.parse(content[0].text);
};

/** The words of a tool that fails. @throws Error when it does not fail */
export const problem = async (site: Site, tool: string, args: Record<string, unknown> = {}): Promise<string> => {
  const { isError, content } = await ask(site, 'tools/call', { name: `tenant-${tool}`, arguments: args });
  if (isError !== true) throw new Error(`${tool} did not fail: ${content[0].text}`);
  return content[0].text as string;
};
