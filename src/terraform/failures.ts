import { readFile } from 'node:fs/promises';
import { InstallerError, UnreachableError } from '../engine/errors.js';
import { CancelledError } from '../engine/interrupts.js';
import type { ToolOutcome } from '../engine/tool-process.js';
import { cloudFailure, isUnreachable } from './cloud-words.js';
import type { TerraformMessage } from './messages.js';

export type Diagnostic = NonNullable<TerraformMessage['diagnostic']>;

/** Whether a terraform that has ended could not give back the lock that it held. Not every command says so as a message. */
export const saysLockKept = async ({ exitCode, stdoutFile, stderrFile }: ToolOutcome): Promise<boolean> =>
  exitCode !== 0 && (await Promise.all([stdoutFile, stderrFile].map((file) => readFile(file, 'utf8')))).some((text) => text.includes('Error releasing the state lock'));

/** Why a terraform has failed, with what to do next; `errors` are the messages of its kind that it gave. */
export const failureOf = async (command: string, outcome: ToolOutcome, errors: readonly Diagnostic[]): Promise<Error> => {
  if (outcome.interrupted) return new CancelledError();
  // What follows from another failure (a state that cannot be saved, a lock that cannot be given back) is not why it failed.
  const first = errors.find(({ address }) => address !== undefined) ?? errors[0];
  const stderr = (await readFile(outcome.stderrFile, 'utf8')).replaceAll(/[│╷╵]/g, '').trim();
  const why = first ? [first.summary, first.detail].filter(Boolean).join(' — ') : stderr.split('\n').filter((line) => line.trim() !== '').slice(0, 6).join(' ');
  const where = first?.address === undefined ? '' : ` at ${first.address}`;
  if (isUnreachable(why)) {
    return new UnreachableError({
      code: `terraform-${command}`,
      what: `terraform ${command} did not reach the cluster that keeps the tenant's state`,
      why: why.replaceAll(/\s+/g, ' ').slice(0, 400),
      next: ['Check the network and the cluster, then run the same command again: it continues where it stopped.'],
    });
  }
  const cloud = cloudFailure(command, first?.address, why.replaceAll(/\s+/g, ' '));
  if (cloud) return cloud;
  if (/Error acquiring the state lock/.test(why)) {
    return new InstallerError({
      code: 'state-locked',
      what: 'another terraform holds the lock on this state',
      why: why.replace(/^.*?Lock Info:/s, 'Lock Info:').replaceAll(/\s+/g, ' ').slice(0, 400),
      next: ['Wait until it has finished, then run the same command again: it continues where it stopped.'],
    });
  }
  return new InstallerError({
    code: `terraform-${command}`,
    what: outcome.signal ? `terraform ${command} was ended by ${outcome.signal}` : `terraform ${command} failed${where}`,
    why: why.replaceAll(/\s+/g, ' ').slice(0, 600),
    next: ['Mend the cause, then run the same command again: it continues where it stopped.'],
  });
};
