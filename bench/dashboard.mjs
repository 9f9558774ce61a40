// The dashboard on a large fleet that changes all the time, and `kubectl get pods -A -w` on the same one.
//   node bench/dashboard.mjs [--rounds 3] [--seconds 30] [--tenants 300] [--pods 3000] [--changes 50]
import { mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { interleave, median, option, report, seconds, spread } from './lib/figures.mjs';
import { startFleet } from './lib/fleet.mjs';
import { main, requireBuild } from './lib/program.mjs';
import { environment, remove } from './lib/sandbox.mjs';
import { measureInTerminal } from './lib/terminal.mjs';

requireBuild();
const number = (name, fallback) => Number(option(name, fallback));
const [rounds, span, tenants, pods, changes] = [number('--rounds', '3'), number('--seconds', '30'), number('--tenants', '300'), number('--pods', '3000'), number('--changes', '50')];

const state = await mkdtemp(join(tmpdir(), 'ionos-bench-'));
const fleet = await startFleet({ tenants, pods, changes });
const measured = { dashboard: [], kubectl: [] };
try {
  const kubeconfig = join(state, 'kubeconfig');
  await writeFile(kubeconfig, fleet.kubeconfig);
  await mkdir(join(state, 'tmp'), { recursive: true });
  await mkdir(join(state, 'platforms/bench'), { recursive: true });
  await writeFile(join(state, 'platforms/bench/adopted.json'), JSON.stringify({ kubeconfig, context: 'bench', addresses: 'load-balancer' }));
  const env = environment(state, 1);
  const watch = (name, command, args, complete) => async () => {
    const figures = await measureInTerminal(command, args, { env, seconds: span, complete });
    measured[name].push(figures);
    return figures.firstMs;
  };
  await interleave(
    {
      dashboard: watch('dashboard', process.execPath, [main, 'status', '--platform', 'bench'], (text) => text.includes(`${tenants} tenants`)),
      kubectl: watch('kubectl', 'kubectl', ['--kubeconfig', kubeconfig, 'get', 'pods', '-A', '-w'], (_text, lines) => lines > pods),
    },
    rounds,
  );
} finally {
  await fleet.stop();
  await remove(state);
}

const of = (name, figure) => measured[name].map((figures) => figures[figure]);
const mega = (bytes) => (bytes / 1e6).toFixed(0);
const line = (what, figure, show, range, aim) => {
  const [ours, theirs] = [of('dashboard', figure), of('kubectl', figure)];
  return [what, show(median(ours)), range(ours), show(median(theirs)), range(theirs), `${(median(ours) / median(theirs)).toFixed(2)}×`, aim];
};
const between = (show) => (values) => `${show(Math.min(...values))}–${show(Math.max(...values))}`;
const percent = (share) => `${(share * 100).toFixed(1)} %`;
const kilo = (bytes) => `${(bytes / 1000).toFixed(1)} kB`;
report(
  `node bench/dashboard.mjs --rounds ${rounds} --seconds ${span} --tenants ${tenants} --pods ${pods} --changes ${changes}`,
  ['what', '`status`', 'range', '`kubectl get pods -A -w`', 'range', 'ratio', 'aim'],
  [
    line('start to first full frame, s', 'firstMs', seconds, spread, '≤ 1 s'),
    line('processor, share of a core', 'share', percent, between(percent), '≤ 10 %'),
    line('memory (RSS) at the end, MB', 'rss', mega, between(mega), '≤ 150 MB'),
    line('memory (RSS) at its most, MB', 'peak', mega, between(mega), ''),
    line('to the terminal, a second', 'bytes', kilo, between(kilo), ''),
  ],
  [
    `${tenants} tenants, ${pods} pods of ${fleet.podBytes} bytes on average, ${changes} of them change each second; a terminal of 120×40. The API server is another process and not counted.`,
    `Processor and bytes: over ${span} s, from ${measured.dashboard[0]?.settleSeconds} s after the first full frame on. \`status\` also asks every tenant's endpoints, which \`kubectl\` does not.`,
  ],
);
