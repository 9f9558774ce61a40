import type { Command, CommanderError } from 'commander';
import { failureLines } from '../displays/failure-lines.js';
import { createJsonDisplay } from '../displays/json/json-display.js';
import { ExitCode, exitCodeOf, toFailure } from '../engine/errors.js';
import type { Failure } from '../engine/events.js';
import { createRedactor } from '../engine/redact.js';
import { commandName } from './command-name.js';
import { commandOf, unknownCommand } from './command-of.js';

/** What was wrong, and a hint, each a sentence without its full stop. */
const wordsOf = ({ command, unknown }: ReturnType<typeof commandOf>, start: string, error: CommanderError): { what: string; why: string | undefined } => {
  const isParent = command.commands.length > 0;
  if (isParent && error.code === 'commander.help') return { what: `a command is missing after ${start}`, why: undefined };
  // A parent with a default command takes any word for an argument of that.
  const message = isParent && unknown !== undefined && error.code === 'commander.excessArguments' ? unknownCommand(command, unknown) : error.message;
  const [what = '', ...more] = message.replace(/^error: /, '').replace(/\.$/, '').split('\n');
  const flag = /^unknown option '([^']+)'$/.exec(what)?.[1];
  const isOfCommands = flag !== undefined && command.commands.some((each) => each.options.some(({ long, short }) => flag === long || flag === short));
  const hint = more.map((line) => line.replace(/^\(|\)$/g, '')).join(' ');
  return { what, why: isParent && isOfCommands ? 'flags follow the command that they are for' : hint === '' ? undefined : hint };
};

const wantsJson = (words: readonly string[]): boolean => {
  const end = words.indexOf('--');
  return words.slice(0, end === -1 ? undefined : end).includes('--json');
};

/** One failure that no run has told: to people as lines, to programs that asked for --json as a result, which is the last line here too. */
const tell = async (words: readonly string[], operation: string, failure: Failure, exitCode: ExitCode): Promise<ExitCode> => {
  if (!wantsJson(words)) {
    process.stderr.write(`${failureLines(failure).join('\n')}\n`);
    return exitCode;
  }
  const display = createJsonDisplay(process.stdout);
  display.show({ type: 'result', at: new Date().toISOString(), ok: false, operation, elapsedMs: Math.round(performance.now()), exitCode, error: failure });
  await display.close();
  return exitCode;
};

/**
 * Says what was wrong about a command line that began no run, and returns the exit code. `said` is what the parser wanted to print: the
 * help, where a command was left out.
 */
export const reportWrongUse = async (program: Command, argv: readonly string[], error: CommanderError, said: string): Promise<number> => {
  const words = argv.slice(2);
  const named = commandOf(program, words);
  if (error.code === 'commander.help' && !wantsJson(words)) {
    process.stderr.write(said);
    return ExitCode.usage;
  }
  const start = [commandName(argv, process.env), ...named.path].join(' ');
  const { what, why } = wordsOf(named, start, error);
  return tell(words, named.path.join('-'), { code: 'usage', what, ...(why === undefined ? {} : { why }), next: [`${start} --help shows what there is.`] }, ExitCode.usage);
};

/** The same of whatever a command threw before or after its run. */
export const reportThrown = (program: Command, argv: readonly string[], error: unknown): Promise<number> => {
  const words = argv.slice(2);
  if (words.includes('--verbose') && error instanceof Error) process.stderr.write(`${createRedactor().redact(error.stack ?? '')}\n`);
  return tell(words, commandOf(program, words).path.join('-'), toFailure(error), exitCodeOf(error));
};
