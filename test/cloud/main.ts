import { randomBytes } from 'node:crypto';
import { createInterface } from 'node:readline/promises';
import { parseArgs } from 'node:util';
import { pathsFrom } from '../../src/engine/paths.js';
import { processIsAlive } from '../../src/engine/living-process.js';
import { createInterrupts } from '../../src/engine/interrupts.js';
import { ceilingOf, TEAR_DOWN_HOURS, WORK_HOURS, type Ceiling } from './ceiling.js';
import { commandsOf } from './command.js';
import { travel, type Findings } from './journey.js';
import { earlierNotebooks, openNotebook, reportFile, type Notebook } from './notebook.js';
import { reportLines, writeReport } from './report.js';
import { tearDown } from './tear-down.js';

const HOUR_MS = 3_600_000;
const root = process.env['CLOUD_TEST_ROOT'] ?? process.cwd();
const { env } = process;
const { state } = pathsFrom(env);
const started = Date.now();

const say = (line: string): void => void process.stdout.write(`${line === '' ? '' : `${String(Math.round((Date.now() - started) / 1000)).padStart(5)} s  `}${line}\n`);
const print = (lines: readonly string[]): void => void process.stdout.write(`${lines.join('\n')}\n`);
const words = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** Something is missing before anything was made: exit code 2. */
class Refused extends Error {}

const options = (): { rehearse: boolean; cleanUp: boolean; cost: boolean; ceiling: number | undefined; location: string } => {
  try {
    const { values } = parseArgs({
      options: { rehearse: { type: 'boolean', default: false }, 'clean-up': { type: 'boolean', default: false }, cost: { type: 'boolean', default: false }, 'ceiling-eur': { type: 'string' }, location: { type: 'string', default: 'de/txl' } },
    });
    const ceiling = values['ceiling-eur'] === undefined ? undefined : Number(values['ceiling-eur']);
    if (ceiling !== undefined && !Number.isFinite(ceiling)) throw new Error(`--ceiling-eur ${values['ceiling-eur']} is no number`);
    return { rehearse: values.rehearse, cleanUp: values['clean-up'], cost: values.cost, ceiling, location: values.location };
  } catch (error) {
    throw new Refused(words(error));
  }
};

const costWords = ({ eur, eurPerHour, hours, priceDate }: Ceiling, rehearse: boolean): string =>
  `At most ${eur.toFixed(2)} EUR: ${hours} hours at ${eurPerHour.toFixed(3)} EUR for platform starter, two small tenants and what is measured; net list prices of ${priceDate}.${rehearse ? ' In the sandbox nothing is billed.' : ''}`;

/** Where an account is used, somebody must have said so, here and now, knowing what it costs. */
const requireConsent = async (ceiling: Ceiling, given: number | undefined, rehearse: boolean): Promise<void> => {
  print([costWords(ceiling, rehearse)]);
  if (given !== undefined && given < ceiling.eur) throw new Refused(`--ceiling-eur ${given} is below that. Nothing was made.`);
  if (env['IONOS_TENANTS_CLOUD_TEST'] === 'yes' && given !== undefined) return;
  if (!process.stdin.isTTY) throw new Refused('There is no terminal to say yes on: set IONOS_TENANTS_CLOUD_TEST=yes and give --ceiling-eur. Nothing was made.');
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  // Ctrl-C and a closed input close it, and are no yes.
  const closed = new Promise<string>((resolve) => terminal.once('SIGINT', () => terminal.close()).once('close', () => resolve('')));
  const answer = await Promise.race([terminal.question('Make it, measure it and remove it? Type yes: ').catch(() => ''), closed]);
  terminal.close();
  if (answer.trim() !== 'yes') throw new Refused('Not a yes. Nothing was made.');
};

const requireAccount = (): void => {
  if (env['CI'] && env['CI'] !== 'false') throw new Refused('This makes things that cost money in an account; it does not run in CI. (--rehearse does.)');
  if (!env['IONOS_TOKEN']) throw new Refused('IONOS_TOKEN is not set. Without an account: npm run test:cloud -- --rehearse');
};

