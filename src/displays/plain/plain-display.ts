import { ListrLogger, ListrLogLevels } from 'listr2';
import type { EngineEvent } from '../../engine/events.js';
import type { Display } from '../display.js';
import { resultLines } from '../result-card.js';
import { failureLines } from '../failure-lines.js';
import { dataLines } from './data-lines.js';

const LEVELS: Record<string, ListrLogLevels> = {
  started: ListrLogLevels.STARTED,
  progress: ListrLogLevels.OUTPUT,
  done: ListrLogLevels.COMPLETED,
  skipped: ListrLogLevels.SKIPPED,
  failed: ListrLogLevels.FAILED,
  retrying: ListrLogLevels.RETRY,
};

const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`;

const taskLine = (event: Extract<EngineEvent, { type: 'task' }>): string => {
  const time = event.elapsedMs !== undefined && ['done', 'failed'].includes(event.state) ? ` (${seconds(event.elapsedMs)})` : '';
  return event.detail === undefined || event.detail === '' ? `${event.title}${time}` : `${event.title}: ${event.detail}${time}`;
};

/** Lines in order, as listr2's verbose renderer writes them; no cursor movement, fit for logs, pipes and screen readers. */
export const createPlainDisplay = (options: { color: boolean }): Display => {
  const logger = new ListrLogger<ListrLogLevels>({ useIcons: false });
  const print = (line: string): void => void process.stdout.write(`${line}\n`);
  let lastLine = '';
  if (!options.color) process.env.NO_COLOR = '1';
  return {
    show(event) {
      switch (event.type) {
        case 'run':
          print(`ionos-tenants ${event.cliVersion}${event.sandbox ? ' · SANDBOX: nothing is created in the cloud, nothing costs' : ''}`);
          break;
        case 'task': {
          const line = taskLine(event);
          // A detail that repeats would only be noise to a listener.
          if (event.state === 'progress' && line === lastLine) break;
          lastLine = line;
          logger.log(LEVELS[event.state] ?? ListrLogLevels.OUTPUT, line);
          break;
        }
        case 'plan':
          for (const change of event.changes) print(`  ${event.stack}: ${change.action} ${change.address}`);
          for (const release of event.releases) print(`  release ${release}`);
          break;
        case 'notice':
          print(`${event.level === 'warning' ? 'Warning: ' : ''}${event.message}`);
          break;
        case 'file':
          if (event.content !== undefined) print(event.content);
          break;
        case 'result':
          for (const line of event.ok ? [...dataLines(event, Date.now()), ...resultLines(event)] : failureLines(event.error)) (event.ok ? print : (text: string) => void process.stderr.write(`${text}\n`))(line);
          break;
        default:
          break;
      }
    },
    close: async () => undefined,
  };
};
