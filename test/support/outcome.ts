import type { CliResult, ResultEvent } from './cli.js';

export type Success = Extract<ResultEvent, { ok: true }>;

/** The result of a run that has to have succeeded. */
export const succeeded = (run: CliResult): Success => {
  const { result } = run;
  if (!result.ok) throw new Error(`it failed: ${JSON.stringify(result.error)}\n${run.stderr}`);
  if (run.exitCode !== 0) throw new Error(`it succeeded with exit code ${run.exitCode}`);
  return result;
};

export interface Refusal {
  exitCode: number | null;
  code: string;
  /** What, why and what to do next, a line each. */
  text: string;
}

/** How a run that has to have failed failed. */
export const refused = (run: CliResult): Refusal => {
  const { result } = run;
  if (result.ok) throw new Error('it was not refused');
  return { exitCode: run.exitCode, code: result.error.code, text: [result.error.what, result.error.why, ...result.error.next].join('\n') };
};
