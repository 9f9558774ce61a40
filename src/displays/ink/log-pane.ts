import type { LogLine } from '../../engine/run-state.js';
import { cell, oneLine, widthOf } from './cells.js';
import { fitRow, rowOf, span, type Row } from './rows.js';
import type { DrawOptions } from './task-rows.js';

/** The column that says who wrote a line is at most so wide. */
const MOST_SOURCE = 28;
const WIDE = 100;

/** Who wrote it: on a narrow screen a container says enough. */
const sourceOf = ({ task, source }: LogLine, columns: number): string => {
  if (source === undefined) return task.slice(task.lastIndexOf('/') + 1);
  return columns < WIDE ? source.slice(source.lastIndexOf('/') + 1) : source.replace(/^(.*?)-[a-z0-9]{5,10}-[a-z0-9]{5}\//, '$1/');
};

/** The last lines, each with who wrote it, under a rule with a title: at most `most` rows. `log` is where everything is. */
export const logPane = (lines: readonly LogLine[], most: number, log: string | undefined, options: DrawOptions): Row[] => {
  if (most < 2) return [];
  const { columns, theme } = options;
  const title = ' Logs ';
  const rule: Row = [span(` ${theme.glyph.rule.repeat(2)}${title}${theme.glyph.rule.repeat(Math.max(0, columns - 4 - widthOf(title)))}`, 'dim')];
  const shown = lines.slice(-(most - 1));
  const sources = shown.map((line) => oneLine(sourceOf(line, columns)));
  const width = Math.min(MOST_SOURCE, Math.floor(columns / 3), Math.max(0, ...sources.map(widthOf)));
  const rows = shown.map(({ line }, index): Row => [span(` ${cell(sources[index] ?? '', width, 'left', theme.glyph.ellipsis)}  `, 'dim'), span(oneLine(line))]);
  const none = rowOf(log === undefined ? ' No lines yet.' : ` No lines yet. Everything goes to ${log}`, 'dim');
  return [rule, ...(rows.length > 0 ? rows : [none])].map((row) => fitRow(row, columns, theme.glyph.ellipsis));
};
