import type { RunState, TaskNode } from '../../engine/run-state.js';
import { failedLeaves, wasInterrupted } from '../task-summary.js';
import { oneLine, wrapText } from './cells.js';
import { span, type Row } from './rows.js';
import type { HistoryItem } from './store.js';
import { taskRow, type DrawOptions } from './task-rows.js';

/** What is left of a failed branch once it is over: the tasks that failed, one line each. */
const leavesThatFailed = (run: RunState, root: TaskNode, options: DrawOptions): Row[] =>
  failedLeaves(run)
    .filter((leaf) => leaf.path.startsWith(`${root.path}/`) && !wasInterrupted(leaf))
    .map((leaf) => taskRow(run, leaf, leaf.path.split('/').length - 2, options, true));

/** Something that is over, as it stays in the terminal's own history. */
export const historyRows = (item: HistoryItem, options: DrawOptions): Row[] => {
  if (item.kind === 'task') {
    const node = item.run.tasks[item.path];
    if (!node) return [];
    return [taskRow(item.run, node, 0, options, true), ...leavesThatFailed(item.run, node, options)];
  }
  if (item.kind === 'notice') {
    const warns = item.level === 'warning';
    const icon = warns ? options.theme.state('degraded').icon : options.theme.glyph.dot;
    const lines = item.message.split('\n').flatMap((line) => wrapText(oneLine(line), Math.max(16, options.columns - 4)));
    return lines.map((line, index) => [span(index === 0 ? ` ${icon} ` : '   ', warns ? 'warn' : 'dim'), span(line, warns ? 'warn' : undefined)]);
  }
  return [];
};
