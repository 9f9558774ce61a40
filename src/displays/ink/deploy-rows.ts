import type { Failure } from '../../engine/events.js';
import type { RunState } from '../../engine/run-state.js';
import { upcomingOf } from '../outline.js';
import { failedTask, linesOf, rootsOf } from '../task-summary.js';
import { cell, clip, oneLine, wrapText } from './cells.js';
import { logPane } from './log-pane.js';
import { fitRow, rowOf, span, type Row } from './rows.js';
import { branchRows, DETAIL_COLUMN, WEIGHT, type DrawOptions, type WeighedRow } from './task-rows.js';

export interface DeployOptions extends DrawOptions {
  /** Rows that may be used at most. */
  rows: number;
  /** Roots that the history shows already. */
  finished: ReadonlySet<string>;
  /** The last log lines are shown below. */
  logs: boolean;
  /** First row of the details that is shown; follows what runs where it is not given. */
  scroll?: number | undefined;
  /** The failure that waits for an answer. */
  failure?: Failure;
}

/** A path has no spaces to break it at. */
const pieces = (text: string, width: number): string[] => {
  const piece = clip(text, width, '');
  return piece.length === 0 || piece.length === text.length ? [text] : [piece, ...pieces(text.slice(piece.length), width)];
};

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
    ...(failure.log === undefined ? [] : pieces(`Log: ${failure.log}`, width).slice(0, 2).map((piece): Row => [span(`${lead}${piece}`, 'dim')])),
  ];
};

/** Takes the least important rows away, the lowest on the screen first, until the rest fits; says how many are missing. */
const fitRows = (rows: readonly WeighedRow[], most: number, ellipsis: string): Row[] => {
  if (rows.length <= most) return rows.map(({ row }) => row);
  const kept = [...rows];
  while (kept.length > Math.max(0, most - 1)) {
    const least = Math.min(...kept.map(({ weight }) => weight));
    kept.splice(kept.map(({ weight }) => weight).lastIndexOf(least), 1);
  }
  return [...kept.map(({ row }) => row), rowOf(`   ${ellipsis} ${rows.length - kept.length} more: d shows them`, 'dim')].slice(0, most);
};

/** Roots that the history shows are left out, unless everything is shown. */
const treeRows = (run: RunState, options: DeployOptions): WeighedRow[] => {
  const failed = options.failure === undefined ? undefined : failedTask(run, options.failure);
  const rows: WeighedRow[] = rootsOf(run)
    .filter((path) => options.details || !options.finished.has(path))
    .flatMap((path) => {
      const node = run.tasks[path];
      return node ? branchRows(run, node, 0, { ...options, explained: failed?.path }) : [];
    });
  if (options.failure) {
    const at = rows.findIndex(({ key }) => key === failed?.path);
    const depth = failed ? failed.path.split('/').length - 2 : 0;
    const block = failureRows(options.failure, 3 + 2 * depth, options).map((row, index) => ({ key: `failure-${index}`, row, weight: WEIGHT.failure }));
    rows.splice(at === -1 ? rows.length : at + 1, 0, ...block);
  }
  const look = options.theme.state('waiting');
  for (const { path, title, what } of upcomingOf(run)) {
    rows.push({ key: path, row: [span(` ${look.icon} ${cell(title, DETAIL_COLUMN - 3)} `, 'dim'), span(what, 'dim')], weight: WEIGHT.waiting });
  }
  return rows;
};

/** The rows that `scroll` leads to. Without it, those in which something runs or has failed. */
const windowOf = (rows: readonly WeighedRow[], size: number, scroll: number | undefined): { offset: number; most: number } => {
  const most = Math.max(0, rows.length - size);
  const lastLive = rows.findLastIndex(({ weight }) => weight !== WEIGHT.waiting && weight !== WEIGHT.doneLeaf);
  return { offset: Math.max(0, Math.min(most, scroll ?? lastLive - size + 3)), most };
};

/** Everything, as far as it fits: the rest is scrolled to. */
const scrolledRows = (rows: readonly WeighedRow[], size: number, scroll: number | undefined, ellipsis: string): Row[] => {
  if (rows.length <= size) return rows.map(({ row }) => row);
  const { offset } = windowOf(rows, size - 1, scroll);
  const below = rows.length - offset - (size - 1);
  const hidden = [...(offset > 0 ? [`${offset} above`] : []), ...(below > 0 ? [`${below} below`] : [])].join(', ');
  return [...rows.slice(offset, offset + size - 1).map(({ row }) => row), rowOf(`   ${ellipsis} ${hidden}`, 'dim')];
};

/** Where the details are scrolled to, and how far they can be. */
export const detailScroll = (run: RunState, options: DeployOptions): { offset: number; most: number } => windowOf(treeRows(run, options), Math.max(1, options.rows - paneRows(run, options).length - 1), options.scroll);

/** The log below the tree: half of the room. Where something has failed, only what that wrote. */
const paneRows = (run: RunState, options: DeployOptions): Row[] => {
  if (!options.logs) return [];
  const failed = options.failure === undefined ? undefined : failedTask(run, options.failure);
  return logPane(failed ? linesOf(run, failed.path) : run.logLines, Math.max(3, Math.floor(options.rows / 2)), run.log, options);
};

/** The live part of a deployment: what runs, unfolded, and what is ahead. Never more rows than `options.rows`, never wider than `options.columns`. */
export const deployRows = (run: RunState, options: DeployOptions): Row[] => {
  const { ellipsis } = options.theme.glyph;
  const tree = treeRows(run, options);
  const pane = paneRows(run, options);
  const room = Math.max(1, options.rows - pane.length);
  const rows = options.details ? scrolledRows(tree, room, options.scroll, ellipsis) : fitRows(tree, room, ellipsis);
  return [...rows, ...pane].slice(0, options.rows).map((row) => fitRow(row, options.columns, ellipsis));
};
