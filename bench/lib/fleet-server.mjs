// A Kubernetes API with a fleet whose pods change all the time, lean enough that it is not what is measured: run as a process of its own,
// it prints its port. Lists (in pages), watches (with history), tables for kubectl, and endpoints that answer.
//   node bench/lib/fleet-server.mjs <tenants> <pods> <changes per second>
import { createServer } from 'node:http';
import { fleetObjects } from './fleet-objects.mjs';

const [tenants, pods, changes] = process.argv.slice(2).map(Number);
/** Changes that a watch may still ask for. */
const HISTORY = 5_000;
const KINDS = { configmaps: 'ConfigMap', leases: 'Lease', pods: 'Pod', services: 'Service', resourcequotas: 'ResourceQuota', persistentvolumeclaims: 'PersistentVolumeClaim', nodes: 'Node', events: 'Event' };

let version = 1_000;
let objects;
const history = [];
const watchers = new Set();

const answer = (response, body) => response.writeHead(200, { 'content-type': 'application/json' }).end(typeof body === 'string' ? body : JSON.stringify(body));

const HEADS = ['Name', 'Ready', 'Status', 'Restarts', 'Age'].map((name) => ({ name, type: 'string', format: name === 'Name' ? 'name' : '', description: '', priority: 0 }));
const row = (pod) => {
  const { containerStatuses } = pod.status;
  const { metadata } = pod;
  return { cells: [metadata.name, `${containerStatuses.filter(({ ready }) => ready).length}/${containerStatuses.length}`, pod.status.phase, String(containerStatuses[0].restartCount), '5d'], object: { kind: 'PartialObjectMetadata', apiVersion: 'meta.k8s.io/v1', metadata } };
};
const table = (rows, metadata) => ({ kind: 'Table', apiVersion: 'meta.k8s.io/v1', metadata, columnDefinitions: HEADS, rows });

/** Only the registry holds anything that a selector leaves out. */
const selected = (kind, selector) => (selector?.includes('registry=tenant') ? objects[kind].filter(({ metadata }) => metadata.labels['ionos-tenants.io/registry'] === 'tenant') : objects[kind]);

const list = (response, kind, url, asTable) => {
  const all = selected(kind, url.searchParams.get('labelSelector'));
  const limit = Number(url.searchParams.get('limit') ?? 0) || all.length;
  const from = Number(url.searchParams.get('continue') ?? 0);
  const items = all.slice(from, from + limit);
  const metadata = { resourceVersion: String(version), ...(from + limit < all.length ? { continue: String(from + limit), remainingItemCount: all.length - from - limit } : {}) };
  answer(response, asTable ? table(items.map(row), metadata) : { kind: `${KINDS[kind]}List`, apiVersion: 'v1', metadata, items });
};

const watch = (response, kind, url, asTable) => {
  response.writeHead(200, { 'content-type': 'application/json' });
  response.flushHeaders();
  if (kind !== 'pods') return;
  const send = (pod, full) => response.write(asTable ? `${JSON.stringify({ type: 'MODIFIED', object: table([row(pod)], {}) })}\n` : full);
  const from = Number(url.searchParams.get('resourceVersion') ?? version);
  for (const change of history) if (change.version > from) send(change.pod, change.full);
  watchers.add(send);
  response.on('close', () => watchers.delete(send));
};

const server = createServer((request, response) => {
  const url = new URL(request.url, 'http://server');
  const parts = url.pathname.split('/');
  if (parts[1] === 'endpoint') return response.writeHead(200).end('well');
  if (url.pathname === '/version') return answer(response, { major: '1', minor: '33', gitVersion: 'v1.33.1' });
  if (url.pathname === '/api') return answer(response, { kind: 'APIVersions', versions: ['v1'] });
  if (url.pathname === '/apis') return answer(response, { kind: 'APIGroupList', apiVersion: 'v1', groups: [] });
  if (url.pathname === '/api/v1') return answer(response, { kind: 'APIResourceList', groupVersion: 'v1', resources: [{ name: 'pods', singularName: 'pod', namespaced: true, kind: 'Pod', verbs: ['get', 'list', 'watch'], shortNames: ['po'] }] });
  const kind = parts.at(-1);
  const asTable = (request.headers.accept ?? '').includes('as=Table');
  if (objects[kind]) return (url.searchParams.get('watch') ? watch : list)(response, kind, url, asTable);
  const one = objects[parts.at(-2)]?.find(({ metadata }) => metadata.name === kind);
  if (one) return answer(response, one);
  response.writeHead(404, { 'content-type': 'application/json' }).end(JSON.stringify({ kind: 'Status', apiVersion: 'v1', status: 'Failure', reason: 'NotFound', code: 404, message: `${url.pathname} is not there` }));
});

/** A pod stops being ready, or is ready again after a restart: each change is one that an operator would see. */
const change = (turn) => {
  // A prime step visits all pods in no order, and meets each again when it has been away for some seconds.
  const at = (Math.floor(turn / 2) * 1_009) % objects.pods.length;
  const pod = structuredClone(objects.pods[at]);
  const well = turn % 2 === 1;
  version += 1;
  pod.metadata.resourceVersion = String(version);
  for (const status of pod.status.containerStatuses) status.ready = well;
  if (!well) pod.status.containerStatuses[0].restartCount += 1;
  for (const each of pod.status.conditions) if (each.type === 'Ready' || each.type === 'ContainersReady') each.status = well ? 'True' : 'False';
  objects.pods[at] = pod;
  const full = `${JSON.stringify({ type: 'MODIFIED', object: pod })}\n`;
  history.push({ version, pod, full });
  if (history.length > HISTORY) history.shift();
  for (const send of watchers) send(pod, full);
};

server.listen(0, '127.0.0.1', () => {
  const { port } = server.address();
  objects = fleetObjects(tenants, pods, `http://127.0.0.1:${port}`);
  for (const kind of Object.keys(objects)) for (const object of objects[kind]) object.metadata.resourceVersion = String(version);
  let turn = 0;
  const started = performance.now();
  // By the clock, so that a late timer does not make it fewer.
  setInterval(() => {
    while (turn < ((performance.now() - started) / 1000) * changes) change(turn++);
  }, 1000 / Math.max(changes, 1));
  process.stdout.write(`${JSON.stringify({ port, podBytes: Math.round(objects.pods.reduce((sum, pod) => sum + JSON.stringify(pod).length, 0) / objects.pods.length) })}\n`);
});