/** Removes what the notebook says; a signal does not end this, because what is left costs. */
const remove = async (book: Notebook): Promise<void> => {
  const hold = (): void => say('removing; what is left would cost. It ends by itself');
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, hold);
  try {
    await tearDown({ book, commands: commandsOf(root, env, book), env, state, signal: AbortSignal.timeout(TEAR_DOWN_HOURS * HOUR_MS), say });
    say(`nothing of ${book.notes.platform} is left`);
  } finally {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.off(signal, hold);
  }
};

const leftWords = (book: Notebook): string => `NOT EVERYTHING of ${book.notes.platform} IS REMOVED, and it may cost. Run: npm run test:cloud -- ${book.notes.rehearsal ? '--rehearse ' : ''}--clean-up`;

const cleanUp = async (rehearse: boolean): Promise<number> => {
  let code = 0;
  for (const book of await earlierNotebooks(state)) {
    if (book.notes.rehearsal !== rehearse) continue;
    if (processIsAlive(book.notes.run)) {
      say(`platform ${book.notes.platform} is left alone: its run (process ${book.notes.run.pid}) is at work`);
      continue;
    }
    say(`left by a run of ${book.notes.startedAt}: platform ${book.notes.platform}`);
    await remove(book).catch((error: unknown) => {
      print([words(error), leftWords(book)]);
      code = 1;
    });
  }
  say('there is nothing else to clean up');
  return code;
};

const main = async (): Promise<number> => {
  const { rehearse, cleanUp: onlyCleanUp, cost, ceiling: given, location } = options();
  const ceiling = await ceilingOf(root);
  if (cost) {
    print([costWords(ceiling, rehearse)]);
    return 0;
  }
  if (!rehearse) requireAccount();
  if (onlyCleanUp) return cleanUp(rehearse);
  await requireConsent(ceiling, given, rehearse);

  const interrupts = createInterrupts();
  interrupts.onPress(() => say('stopping, then removing everything'));
  const press = (): void => interrupts.press();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, press);
  const tooLate = setTimeout(() => interrupts.stop(new Error(`not done within ${WORK_HOURS} hours`)), WORK_HOURS * HOUR_MS);
  const platform = `ct-${randomBytes(4).toString('hex')}`;
  const book = await openNotebook(state, platform, rehearse);
  const findings: Findings = { probes: [], figures: [], seconds: {} };
  let failure: unknown;
  let isRemoved = false;
  try {
    say(`platform ${platform}, written down in ${state}/cloud-test`);
    await travel({ book, commands: commandsOf(root, env, book), env, state, signal: interrupts.signal, location, findings, say });
  } catch (error) {
    failure = error;
    say(`stopped: ${words(error)}`);
  }
  clearTimeout(tooLate);
  // Only now: until its own listeners are there a signal would end this program before it has removed anything.
  const removal = remove(book);
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.off(signal, press);
  await removal.then(
    () => (isRemoved = true),
    (error: unknown) => print([words(error), leftWords(book)]),
  );
  print(reportLines(findings));
  const file = reportFile(state, platform);
  await writeReport(file, { platform, rehearsal: rehearse, ok: failure === undefined && isRemoved, removed: isRemoved, ...(failure === undefined ? {} : { failure: words(failure) }), minutes: Math.round((Date.now() - started) / 6_000) / 10, ceilingEur: ceiling.eur }, findings);
  print(['', `${failure === undefined && isRemoved ? 'done' : 'FAILED'}; figures: ${file}`]);
  if (interrupts.presses > 0) return 130;
  return failure === undefined && isRemoved ? 0 : 1;
};

process.exitCode = await main().catch((error: unknown) => {
  process.stderr.write(`${words(error)}\n`);
  return error instanceof Refused ? 2 : 1;
});
