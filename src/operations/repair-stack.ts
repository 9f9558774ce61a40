import type { StateLock } from '../cluster/state-lock.js';
import { forgetTools, type EarlierTool } from '../engine/earlier-tools.js';
import type { Terraform } from '../terraform/driver.js';
import type { RunContext } from './context.js';
import { operator } from './history-entry.js';

/** Whether it is the lock of one of these, which are dead: taken on this machine, after one of them began. Another machine's terraform may live. */
const isOf = (lock: StateLock, dead: readonly Pick<EarlierTool, 'startedAt'>[]): boolean =>
  lock.who === operator() && dead.some(({ startedAt }) => lock.createdAt >= Date.parse(startedAt));

/**
 * Gives back the lock of a terraform of this folder that is dead or could not do so itself. Afterwards no lock is theirs, so that none that is
 * met later is taken for one.
 */
const giveBackLock = async (context: RunContext, terraform: Terraform, earlier: readonly EarlierTool[], heldLock: () => Promise<StateLock | undefined>): Promise<void> => {
  const kept = await terraform.keptItsLock();
  if (earlier.length === 0 && !kept) return;
  const lock = await heldLock();
  if (lock && isOf(lock, kept ? [...earlier, kept] : earlier)) {
    await terraform.forceUnlock(lock.id);
    context.bus.emit({ type: 'notice', level: 'info', message: `gave back the lock of a terraform that died on this machine; repaired` });
  }
  await terraform.forgetKeptLock();
  await forgetTools(earlier);
};

/** Repairs what earlier terraforms of this folder have left: a lock, and a state that could not be saved. `earlier` do not run any more. */
export const repairStack = async (context: RunContext, terraform: Terraform, earlier: readonly EarlierTool[], heldLock: () => Promise<StateLock | undefined>): Promise<void> => {
  await giveBackLock(context, terraform, earlier, heldLock);
  const left = await terraform.bringHomeLeftState();
  if (left === 'none') return;
  if (left === 'saved') context.bus.emit({ type: 'notice', level: 'info', message: 'saved the terraform state that an earlier run could not save; repaired' });
  else context.bus.emit({ type: 'notice', level: 'warning', message: `The terraform state that an earlier run could not save is not used, because work has gone on without it: it is kept in ${left.asideIn}. What that run had made is taken over by its name.` });
};
