import type { CheckFinding, CheckState } from '../../engine/events.js';
import { InstallerError } from '../../engine/errors.js';
import { SpecProblem } from '../../tenant/problem.js';

/** One thing that is looked at. `run` may throw: an InstallerError is the finding, anything else is one too. */
export interface Check {
  /** Stable, for scripts: `terraform`. */
  id: string;
  title: string;
  run(): Promise<CheckFinding>;
  /** Milliseconds; 5 s without it. */
  deadlineMs?: number;
}

export interface CheckResult extends CheckFinding {
  id: string;
  title: string;
}

const DEADLINE_MS = 5_000;

export const ok = (detail: string): CheckFinding => ({ state: 'ok', detail, fix: [] });
export const warning = (detail: string, ...fix: string[]): CheckFinding => ({ state: 'warning', detail, fix });
export const failed = (detail: string, ...fix: string[]): CheckFinding => ({ state: 'failed', detail, fix });
export const notChecked = (why: string): CheckFinding => ({ state: 'not-checked', detail: why, fix: [] });

/** Thrown by what a check needs, when that is not there: the check was not made, and failed nothing. */
export class Unchecked extends Error {
  constructor(why: string) {
    super(why);
    this.name = 'Unchecked';
  }
}

const findingOf = (error: unknown): CheckFinding => {
  if (error instanceof Unchecked) return notChecked(error.message);
  if (error instanceof InstallerError || error instanceof SpecProblem) return failed(error.message, ...error.next);
  return failed(error instanceof Error ? error.message : String(error));
};

const within = async (check: Check): Promise<CheckFinding> => {
  const ms = check.deadlineMs ?? DEADLINE_MS;
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<CheckFinding>((resolve) => {
    timer = setTimeout(() => resolve(notChecked(`no answer within ${Math.round(ms / 1000)} s`)), ms);
  });
  try {
    return await Promise.race([check.run().catch(findingOf), late]);
  } finally {
    clearTimeout(timer);
  }
};

/** Runs all checks side by side, each with its deadline, and tells of each as it ends. Returns them in the order in which they were given. */
export const runChecks = (checks: readonly Check[], onEnd: (result: CheckResult) => void): Promise<CheckResult[]> =>
  Promise.all(
    checks.map(async (check) => {
      const result: CheckResult = { id: check.id, title: check.title, ...(await within(check)) };
      onEnd(result);
      return result;
    }),
  );

export const countStates = (results: readonly CheckResult[]): Record<CheckState, number> => {
  const counts: Record<CheckState, number> = { ok: 0, warning: 0, failed: 0, 'not-checked': 0 };
  for (const { state } of results) counts[state] += 1;
  return counts;
};

/** Asks at most once, whoever asks; every asker gets the same answer or the same error. */
export const once = <T>(ask: () => Promise<T>): (() => Promise<T>) => {
  let asked: Promise<T> | undefined;
  return () => (asked ??= ask());
};
