import { SpecProblem } from '../tenant/problem.js';
import type { Failure } from './events.js';
import { CancelledError } from './interrupts.js';

/** Exit codes of the command line, as documented in the README. */
export const ExitCode = {
  ok: 0,
  failed: 1,
  usage: 2,
  changesPending: 3,
  credentials: 4,
  notHealthy: 8,
  cancelled: 130,
} as const;

export type ExitCode = (typeof ExitCode)[keyof typeof ExitCode];

export interface InstallerErrorOptions {
  code: string;
  what: string;
  why?: string | undefined;
  next?: string[] | undefined;
  exitCode?: ExitCode | undefined;
  cause?: unknown;
}

/**
 * Every failure that we foresee. Its message is the whole story for a person: what happened, why, what to do next.
 * Anything else that is thrown is a defect of ours and is reported as one.
 */
export class InstallerError extends Error {
  readonly code: string;
  readonly what: string;
  readonly why: string | undefined;
  readonly next: string[];
  readonly exitCode: ExitCode;

  constructor(options: InstallerErrorOptions) {
    super(options.why ? `${options.what}: ${options.why}` : options.what, { cause: options.cause });
    this.name = 'InstallerError';
    this.code = options.code;
    this.what = options.what;
    this.why = options.why;
    this.next = options.next ?? [];
    this.exitCode = options.exitCode ?? ExitCode.failed;
  }
}

/** A tool that we drive did not reach the cluster it works on. Once the cluster answers again, the same call is worth a try. */
export class UnreachableError extends InstallerError {}

/** Bad input: nothing was changed. Exit code 2. */
export const usageError = (options: Omit<InstallerErrorOptions, 'exitCode'>): InstallerError =>
  new InstallerError({ ...options, exitCode: ExitCode.usage });

/** An API's own words: the Kubernetes client puts the whole answer, headers included, into its message. */
const wordsOf = (error: unknown): string => {
  if (!(error instanceof Error)) return String(error);
  const { body, code } = error as { body?: unknown; code?: unknown };
  if (typeof code !== 'number' || body === undefined) return error.message;
  const said = /"message":\s*"((?:[^"\\]|\\.)*)"/.exec(typeof body === 'string' ? body : JSON.stringify(body))?.[1];
  return said === undefined ? `HTTP ${code}` : `HTTP ${code}: ${said}`;
};

/** Turns anything thrown into what a display shows. */
export const toFailure = (error: unknown, log?: string): Failure => {
  if (error instanceof InstallerError || error instanceof SpecProblem) {
    return {
      code: error.code,
      what: error.what,
      ...(error.why === undefined ? {} : { why: error.why }),
      next: error.next,
      ...(log === undefined ? {} : { log }),
    };
  }
  if (error instanceof CancelledError) {
    return {
      code: 'cancelled',
      what: 'cancelled',
      next: ['Run the same command again: it continues where it stopped.'],
      ...(log === undefined ? {} : { log }),
    };
  }
  return {
    code: 'internal',
    what: 'ionos-tenants met a situation it does not know',
    why: wordsOf(error),
    next: ['Run the same command again: it continues where it stopped.', 'If it happens again, run it with --verbose and report the log file.'],
    ...(log === undefined ? {} : { log }),
  };
};

/** The exit code that belongs to anything thrown. */
export const exitCodeOf = (error: unknown): ExitCode => {
  if (error instanceof SpecProblem) return ExitCode.usage;
  if (error instanceof CancelledError) return ExitCode.cancelled;
  return error instanceof InstallerError ? error.exitCode : ExitCode.failed;
};
