#!/usr/bin/env node
// Writes docs/isolation-probes.md from test/probes/catalogue.yaml and from what the suites have recorded in .probes (see
// test/probes/reporter.ts). With --check it changes nothing; it fails when the page says anything else than these results, when a probe
// failed or was not run, and when one has neither tests nor a reason. Run the suites first: those that have not run have no results.
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';

const COMMAND = 'node scripts/probe-docs.mjs';
const root = fileURLToPath(new URL('..', import.meta.url));
const target = join(root, 'docs/isolation-probes.md');

/** How a probe is tested follows from where its test is, the first that fits; and what that means. */
const KINDS = [
  ['real packets', /^test\/node\//, 'from pods on a real node with Cilium (`npm run test:node`)'],
  ['real API server', /^test\/real\//, 'requests to a real Kubernetes control plane (`npm run test:real`)'],
  ['policy simulator', /^test\/simulator\//, 'the rendered NetworkPolicies, judged by a program that is not ours'],
  ['rendered charts', /^test\/charts\//, 'what the charts write, looked at'],
  ['real WordPress', /^test\/wordpress\//, 'the chart\'s files on a real WordPress (`npm run test:wordpress`)'],
  ['command line', /^test\//, 'the program itself, on the sandbox or on its own functions (`npm test`)'],
];
const kindOf = (file) => KINDS.find(([, where]) => where.test(file))[0];

const catalogue = parse(readFileSync(join(root, 'test/probes/catalogue.yaml'), 'utf8'));

const folder = join(root, '.probes');
const tests = (existsSync(folder) ? readdirSync(folder, { recursive: true }) : [])
  .filter((name) => name.endsWith('.json'))
  .map((name) => JSON.parse(readFileSync(join(folder, name), 'utf8')))
  // What a test file said that is no longer there does not count.
  .filter(({ file }) => existsSync(join(root, file)))
  .flatMap(({ file, results }) => results.map((result) => ({ ...result, file, kind: kindOf(file) })))
  .sort((a, b) => (a.file < b.file ? -1 : a.file > b.file ? 1 : 0));

const unknown = tests.filter(({ id }) => !catalogue.some((probe) => probe.id === id));
if (unknown.length > 0) throw new Error(`not in test/probes/catalogue.yaml: ${unknown.map(({ id, title }) => `${id} ("${title}")`).join(', ')}`);

const probes = catalogue.map((probe) => {
  const own = tests.filter(({ id }) => id === probe.id);
  const ran = own.filter(({ outcome }) => outcome !== 'skipped');
  const passed = own.filter(({ outcome }) => outcome === 'passed');
  const result = own.some(({ outcome }) => outcome === 'failed') ? 'FAILED'
    : ran.length < own.length ? 'NOT RUN'
    : passed.some(({ shows }) => shows.refused) ? 'holds'
    : probe.notHere === undefined ? 'NO TEST' : 'not testable here';
  return { ...probe, own, passed, result };
});

const row = (cells) => `| ${cells.join(' | ')} |`;
const unique = (values) => [...new Set(values)];
const yes = (answer) => (answer ? 'yes' : 'no');
const showsIn = (passed, what) => passed.some(({ shows }) => shows[what]);
const howOf = ({ own, notHere }) => [
  ...KINDS.map(([kind]) => [kind, unique(own.filter((test) => test.kind === kind).map(({ file }) => file))])
    .filter(([, files]) => files.length > 0)
    .map(([kind, files]) => `${kind} (${files.map((file) => `[${file.split('/').at(-1).replace(/\.test\.tsx?$/, '')}](../${file})`).join(', ')})`),
  ...(notHere === undefined ? [] : [`not testable here: ${notHere}`]),
].join('; ');

const kindRows = KINDS.map(([kind]) => {
  const own = tests.filter((test) => test.kind === kind);
  const count = (list) => unique(list.map(({ id }) => id)).length;
  const passed = own.filter(({ outcome }) => outcome === 'passed');
  return { kind, probes: count(own), cells: [count(own), count(passed.filter(({ shows }) => shows.positiveControl)), count(passed.filter(({ shows }) => shows.red)), passed.length, own.length - passed.length] };
}).filter(({ probes: any }) => any > 0);

const page = [
  `<!-- Made by \`${COMMAND}\` from test/probes/catalogue.yaml and the results of the suites that ran before. Do not edit. -->`,
  '# Isolation probes',
  '',
  'What code in one tenant may try, what stops it, and what a test saw. A **positive control** is the same attempt where nothing should',
  'stop it, or a harmless twin of it, which must succeed: a probe that could not succeed anywhere proves nothing. **Shown red** means that',
  'the attempt succeeded once the control was taken away, so that it is the control which stops it. [What the layers are](isolation.md).',
  '',
  ...KINDS.filter(([kind]) => kindRows.some((found) => found.kind === kind)).map(([kind, , means]) => `- *${kind}*: ${means}`),
  '',
  '## By kind',
  '',
  'One probe may be tested in more than one way, so these numbers have no sum.',
  '',
  row(['How tested', 'Probes', 'with a positive control', 'shown red', 'Tests passed', 'not passed']),
  row(['---', '---:', '---:', '---:', '---:', '---:']),
  ...kindRows.map(({ kind, cells }) => row([kind, ...cells])),
  row(['not testable here, in whole or in part', probes.filter(({ notHere }) => notHere !== undefined).length, '', '', '', '']),
  '',
  '## Probe by probe',
  '',
  'MTB: the id in the Kubernetes Multi-Tenancy Benchmarks, where there is one.',
  '',
  row(['', 'Probe (must fail)', 'Control', 'MTB', 'How tested', 'Positive control', 'Shown red', 'Result']),
  row(Array(8).fill('---')),
  ...probes.map((probe) => row([probe.id, probe.probe, probe.control, probe.mtb ?? '', howOf(probe), yes(showsIn(probe.passed, 'positiveControl')), yes(showsIn(probe.passed, 'red')), probe.result])),
  '',
].join('\n');

if (!process.argv.includes('--check')) writeFileSync(target, page);
else {
  const complaints = probes.filter(({ result }) => result === result.toUpperCase()).map(({ id, result, own }) => {
    const bad = own.filter(({ outcome }) => outcome !== 'passed').map(({ file, title }) => `\n  ${file}: ${title}`).join('');
    return result === 'NO TEST' ? `${id} has neither a test nor a reason why not` : `${id} ${result === 'FAILED' ? 'failed' : 'was not run'}:${bad}`;
  });
  const present = existsSync(target) ? readFileSync(target, 'utf8') : '';
  if (present !== page) {
    const was = new Set(present.split('\n'));
    const now = page.split('\n').filter((text) => !was.has(text));
    complaints.push(`docs/isolation-probes.md does not say what the suites have seen: run \`${COMMAND}\` after them${now.map((text) => `\n  now: ${text}`).join('')}`);
  }
  for (const complaint of complaints) process.stderr.write(`${complaint}\n`);
  process.exitCode = complaints.length > 0 ? 1 : 0;
}
