import { connect as connectTcp } from 'node:net';
import { namespaceOf, PART_OF, PART_OF_LABEL } from '../../src/tenant/resource-names.js';
import { runInPod } from './probe-pod.js';
import { NOT_IN_SANDBOX, type Suite } from './suite.js';

export interface Probe {
  from: string;
  to: string;
  /** Whether it must get through. Those that must are the controls: without them a dead network would pass every other probe. */
  must: 'work' | 'fail';
  /** Undefined: could not be tried here. */
  works: boolean | undefined;
  detail: string;
}

const opens = (host: string, port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connectTcp({ host, port, timeout: 5_000 });
    const end = (works: boolean) => () => {
      socket.destroy();
      resolve(works);
    };
    socket.once('connect', end(true)).once('error', end(false)).once('timeout', end(false));
  });

const answers = async (url: string): Promise<{ works: boolean; detail: string }> => {
  try {
    const { status } = await fetch(url, { signal: AbortSignal.timeout(15_000), redirect: 'manual' });
    return { works: status < 500, detail: `HTTP ${status}` };
  } catch (error) {
    return { works: false, detail: error instanceof Error ? error.message : String(error) };
  }
};

/** From here: both applications of both tenants at their own addresses, and no other port of these. */
const fromOutside = async ({ tenants, rehearsal }: Suite): Promise<Probe[]> => {
  const probes: Probe[] = [];
  for (const { name, ip, endpoints } of Object.values(tenants)) {
    for (const [app, url] of Object.entries(endpoints)) probes.push({ from: 'outside', to: `${name} ${app} ${url}`, must: 'work', ...(await answers(url)) });
    // The addresses of the sandbox are documentation addresses, which nobody can reach.
    for (const port of [22, 3306, 8081, 10250]) probes.push({ from: 'outside', to: `${name} ${ip}:${port}`, must: 'fail', works: rehearsal ? undefined : await opens(ip, port), detail: rehearsal ? NOT_IN_SANDBOX : '' });
  }
  return probes;
};

interface Target {
  to: string;
  host: string;
  port: number;
  must: Probe['must'];
}

/** What a hostile pod of acme tries, in the name of the component that may do most. */
const targetsOf = async ({ cluster, tenants }: Suite): Promise<Target[]> => {
  const namespace = namespaceOf('globex');
  const [pods, services, api] = await Promise.all([cluster.core.listNamespacedPod({ namespace }), cluster.core.listNamespacedService({ namespace }), cluster.core.readNamespacedService({ name: 'kubernetes', namespace: 'default' })]);
  const others = pods.items.flatMap(({ metadata, spec, status }) =>
    (spec?.containers ?? []).flatMap(({ ports = [] }) => ports).map(({ containerPort }) => ({ to: `globex pod ${metadata?.name}`, host: status?.podIP ?? '', port: containerPort, must: 'fail' as const })),
  );
  const theirs = services.items.filter(({ spec }) => spec?.clusterIP !== 'None').flatMap(({ metadata, spec }) => (spec?.ports ?? []).map(({ port }) => ({ to: `globex Service ${metadata?.name}`, host: spec?.clusterIP ?? '', port, must: 'fail' as const })));
  return [
    { to: 'own WordPress over MCP', host: 'wordpress-mcp', port: 8081, must: 'work' },
    ...others,
    ...theirs,
    ...[80, 8080].map((port) => ({ to: 'globex gateway at its address', host: tenants.globex.ip, port, must: 'fail' as const })),
    { to: 'API server', host: api.spec?.clusterIP ?? '', port: 443, must: 'fail' },
    { to: 'metadata address', host: '169.254.169.254', port: 80, must: 'fail' },
    { to: 'internet', host: '1.1.1.1', port: 443, must: 'fail' },
  ];
};

const fromTenant = async (suite: Suite): Promise<Probe[]> => {
  const targets = await targetsOf(suite);
  const from = 'pod of acme';
  const dns: Omit<Probe, 'works' | 'detail'> = { from, to: 'DNS', must: 'work' };
  const listed = targets.map(({ to, host, port, must }) => ({ from, to: `${to} ${host}:${port}`, must }));
  if (suite.rehearsal) return [dns, ...listed].map((probe) => ({ ...probe, works: undefined, detail: NOT_IN_SANDBOX }));
  // 0 is open. Side by side, because each refusal takes its whole time limit.
  const script = ['nslookup kubernetes.default.svc.cluster.local >/dev/null 2>&1; echo "dns $?"', ...targets.map(({ host, port }, index) => `( nc -z -w 5 ${host} ${port} >/dev/null 2>&1; echo "${index} $?" ) &`), 'wait'].join('\n');
  const labels = { [PART_OF_LABEL]: PART_OF, 'app.kubernetes.io/component': 'openwebui' };
  const lines = (await runInPod(suite.cluster, { namespace: namespaceOf('acme'), name: 'cloud-test-probe', script, labels }, suite.signal)).split('\n');
  const result = (key: string): Pick<Probe, 'works' | 'detail'> => {
    const line = lines.find((each) => each.startsWith(`${key} `));
    if (line === undefined) throw new Error(`the probe did not answer for ${key}: ${lines.join('; ').slice(0, 500)}`);
    return { works: line.endsWith(' 0'), detail: '' };
  };
  return [{ ...dns, ...result('dns') }, ...listed.map((probe, index) => ({ ...probe, ...result(String(index)) }))];
};

/** Tries everything, and tells all of it: one that went wrong does not hide the others. */
export const runProbes = async (suite: Suite): Promise<Probe[]> => [...(await fromOutside(suite)), ...(await fromTenant(suite))];

export const wentWrong = ({ works, must }: Probe): boolean => works !== undefined && works !== (must === 'work');
