import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { createEventBus, type EventBus } from '../engine/bus.js';
import { exitCodeOf, toFailure, InstallerError } from '../engine/errors.js';
import type { EngineEvent, TenantResult } from '../engine/events.js';
import { CancelledError, createInterrupts, type Interrupts } from '../engine/interrupts.js';
import { packageRoot } from '../engine/package-root.js';
import { rememberRuns } from '../engine/earlier-runs.js';
import { pathsFrom, type Paths } from '../engine/paths.js';
import { createRedactor, type Redactor } from '../engine/redact.js';
import { startRunLog } from '../engine/run-log.js';
import type { Display } from '../displays/display.js';
import type { Autoplay } from '../displays/ink/autoplay.js';
import { catchAccidents, ownSignals } from './accidents.js';
import { commandName } from './command-name.js';
import { canAsk, chooseFrontEnd, thisTerminal, type FrontEnd } from './front-end.js';
import { watchInterruption } from './interruption.js';

/** Flags that every command takes. */
export interface CommonOptions {
  json?: boolean;
  plain?: boolean;
  /** commander's form of `--no-color`. */
  color?: boolean;
  logFile?: string;
  verbose?: boolean;
  sandbox?: boolean;
  /** Of those commands that work on a platform. */
  platform?: string;
  /** Things that go wrong in the sandbox, as typed. */
  fault?: string[];
}

/** One run of one command: what it may use, and where its events go. */
export interface Session {
  operation: string;
  options: CommonOptions;
  frontEnd: FrontEnd;
  display: Display;
  /** The process's environment, plus what a sandbox adds. */
  env: Record<string, string>;
  sandbox: boolean;
  paths: Paths;
  packageRoot: string;
  bus: EventBus;
  redactor: Redactor;
  interrupts: Interrupts;
  /** A command to type, as it will work here: `list` becomes `npx ionos-tenants list --sandbox`. */
  command: (words: string) => string;
  cliVersion: string;
}

export interface CommandOutcome {
  changed: boolean;
  tenant?: TenantResult | undefined;
  data?: unknown;
  /** What was shown is a recording; nothing ran. */
  recorded?: boolean;
  next?: string[];
  /** Differs from 0 for commands whose answer is an exit code (`plan`, `status`). */
  exitCode?: number;
  /** Secrets that were asked for: the display gets them in place of `data`; the log, like every other event, has `data`. */
  confidential?: unknown;
}

const environment = (): Record<string, string> => Object.fromEntries(Object.entries(process.env).filter((pair): pair is [string, string] => pair[1] !== undefined));

/** Environment variables that hold secrets: known to the redactor before anything else happens. */
const SECRET_VARIABLES = ['IONOS_TOKEN', 'IONOS_PASSWORD', 'IONOS_MODEL_TOKEN', 'IONOS_S3_ACCESS_KEY', 'IONOS_S3_SECRET_KEY'];

const openDisplay = async (frontEnd: FrontEnd, { options, autoplay }: RunCommandOptions, interrupts: Interrupts): Promise<Display> => {
  if (frontEnd === 'json') return (await import('../displays/json/json-display.js')).createJsonDisplay(process.stdout);
  if (frontEnd === 'ink') return (await import('../displays/ink/open-display.js')).openInkDisplay({ color: options.color !== false, interrupts, autoplay });
  return (await import('../displays/plain/plain-display.js')).openPlainDisplay({ color: options.color !== false && process.stdout.isTTY === true, verbose: options.verbose === true, ...(canAsk(thisTerminal()) ? { interrupts } : {}) });
};

/** A log that was asked for by name must be there afterwards. */
const requireWritable = async (path: string): Promise<void> => {
  try {
    await (await open(path, 'a', 0o600)).close();
  } catch (error) {
    throw new InstallerError({
      code: 'log-file',
      what: `the log file ${path} cannot be written`,
      why: error instanceof Error ? error.message : String(error),
      next: ['Give another path with --log-file, or leave it out: a log is written anyway.'],
      exitCode: 2,
    });
  }
};

/** Where an error happened, and those that caused it. */
const stackOf = (error: Error): string => `${error.stack ?? error.message}${error.cause instanceof Error ? `\nCaused by: ${stackOf(error.cause)}` : ''}`;

export interface RunCommandOptions {
  operation: string;
  options: CommonOptions;
  /** Announced in the first event. */
  about?: { tenant?: string; platform?: string; preset?: string; isolation?: string };
  /** The wizard answers itself, for a demo. */
  autoplay?: Autoplay;
  /** The command brings a sandbox of its own. */
  inSandbox?: boolean;
  /** Overrides the choice; `demo` and the wizard decide themselves. */
  frontEnd?: FrontEnd;
  /** Changes nothing: its log is worth keeping only when it fails, or when it was asked for by name. */
  onlyLooks?: boolean;
  run: (session: Session) => Promise<CommandOutcome>;
}

