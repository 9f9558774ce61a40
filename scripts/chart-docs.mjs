#!/usr/bin/env node
// Writes the README.md of every chart from the comments in its values.yaml. With --check it changes nothing and fails when
// one is out of date. In values.yaml, "# --" above a value describes it, and the first comment of the file describes the chart.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { isMap, isScalar, parse, parseDocument } from 'yaml';

const COMMAND = 'node scripts/chart-docs.mjs';
const charts = join(dirname(fileURLToPath(import.meta.url)), '..', 'charts');

/** The text behind the last "--" of a comment, in one line; empty when the comment is not a description. */
const descriptionIn = (comment) => {
  const lines = (comment ?? '').split('\n').map((line) => line.trim());
  const start = lines.findLastIndex((line) => line.startsWith('-- '));
  return start < 0 ? '' : [lines[start].slice(3), ...lines.slice(start + 1)].join(' ').trim();
};

/** Rows of all described values below a map; a described map is one row. Throws when a leaf has no description. */
const rowsOf = (map, path = []) =>
  map.items.flatMap((pair, index) => {
    const name = [...path, pair.key.value];
    // The comment above the first entry of a map belongs to the map, as far as the parser is concerned.
    const description = descriptionIn(pair.key.commentBefore) || (index === 0 ? descriptionIn(map.commentBefore) : '');
    if (description) return [{ name: name.join('.'), value: pair.value, description }];
    if (isMap(pair.value)) return rowsOf(pair.value, name);
    throw new Error(`${name.join('.')} has no description ("# -- …" above it)`);
  });

const cell = (text) => text.replaceAll('|', '\\|');
const shown = (node) => `\`${JSON.stringify(isScalar(node) ? node.value : node.toJSON())}\``;

/** The whole README of one chart. */
const readmeOf = (chart) => {
  const { name, description, version, appVersion } = parse(readFileSync(join(charts, chart, 'Chart.yaml'), 'utf8'));
  const text = readFileSync(join(charts, chart, 'values.yaml'), 'utf8');
  const values = parseDocument(text);
  const intro = (values.commentBefore ?? '').split('\n').map((line) => line.trim()).join('\n');
  if (!intro) throw new Error('values.yaml does not begin with a comment that describes the chart');
  return [
    `<!-- Made by \`${COMMAND}\` from values.yaml. Change that file instead. -->`,
    `# ${name}`,
    '',
    `${description}. Chart ${version}, application ${appVersion}.`,
    '',
    intro,
    '',
    '| Value | Default | Meaning |',
    '|---|---|---|',
    ...rowsOf(values.contents).map(({ name: path, value, description: meaning }) => `| \`${path}\` | ${cell(shown(value))} | ${cell(meaning)} |`),
    '',
  ].join('\n');
};

const check = process.argv.includes('--check');
let stale = 0;
for (const entry of readdirSync(charts, { withFileTypes: true }).filter((item) => item.isDirectory())) {
  const file = join(charts, entry.name, 'README.md');
  let expected;
  try {
    expected = readmeOf(entry.name);
  } catch (error) {
    console.error(`charts/${entry.name}/values.yaml: ${error.message}`);
    process.exit(1);
  }
  let actual = '';
  try {
    actual = readFileSync(file, 'utf8');
  } catch (error) {
    if (error.code !== 'ENOENT') throw error;
  }
  if (actual === expected) continue;
  stale += 1;
  if (check) console.error(`charts/${entry.name}/README.md is out of date: run ${COMMAND}`);
  else writeFileSync(file, expected);
}
process.exitCode = check && stale > 0 ? 1 : 0;
