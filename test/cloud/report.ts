import { writeFile } from 'node:fs/promises';
import type { Findings } from './journey.js';
import { wentWrong, type Probe } from './probes.js';

const columns = (rows: string[][]): string[] => {
  const widths = (rows[0] ?? []).map((_cell, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows.map((row) => row.map((cell, column) => (column === row.length - 1 ? cell : cell.padEnd(widths[column] ?? 0))).join('  '));
};

const outcome = (probe: Probe): string => (probe.works === undefined ? probe.detail : `${wentWrong(probe) ? 'WRONG: ' : 'as it must: '}${probe.works ? 'works' : 'fails'}${probe.detail === '' ? '' : ` (${probe.detail})`}`);

/** What was found, as two tables. */
export const reportLines = ({ probes, figures, seconds }: Findings): string[] => [
  ...(Object.keys(seconds).length === 0 ? [] : ['', 'Times', ...columns(Object.entries(seconds).map(([title, value]) => [`  ${title}`, `${value} s`]))]),
  ...(probes.length === 0 ? [] : ['', 'Who reaches what', ...columns([['  from', 'to', 'must', 'outcome'], ...probes.map((probe) => [`  ${probe.from}`, probe.to, probe.must, outcome(probe)])])]),
  ...(figures.length === 0 ? [] : ['', 'What nobody knew', ...columns([['  question', 'assumed', 'found'], ...figures.map(({ question, assumed, found }) => [`  ${question}`, assumed, found.replaceAll('\n', ' / ')])])]),
];

export const writeReport = (file: string, about: object, findings: Findings): Promise<void> => writeFile(file, `${JSON.stringify({ ...about, ...findings }, null, 1)}\n`, { mode: 0o600 });
