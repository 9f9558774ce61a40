// What onboarding a tenant asks of a person: by the wizard, by one command, and by hand.
//   node bench/effort.mjs [--wizard no]
import { join } from 'node:path';
import { option, report, seconds } from './lib/figures.mjs';
import { main, requireBuild } from './lib/program.mjs';
import { openBench, TENANT } from './lib/scenario.mjs';
import { playWizard } from './lib/wizard.mjs';

requireBuild();
const withWizard = option('--wizard', 'yes') !== 'no';
/** Pods take the sandbox's default time. */
const SPEED = 1;

const bench = await openBench();
const rows = [];
try {
  const scenario = await bench.prepare('existing', await bench.makeBaseline());
  if (withWizard) {
    const wizard = await bench.inSandbox(scenario.baseline, SPEED, (sandbox, state) =>
      playWizard([main, 'create', '--sandbox'], { env: { ...sandbox.env, PATH: `${bench.path}:${process.env.PATH}` }, logs: join(state, 'logs'), name: TENANT }),
    );
    rows.push(['wizard', '1', String(wizard.questions), String(wizard.keys), '0', seconds(wizard.ms)]);
  }
  const command = `ionos-tenants create ${TENANT} --yes`;
  rows.push([`\`${command}\``, '1', '0', String(command.length + 1), '0', seconds(await bench.timeCreate(scenario, SPEED))]);
  const count = (tool) => scenario.theirs.filter((call) => call.tool === tool).length;
  const commands = ['terraform', 'helm', 'kubectl', 'curl'].map((tool) => `${count(tool)} ${tool}`);
  rows.push([`by hand (${commands.join(', ')})`, String(scenario.theirs.length), '—', '—', `${scenario.values} values in ${scenario.files} files`, seconds(await bench.timeByHand(scenario, SPEED))]);
} finally {
  await bench.close();
}
report(
  `node bench/effort.mjs${withWizard ? '' : ' --wizard no'}`,
  ['way', 'commands', 'questions', 'key presses', 'to write before', 'seconds to both endpoints'],
  rows,
  [
    'A second tenant on a platform that exists, in the sandbox at its default times; from the last answer (or the command) until both URLs answered.',
    'The wizard accepts every suggestion, types the name, and says yes; the yes counts as a question.',
    'By hand: commands of bench/by-hand.sh with all values already in files; looking things up in between is not counted.',
  ],
);
