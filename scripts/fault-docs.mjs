#!/usr/bin/env node
// Writes the table of faults in docs/sandbox.md from the sandbox's own catalogue; with --check it only compares.
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = fileURLToPath(new URL('..', import.meta.url));
const target = join(root, 'docs/sandbox.md');
const [begin, end] = ['<!-- faults -->', '<!-- /faults -->'];

const { outputFiles } = await build({ entryPoints: [join(root, 'src/sandbox/faults/catalog.ts')], bundle: true, write: false, format: 'esm', platform: 'neutral', logLevel: 'error' });
const { FAULTS } = await import(`data:text/javascript;base64,${Buffer.from(outputFiles[0].contents).toString('base64')}`);

const row = (cells) => `| ${cells.join(' | ')} |`;
const parameters = (fault) => Object.entries(fault.parameters).map(([name, { default: usual }]) => `\`${name}=${usual}\``).join(' ');
const table = [row(['Fault', 'Parameters, as they are without being given', 'What goes wrong', 'What `create` does about it']), row(['---', '---', '---', '---']), ...FAULTS.map((fault) => row([`\`${fault.name}\``, parameters(fault), fault.does, fault.met]))];

const known = new Map();
for (const { parameters: of } of FAULTS) for (const [name, parameter] of Object.entries(of)) known.set(name, parameter);
const values = ({ takes, means }) => `${means}${Array.isArray(takes) ? `: ${takes.map((value) => `\`${value}\``).join(' ')}` : ''}`;
const meanings = [row(['Parameter', 'Means']), row(['---', '---']), ...[...known].map(([name, parameter]) => row([`\`${name}\``, values(parameter)]))];

const present = await readFile(target, 'utf8');
const wanted = `${present.slice(0, present.indexOf(begin) + begin.length)}\n${[...table, '', ...meanings].join('\n')}\n${present.slice(present.indexOf(end))}`;
if (process.argv.includes('--check')) {
  if (wanted !== present) {
    process.stderr.write('docs/sandbox.md does not have the faults as they are: run `node scripts/fault-docs.mjs`\n');
    process.exit(1);
  }
} else await writeFile(target, wanted);