/**
 * Runs a command: chooses the front end, opens the sandbox if asked, logs, shows, and turns whatever happens into one result event
 * and an exit code. Never throws.
 */
export const runCommand = async (command: RunCommandOptions): Promise<number> => {
  const { operation, options } = command;
  const started = performance.now();
  const redactor = createRedactor();
  const bus = createEventBus(redactor);
  const interrupts = createInterrupts();
  const frontEnd = command.frontEnd ?? chooseFrontEnd(options, thisTerminal());
  const env = environment();
  for (const name of SECRET_VARIABLES) if (env[name] !== undefined) redactor.register(env[name]);
  const display = await openDisplay(frontEnd, command, interrupts);
  const program = commandName(process.argv, process.env);
  const session: Session = {
    operation,
    options,
    frontEnd,
    display,
    env,
    sandbox: options.sandbox === true || command.inSandbox === true,
    paths: pathsFrom(env),
    packageRoot: packageRoot(),
    bus,
    redactor,
    interrupts,
    command: (words) => `${program} ${words}${options.platform === undefined || words.includes('--platform') ? '' : ` --platform ${options.platform}`}${session.sandbox ? ' --sandbox' : ''}`,
    cliVersion: __CLI_VERSION__,
  };
  let confidential: unknown;
  const unsubscribe = bus.subscribe((event: EngineEvent) => display.show(event.type === 'result' && event.ok && confidential !== undefined ? { ...event, data: confidential } : event));
  const disown = ownSignals(interrupts);
  const accidents = catchAccidents(interrupts);
  const timings = rememberRuns(bus, join(session.paths.state, 'timings.json'));
  const interruption = watchInterruption({ bus, interrupts, operation, onlyLooks: command.onlyLooks, program, args: process.argv.slice(2), command: session.command });
  let log: Awaited<ReturnType<typeof startRunLog>> | undefined;
  const isBrief = command.onlyLooks === true && options.logFile === undefined;
  let exitCode: number;
  let failed = false;
  try {
    if (options.logFile !== undefined) await requireWritable(options.logFile);
    log = await startRunLog(bus, { folder: session.paths.logs, operation, ...(options.logFile === undefined ? {} : { file: options.logFile }) }).catch(() => undefined);
    bus.emit({ type: 'run', operation, ...command.about, sandbox: session.sandbox, cliVersion: session.cliVersion, ...(log && !isBrief ? { log: log.path } : {}) });
    if (options.fault !== undefined) (await import('./given-faults.js')).requireFaults(options.fault, session.sandbox);
    if (options.sandbox) await (await import('./use-sandbox.js')).useSandbox(session, options.fault);
    const outcome = await command.run(session);
    accidents.throwAny();
    exitCode = outcome.exitCode ?? 0;
    confidential = outcome.confidential;
    bus.emit({
      type: 'result',
      ok: true,
      operation,
      changed: outcome.changed,
      elapsedMs: Math.round(performance.now() - started),
      ...(outcome.tenant === undefined ? {} : { tenant: outcome.tenant }),
      ...(outcome.data === undefined ? {} : { data: outcome.data }),
      ...(outcome.recorded ? { recorded: true } : {}),
      next: outcome.next ?? [],
    });
  } catch (error) {
    failed = true;
    exitCode = exitCodeOf(error);
    const told = toFailure(error, log?.path);
    const failure = error instanceof CancelledError ? interruption.explain(told) : told;
    bus.emit({ type: 'result', ok: false, operation, elapsedMs: Math.round(performance.now() - started), exitCode, error: failure });
    if (options.verbose && error instanceof Error) process.stderr.write(`${redactor.redact(stackOf(error))}\n`);
  }
  await timings.close();
  unsubscribe();
  await display.close();
  await log?.close({ remove: isBrief && !failed });
  accidents.stop();
  // Who presses once more while an interrupted run ends must not cut off what it still writes.
  if (interrupts.presses === 0) disown();
  return exitCode;
};

/** A terminal is needed and there is none. */
export const noTerminal = (flags: string[]): InstallerError =>
  new InstallerError({
    code: 'answers-missing',
    what: 'there is no terminal to ask on',
    why: `still open: ${flags.join(', ')}`,
    next: ['Give them as flags, or as a tenant file with -f.'],
    exitCode: 2,
  });
