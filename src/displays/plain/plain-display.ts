import { ListrLogger, ListrLogLevels } from 'listr2';
import type { EngineEvent, PodView } from '../../engine/events.js';
import type { Interrupts } from '../../engine/interrupts.js';
import { formatEur } from '../../tenant/money.js';
import type { Display, InteractiveDisplay } from '../display.js';
import { factSentences } from '../facts.js';
import { oneLine } from '../one-line.js';
import { failureLines } from '../failure-lines.js';
import { MOVES, planText, shortResource, soFar } from '../proposal-facts.js';
import { removalFacts } from '../removal-facts.js';
import { resultLines } from '../result-card.js';
import { duration } from '../time.js';
import { checkLines } from './doctor-lines.js';
import { dataLines } from './data-lines.js';
import { identityLines } from './identity-lines.js';

const LEVELS: Record<string, ListrLogLevels> = {
  started: ListrLogLevels.STARTED,
  progress: ListrLogLevels.OUTPUT,
  done: ListrLogLevels.COMPLETED,
  skipped: ListrLogLevels.SKIPPED,
  failed: ListrLogLevels.FAILED,
  retrying: ListrLogLevels.RETRY,
};

/** Lines that are told of a task that failed. */
const LINES_OF_A_FAILURE = 5;

type TaskEvent = Extract<EngineEvent, { type: 'task' }>;

/** listr2's own wording of a line, without its writing it. */
class LineLogger extends ListrLogger<ListrLogLevels> {
  line(level: ListrLogLevels, message: string): string {
    return this.format(level, message);
  }
}

const taskLine = (event: TaskEvent): string => {
  const time = event.elapsedMs !== undefined && ['done', 'failed'].includes(event.state) ? ` (${duration(event.elapsedMs)})` : '';
  const title = shortResource(event.title);
  return event.detail === undefined || event.detail === '' ? `${title}${time}` : `${title}: ${event.detail}${time}`;
};

const podLine = (pod: PodView): string => {
  const words = pod.reason === '' ? (pod.ready === pod.containers ? 'ready' : pod.phase.toLowerCase()) : pod.reason;
  return `Pod ${pod.name}: ${words}, ${pod.ready} of ${pod.containers} containers ready`;
};

export interface PlainDisplayOptions {
  color: boolean;
  /** Print every line that tools and applications write; else only the last ones of a task that fails. */
  verbose?: boolean;
  /** Given where a person can be asked. */
  interrupts?: Interrupts;
  out?: (line: string) => void;
  err?: (line: string) => void;
  /** Milliseconds since the epoch. */
  now?: () => number;
}

/**
 * Lines in order, as listr2's verbose renderer writes them; no cursor movement, fit for logs, pipes and screen readers.
 * Nothing is said twice: a detail only when it changes, a pod only when its reason does.
 */
