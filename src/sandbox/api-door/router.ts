import type { IncomingHttpHeaders } from 'node:http';

export interface Call {
  method: string;
  path: string;
  query: URLSearchParams;
  headers: IncomingHttpHeaders;
  /** What the pattern's `:names` matched. */
  params: Record<string, string>;
  /** The request's body as it came. */
  text: string;
}

export interface Reply {
  status: number;
  /** A string is sent as it is, anything else as JSON; undefined sends nothing. */
  body?: unknown;
  /** JSON unless it says otherwise. */
  contentType?: string;
  headers?: Record<string, string>;
}

export type Route = (call: Call) => Reply;

interface Compiled {
  method: string;
  pattern: RegExp;
  names: string[];
  route: Route;
}

const compile = (key: string, route: Route): Compiled => {
  const [method = 'GET', path = '/'] = key.split(' ');
  const names: string[] = [];
  const source = path.replace(/:(\w+)/g, (_match, name: string) => {
    names.push(name);
    return '([^/]+)';
  });
  return { method, pattern: new RegExp(`^${source}/?$`), names, route };
};

/** The last part of the bearer token that a request carries, if it carries one. */
export const bearerOf = (headers: IncomingHttpHeaders): string | undefined => /^Bearer\s+(\S+)$/i.exec(headers.authorization ?? '')?.[1];

/** Finds the route of a call among `'GET /things/:id'` keys. Says which methods the path has when the method is wrong. */
export class Router {
  readonly #routes: Compiled[];

  constructor(routes: Record<string, Route>) {
    this.#routes = Object.entries(routes).map(([key, route]) => compile(key, route));
  }

  find(method: string, path: string): { route: Route; params: Record<string, string> } | { allowed: string[] } {
    const allowed: string[] = [];
    for (const candidate of this.#routes) {
      const match = candidate.pattern.exec(path);
      if (match === null) continue;
      if (candidate.method === method || (candidate.method === 'GET' && method === 'HEAD')) {
        const params = Object.fromEntries(candidate.names.map((name, index) => [name, decodeURIComponent(match[index + 1] ?? '')]));
        return { route: candidate.route, params };
      }
      allowed.push(candidate.method);
    }
    return { allowed };
  }
}
