export type FrontEnd = 'ink' | 'plain' | 'json';

export interface FrontEndOptions {
  json?: boolean | undefined;
  plain?: boolean | undefined;
}

interface Terminal {
  stdinIsTty: boolean;
  stdoutIsTty: boolean;
  env: Readonly<Record<string, string | undefined>>;
}

export const thisTerminal = (): Terminal => ({ stdinIsTty: process.stdin.isTTY === true, stdoutIsTty: process.stdout.isTTY === true, env: process.env });

/** Whether a person can be asked. */
export const canAsk = (terminal: Terminal): boolean => terminal.stdinIsTty && terminal.stdoutIsTty && (terminal.env.CI ?? '') === '';

/** Chosen once, at start: never two in one process. */
export const chooseFrontEnd = (options: FrontEndOptions, terminal: Terminal): FrontEnd => {
  if (options.json) return 'json';
  const screenReader = terminal.env.INK_SCREEN_READER === 'true' || terminal.env.ACCESSIBLE !== undefined;
  if (options.plain || !canAsk(terminal) || terminal.env.TERM === 'dumb' || screenReader) return 'plain';
  return 'ink';
};