export const openPlainDisplay = (options: PlainDisplayOptions): Display | InteractiveDisplay => {
  if (!options.color) {
    process.env.NO_COLOR = '1';
    // Node warns on stderr where both are set.
    delete process.env.FORCE_COLOR;
  }
  const print = options.out ?? ((line: string): void => void process.stdout.write(`${line}\n`));
  const complain = options.err ?? ((line: string): void => void process.stderr.write(`${line}\n`));
  const logger = new LineLogger({ useIcons: false });
  const details = new Map<string, string>();
  const podLines = new Map<string, string>();
  const plans: string[] = [];
  /** The last lines of each task, newest last. */
  const lastLines = new Map<string, string[]>();
  /** Told when the work begins: before that, somebody may be answering a question. */
  let lastRun: string | undefined;
  let worked = 0;
  let introduced: boolean | undefined;

  const log = (level: ListrLogLevels, line: string): void => print(logger.line(level, line));

  const keepLine = ({ task, line, source }: Extract<EngineEvent, { type: 'log' }>): void => {
    const words = `${source === undefined ? '' : `${source}: `}${oneLine(line)}`;
    // Those that somebody asked for.
    if (options.verbose || task === 'logs') return print(words);
    lastLines.set(task, [...(lastLines.get(task) ?? []), words].slice(-LINES_OF_A_FAILURE));
  };

  /** What the task wrote before it failed: told once, by the innermost task. */
  const tellLines = (task: string): void => {
    const lines = lastLines.get(task) ?? [];
    lastLines.delete(task);
    if (lines.length === 0) return;
    print('Its last lines:');
    for (const line of lines) print(`  ${line}`);
  };

  const showTask = (event: TaskEvent): void => {
    const { detail = '' } = event;
    if (lastRun !== undefined) print(lastRun);
    lastRun = undefined;
    if (event.state === 'progress') {
      // Progress of a pod is told by the pod itself.
      if (detail === '' || details.get(event.task) === detail || [...podLines.keys()].some((name) => detail.startsWith(`${name}: `))) return;
      details.set(event.task, detail);
      return log(ListrLogLevels.OUTPUT, `${shortResource(event.title)}: ${detail}`);
    }
    if (event.elapsedMs !== undefined && event.task.split('/').length === 2 && event.state !== 'retrying') worked += event.elapsedMs;
    const told = details.get(event.task) === detail;
    details.set(event.task, detail);
    const { detail: _detail, ...bare } = event;
    log(LEVELS[event.state] ?? ListrLogLevels.OUTPUT, taskLine(told ? bare : event));
    if (event.state === 'failed') tellLines(event.task);
  };

  const showPod = (pod: PodView, gone: boolean): void => {
    const line = gone ? `Pod ${pod.name}: gone` : podLine(pod);
    const known = podLines.get(pod.name);
    podLines.set(pod.name, line);
    if (known !== line) log(ListrLogLevels.OUTPUT, line);
  };

  // Told when nobody is asked to approve them, who would hear them twice.
  const tellPlans = (): void => plans.splice(0).forEach(print);

  const display: Display = {
    show(event) {
      if (event.type !== 'plan') tellPlans();
      switch (event.type) {
        case 'run':
          // A second one only tells what the answers decided.
          if (introduced === undefined) print(`ionos-tenants ${event.cliVersion}`);
          if (event.sandbox && introduced !== true) print('SANDBOX: nothing is created in the cloud, nothing costs.');
          introduced = event.sandbox;
          break;
        case 'task':
          showTask(event);
          break;
        case 'pod':
          showPod(event.pod, event.gone === true);
          break;
        case 'check':
          checkLines(event, process.stdout.isTTY ? process.stdout.columns : undefined).forEach(print);
          break;
        case 'plan':
          if (event.removal) {
            plans.push(`This would remove ${event.removal.tenant} for good.`, ...factSentences(removalFacts(event.removal, introduced === true)));
            break;
          }
          plans.push(`Plan for terraform, ${event.stack}: ${planText(event.changes)}.`);
          if (event.releases.length > 0) plans.push(`Plan for helm: ${event.releases.join(', ')}.`);
          if (event.move) plans.push(`Pods ${MOVES[event.move]}.`);
          if (event.costEur30d) plans.push(`Cost of the ${event.stack}: ${formatEur(event.costEur30d)} for 30 days${soFar(event.costBeforeEur30d)}${event.priceDate === undefined ? '' : `, prices of ${event.priceDate}`}.`);
          break;
        case 'log':
          keepLine(event);
          break;
        case 'earlier':
          lastRun = `The last run like this took ${duration(event.totalMs)}.`;
          break;
        case 'identity':
          identityLines(event.view, (options.now ?? Date.now)()).forEach(print);
          break;
        case 'notice':
          print(`${event.level === 'warning' ? 'Warning: ' : ''}${event.message}`);
          break;
        case 'file':
          if (event.content !== undefined) print(event.content);
          break;
        case 'result':
          if (event.ok) for (const line of [...dataLines(event, (options.now ?? Date.now)()), ...resultLines(event, worked === 0 ? event.elapsedMs : worked)]) print(line);
          else for (const line of failureLines(event.error)) complain(line);
          break;
        default:
          break;
      }
    },
    close: async () => undefined,
  };
  const { interrupts } = options;
  if (!interrupts) return display;
  const prompts = { interrupts, print, sandbox: () => introduced === true };
  return {
    ...display,
    // Loaded when somebody is asked: logs and pipes never are.
    ask: async (interview) => (await import('./plain-prompts.js')).askPlainly(interview, prompts),
    approve: async (proposal, offered = {}) => {
      plans.length = 0;
      return (await import('./plain-prompts.js')).approvePlainly(proposal, offered, prompts);
    },
    confirmTyped: async (confirmation) => {
      plans.length = 0;
      return (await import('./plain-prompts.js')).confirmTypedPlainly(confirmation, prompts);
    },
    retry: async (failure) => (await import('./plain-prompts.js')).retryPlainly(failure, prompts),
  };
};
