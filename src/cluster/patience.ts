import { IsomorphicFetchHttpLibrary, wrapHttpLibrary, type HttpLibrary, type RequestContext, type ResponseContext } from '@kubernetes/client-node';
import { ExitCode, InstallerError } from '../engine/errors.js';
import { CancelledError, sleep } from '../engine/interrupts.js';
import { retryAfterMs } from '../engine/retry-after.js';

/** How long an API server that does not answer is waited for, from the first failure on: one that is replaced is back sooner. */
export const PATIENCE_MS = 60_000;
const PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 5_000;

export interface Patience {
  /** Milliseconds. */
  ms: number;
  signal: AbortSignal;
  /** Said once when it is lost, and once when it is back. */
  say: (message: string) => void;
}

const wordsOf = (error: unknown): string => {
  const { code, message } = error as { code?: string; message?: string };
  return /reason: (.*)$/.exec(message ?? '')?.[1] ?? code ?? message ?? String(error);
};

/** Nothing has been sent to a port at which nobody listens: even a request that creates may be made again. */
const mayRepeat = (method: string, error: unknown): boolean => method === 'GET' || (error as { code?: string }).code === 'ECONNREFUSED';

/** An overloaded server refuses before it does anything. One that is not well may have done it: only reads are repeated then. */
const isPassing = (method: string, status: number): boolean => status === 429 || (method === 'GET' && [500, 502, 503, 504].includes(status));

/** A log is the node's answer, not the API server's: a node that is away says nothing about whether the API is. */
const isNodesAnswer = (url: string, status: number): boolean => status >= 500 && new URL(url).pathname.endsWith('/log');

const unreachable = (server: string, why: string): InstallerError =>
  new InstallerError({
    code: 'cluster-unreachable',
    what: 'the Kubernetes API of the platform is not reachable',
    why: `${server}: ${why}`,
    next: ['Check the network, and the cluster in the DCD.', 'Then run the same command again: it continues where it stopped.'],
  });

/** What no caller can do anything about, as an operator reads it; other answers are the callers' business. */
const refuseHopeless = async (server: string, response: ResponseContext): Promise<void> => {
  const { httpStatusCode: status } = response;
  if (status !== 401 && status !== 429 && status < 500) return;
  const said = /"message":\s*"((?:[^"\\]|\\.)*)"/.exec(await response.body.text())?.[1];
  throw new InstallerError({
    code: status === 401 ? 'cluster-credentials' : 'cluster-trouble',
    what: status === 401 ? 'the Kubernetes API of the platform does not accept the kubeconfig' : 'the Kubernetes API of the platform is not well',
    why: `${server}: HTTP ${status}${said === undefined ? '' : `: ${said}`}`,
    next: [status === 401 ? 'A kubeconfig is fetched anew in each run: check in the DCD that you may use the cluster, then run the same command again.' : 'Run the same command again: it continues where it stopped.'],
    ...(status === 401 ? { exitCode: ExitCode.credentials } : {}),
  });
};

/**
 * The Kubernetes client's transport, with patience: what may be repeated is repeated while the API server is away, for all calls of a
 * run together. Throws InstallerError `cluster-unreachable` when patience ends.
 */
export const patientTransport = (server: string, patience: Patience): HttpLibrary => {
  const transport = new IsomorphicFetchHttpLibrary();
  let lostAt: number | undefined;
  const isOver = (): boolean => lostAt !== undefined && Date.now() - lostAt > patience.ms;
  const lost = (why: string): void => {
    if (lostAt !== undefined) return;
    lostAt = Date.now();
    patience.say(`The Kubernetes API does not answer (${why}): trying again.`);
  };
  const back = (): void => {
    if (lostAt === undefined) return;
    patience.say(`The Kubernetes API answers again, after ${Math.max(1, Math.round((Date.now() - lostAt) / 1000))} s.`);
    lostAt = undefined;
  };
  const send = async (request: RequestContext): Promise<ResponseContext> => {
    const method = request.getHttpMethod().toString();
    for (let pause = PAUSE_MS; ; pause = Math.min(LONGEST_PAUSE_MS, pause * 2)) {
      let asked: number | undefined;
      try {
        const response = await transport.send(request).toPromise();
        if (isNodesAnswer(request.getUrl(), response.httpStatusCode)) return response;
        if (!isPassing(method, response.httpStatusCode) || isOver()) {
          await refuseHopeless(server, response);
          back();
          return response;
        }
        asked = retryAfterMs(response.headers['retry-after']);
        lost(`HTTP ${response.httpStatusCode}`);
      } catch (error) {
        if (error instanceof InstallerError) throw error;
        if (patience.signal.aborted) throw new CancelledError();
        if (!mayRepeat(method, error)) throw unreachable(server, wordsOf(error));
        lost(wordsOf(error));
        if (isOver()) throw unreachable(server, wordsOf(error));
      }
      await sleep(Math.min(asked ?? pause, patience.ms), patience.signal);
    }
  };
  return wrapHttpLibrary({ send });
};

/** The client's own transport, whose requests end with this signal. */
export const endingTransport = (signal: AbortSignal): HttpLibrary => {
  const transport = new IsomorphicFetchHttpLibrary();
  return wrapHttpLibrary({
    send: (request) => {
      request.setSignal(signal);
      return transport.send(request).toPromise();
    },
  });
};
