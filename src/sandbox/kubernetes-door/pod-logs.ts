import type { ServerResponse } from 'node:http';

import { badRequest } from './api-error.js';
import type { SandboxCluster } from './cluster.js';
import type { KubeObject, Loose } from './objects.js';

/** How long an application is silent between two lines of a followed log, in milliseconds of the sandbox's clock. */
const LINE_EVERY_MS = 2000;

const started: Record<string, string[]> = {
  mariadb: ['mariadbd: ready for connections on port 3306'],
  wordpress: ['php-fpm and web server ready on port 8080', 'MCP listener ready on port 8081'],
  openwebui: ['started server process', 'MCP server "WordPress" configured', 'listening on port 8080'],
  gateway: ['serving WordPress on port 80', 'serving Open WebUI on port 8080'],
  'model-gateway': ['forwarding to the model hub, keys loaded'],
};

/** What containers write that only prepare something for the application, or sit beside it. */
const beside: Record<string, string[]> = {
  'prepare-core': ['wp-content seeded from the image', 'core is in place'],
  'install-wordpress': ['bootstrap: waiting for the database', 'bootstrap: WordPress is installed', 'bootstrap: done'],
  'copy-binary': ['web server copied'],
  prepare: ['keys of the tenants read'],
  cron: ['cron: nothing due'],
};

const repeated: Record<string, string[]> = {
  mariadb: ['checkpoint written'],
  wordpress: ['GET / 200', 'cron: nothing due', 'POST /wp-json/tenant/mcp 200 tools/list'],
  openwebui: ['GET /health 200', 'GET /api/config 200'],
  gateway: ['GET / 200', 'GET /wp-admin/ 302'],
  'model-gateway': ['POST /v1/chat/completions 200'],
};

const applicationOf = (pod: KubeObject): string => pod.metadata.labels?.['app.kubernetes.io/name'] ?? pod.metadata.name;

interface Line {
  at: Date;
  text: string;
}

const backlog = (pod: KubeObject, container: string, status: Loose | undefined): Line[] => {
  const begun = (status?.['state']?.running?.startedAt ?? status?.['state']?.terminated?.startedAt ?? status?.['lastState']?.terminated?.startedAt) as string | undefined;
  const base = begun ? new Date(begun) : new Date(pod.metadata.creationTimestamp ?? 0);
  const lines = [`sandbox: nothing runs here, these lines stand for ${container} of ${applicationOf(pod)}`, `${container}: starting`];
  const ended = (status?.['state']?.terminated ?? status?.['lastState']?.terminated) as Loose | undefined;
  if (ended && ended['exitCode'] !== 0) lines.push(`${container}: failed, exit code ${String(ended['exitCode'])}`);
  else lines.push(...(beside[container] ?? started[applicationOf(pod)] ?? [`${container}: ready`]));
  if (ended?.['exitCode'] === 0) lines.push(String(ended['message'] ?? `${container}: done`));
  return lines.map((text, index) => ({ at: new Date(base.getTime() + index * 40), text }));
};

/** Checks which container's log is meant. @throws ApiError 400 */
const containerOf = (pod: KubeObject, asked: string | null): string => {
  const names = [...((pod.spec?.initContainers ?? []) as Loose[]), ...((pod.spec?.containers ?? []) as Loose[])].map((container) => String(container['name']));
  const main = ((pod.spec?.containers ?? []) as Loose[]).map((container) => String(container['name']));
  const chosen = asked ?? pod.metadata.annotations?.['kubectl.kubernetes.io/default-container'] ?? (main.length === 1 ? main[0] : undefined);
  if (chosen === undefined) throw badRequest(`a container name must be specified for pod ${pod.metadata.name}, choose one of: [${names.join(' ')}]`);
  if (!names.includes(chosen)) throw badRequest(`container ${chosen} is not valid for pod ${pod.metadata.name}`);
  return chosen;
};

const statusOf = (pod: KubeObject, container: string): Loose | undefined =>
  [...((pod.status?.initContainerStatuses ?? []) as Loose[]), ...((pod.status?.containerStatuses ?? []) as Loose[])].find((status) => status['name'] === container);

/** Serves `pods/<name>/log`: made-up lines that say so, `follow`, `tailLines`, `timestamps`, `sinceSeconds`. @throws ApiError 400, 404 */
export const serveLog = async (
  cluster: SandboxCluster,
  namespace: string,
  name: string,
  query: URLSearchParams,
  response: ServerResponse,
  closing: AbortSignal,
): Promise<void> => {
  const pod = cluster.store.get('Pod', namespace, name);
  const container = containerOf(pod, query.get('container'));
  const status = statusOf(pod, container);
  const waiting = status?.['state']?.waiting as Loose | undefined;
  if (!status || (waiting && !status['lastState']?.terminated)) {
    throw badRequest(`container "${container}" in pod "${name}" is waiting to start: ${String(waiting?.['reason'] ?? 'ContainerCreating')}`);
  }
  const withTime = query.get('timestamps') === 'true';
  const write = (line: Line): void => void response.write(`${withTime ? `${line.at.toISOString()} ` : ''}${line.text}\n`);
  const since = query.get('sinceSeconds');
  let lines = backlog(pod, container, status);
  if (since !== null) lines = lines.filter((line) => line.at.getTime() >= Date.now() - Number(since) * 1000);
  const tail = query.get('tailLines');
  if (tail !== null) lines = Number(tail) === 0 ? [] : lines.slice(-Number(tail));
  response.writeHead(200, { 'Content-Type': 'text/plain' });
  response.flushHeaders();
  lines.forEach(write);
  if (query.get('follow') === 'true') await follow(cluster, pod, container, write, response, closing);
  response.end();
};

/** Writes a line now and then, until the pod ends, the client leaves or the door closes. */
const follow = async (
  cluster: SandboxCluster,
  pod: KubeObject,
  container: string,
  write: (line: Line) => void,
  response: ServerResponse,
  closing: AbortSignal,
): Promise<void> => {
  const over = new AbortController();
  const running = (): boolean => {
    const live = cluster.store.find('Pod', pod.metadata.namespace, pod.metadata.name);
    return live?.metadata.uid === pod.metadata.uid && live !== undefined && statusOf(live, container)?.['state']?.running !== undefined;
  };
  const check = (): void => {
    if (!running()) over.abort();
  };
  const stop = (): void => over.abort();
  const unsubscribe = cluster.store.subscribe(check);
  response.on('close', stop);
  closing.addEventListener('abort', stop);
  check();
  const lines = repeated[applicationOf(pod)] ?? ['still running'];
  for (let index = 0; !over.signal.aborted; index += 1) {
    // A clock without delays would fill the client's disk: it only waits for the end.
    if (cluster.clock.speed > 0) await cluster.clock.delay(LINE_EVERY_MS, over.signal).catch(() => undefined);
    else await new Promise((resolve) => over.signal.addEventListener('abort', resolve, { once: true }));
    if (!over.signal.aborted) write({ at: new Date(), text: lines[index % lines.length] ?? '' });
  }
  unsubscribe();
  closing.removeEventListener('abort', stop);
};
