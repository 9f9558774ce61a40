import type { Failure } from '../../engine/events.js';
import type { RunState } from '../../engine/run-state.js';
import { upcomingOf } from '../outline.js';
import { failedTask, rootsOf } from '../task-summary.js';
import { cell, clip, oneLine, wrapText } from './cells.js';
import { BLANK, fitRow, rowOf, span, type Row } from './rows.js';
import { branchRows, WEIGHT, type DrawOptions, type WeighedRow } from './task-rows.js';

export interface DeployOptions extends DrawOptions {
  /** Rows that may be used at most. */
  rows: number;
  /** Roots that the history shows already. */
  finished: ReadonlySet<string>;
  /** The last log lines are shown below. */
  logs: boolean;
  /** The failure that waits for an answer. */
  failure?: Failure;
}

/** Why it stopped, in the place of the line that stopped: cause, what to type next, the log. */
export const failureRows = (failure: Failure, indent: number, options: DrawOptions): Row[] => {
  const { theme, columns } = options;
  const lead = ' '.repeat(indent);
  const width = Math.max(16, columns - indent - 3);
  const block = (text: string, mark: string, tone: Parameters<typeof span>[1], most: number): Row[] => {
    const lines = wrapText(oneLine(text), width);
    return lines.slice(0, most).map((line, index): Row => [span(`${lead}${index === 0 ? mark : ' '.repeat(mark.length)}`, tone), span(index === most - 1 && lines.length > most ? clip(`${line} ${theme.glyph.ellipsis}${' '.repeat(width)}`, width, theme.glyph.ellipsis) : line, tone)]);
  };
  return [
    ...block(failure.what, '', 'bad', 2),
    ...(failure.why === undefined ? [] : block(failure.why, '', undefined, 4)),
    ...failure.next.flatMap((line) => block(line, `${theme.glyph.arrow} `, undefined, 2)),
    ...(failure.log === undefined ? [] : [[span(`${lead}Log: ${failure.log}`, 'dim')] as Row]),
  ];
};

const logRows = (run: RunState, most: number): WeighedRow[] => {
  const lines = run.logLines.slice(-most);
  const rows: Row[] =
    lines.length > 0
      ? lines.map(({ task, line }) => [span(` ${cell(task.slice(task.lastIndexOf('/') + 1), 14)} `, 'dim'), span(oneLine(line))])
      : [rowOf(run.log === undefined ? ' No log lines yet.' : ` No log lines yet. Everything goes to ${run.log}`, 'dim')];
  return [BLANK, ...rows].map((row, index) => ({ key: `log-${index}`, row, weight: WEIGHT.pod }));
};

/** Takes the least important rows away, the lowest on the screen first, until the rest fits; says how many are missing. */
const fitRows = (rows: readonly WeighedRow[], most: number, ellipsis: string): Row[] => {
  if (rows.length <= most) return rows.map(({ row }) => row);
  const kept = [...rows];
  while (kept.length > Math.max(0, most - 1)) {
    const least = Math.min(...kept.map(({ weight }) => weight));
    kept.splice(kept.map(({ weight }) => weight).lastIndexOf(least), 1);
  }
  return [...kept.map(({ row }) => row), rowOf(`   ${ellipsis} ${rows.length - kept.length} more`, 'dim')].slice(0, most);
};

/** The live part of a deployment: what runs, unfolded, and what is ahead. Never more rows than `options.rows`, never wider than `options.columns`. */
export const deployRows = (run: RunState, options: DeployOptions): Row[] => {
  const failed = options.failure === undefined ? undefined : failedTask(run, options.failure);
  const rows: WeighedRow[] = rootsOf(run)
    .filter((path) => !options.finished.has(path))
    .flatMap((path) => {
      const node = run.tasks[path];
      return node ? branchRows(run, node, 0, options) : [];
    });
  if (options.failure) {
    const at = rows.findIndex(({ key }) => key === failed?.path);
    const depth = failed ? failed.path.split('/').length - 2 : 0;
    const block = failureRows(options.failure, 3 + 2 * depth, options).map((row, index) => ({ key: `failure-${index}`, row, weight: WEIGHT.failure }));
    rows.splice(at === -1 ? rows.length : at + 1, 0, ...block);
  }
  for (const { path, title } of upcomingOf(run)) {
    const look = options.theme.state('waiting');
    rows.push({ key: path, row: [span(` ${look.icon} ${title}`, 'dim')], weight: WEIGHT.waiting });
  }
  if (options.logs) rows.push(...logRows(run, Math.max(3, Math.floor(options.rows / 3))));
  return fitRows(rows, options.rows, options.theme.glyph.ellipsis).map((row) => fitRow(row, options.columns, options.theme.glyph.ellipsis));
};
