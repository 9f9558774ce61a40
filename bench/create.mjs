// `create` against the same terraform and helm commands by hand (bench/by-hand.sh), each on a sandbox of its own in a process of its own.
//   node bench/create.mjs [--rounds 5] [--pods none,default] [--platform existing,new]
import { interleave, median, option, report, seconds, spread } from './lib/figures.mjs';
import { requireBuild } from './lib/program.mjs';
import { openBench } from './lib/scenario.mjs';

requireBuild();
const rounds = Number(option('--rounds', '5'));
const pods = option('--pods', 'none,default').split(',');
const platforms = option('--platform', 'existing').split(',');
/** The sandbox's speed, and how much of the time by hand `create` may take. */
const TIMES = { none: { speed: 0, label: 'no time', aim: 1.2 }, default: { speed: 1, label: 'their default time', aim: 0.7 } };

const bench = await openBench();
const rows = [];
try {
  const baseline = platforms.includes('existing') ? await bench.makeBaseline() : undefined;
  for (const platform of platforms) {
    const scenario = await bench.prepare(platform, platform === 'existing' ? baseline : undefined);
    for (const time of pods) {
      const { speed, label, aim } = TIMES[time];
      const results = await interleave({ create: () => bench.timeCreate(scenario, speed), byHand: () => bench.timeByHand(scenario, speed) }, rounds);
      const [create, byHand] = [median(results.create), median(results.byHand)];
      rows.push([platform === 'new' ? 'first tenant, with its platform' : 'tenant on a platform', label, seconds(create), spread(results.create), seconds(byHand), spread(results.byHand), `${(create / byHand).toFixed(2)}×`, platform === 'new' && time === 'default' ? 'none: the cluster takes most of it' : `≤ ${aim}×`]);
    }
  }
} finally {
  await bench.close();
}
report(
  `node bench/create.mjs --rounds ${rounds} --pods ${pods.join(',')} --platform ${platforms.join(',')}`,
  ['what', 'cloud and pods take', '`create` s', 'range s', 'by hand s', 'range s', 'ratio', 'aim'],
  rows,
  [
    'By hand: the same binaries, flags, values and order, both with `terraform init`; releases one after the other, each waited for with `kubectl rollout status`; then one request to each endpoint.',
    '`create` also checks before, keeps registry and Lease, and runs the MCP handshake; by hand does not.',
  ],
);
