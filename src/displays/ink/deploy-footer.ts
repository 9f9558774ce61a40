import { clock } from '../time.js';
import { estimateWords } from '../estimate.js';
import { rootsOf, workedMs } from '../task-summary.js';
import { DEPLOY_KEYS, FAILURE_KEYS, type KeyHint } from './keys.js';
import type { Snapshot } from './store.js';

export interface FooterText {
  /** The longest wording first: the first that fits is shown. */
  status: string[];
  keys: KeyHint[];
}

const REMOVALS = ['delete', 'platform-delete'];

/** The line below a run: how long it still takes, or what is being stopped; and the keys that work. */
export const deployFooter = ({ run, presses, details, screen }: Snapshot, now: number): FooterText => {
  const view = [...(details ? [DEPLOY_KEYS.scroll, DEPLOY_KEYS.fold] : [DEPLOY_KEYS.details]), DEPLOY_KEYS.logs];
  const removes = REMOVALS.includes(run.operation);
  if (screen.kind === 'failed') {
    return { status: [removes ? 'What is removed is gone, the rest stays' : 'What was made so far stays'], keys: [DEPLOY_KEYS.scroll, FAILURE_KEYS.logs, FAILURE_KEYS.quit, FAILURE_KEYS.retry].slice(details ? 0 : 1) };
  }
  const elapsed = rootsOf(run).length === 0 ? '' : `${clock(workedMs(run, now))} so far`;
  if (presses === 1) {
    const stopping = removes ? 'stopping: the step that runs ends cleanly' : 'stopping: the running tools end cleanly';
    return { status: [`${stopping}, ${elapsed}`, stopping, 'stopping'], keys: [DEPLOY_KEYS.logs] };
  }
  if (presses > 1) return { status: ['still stopping; one more ^C leaves terraform or helm running unwatched', 'still stopping; one more ^C leaves'], keys: [] };
  const [longest, ...shorter] = estimateWords(run, now);
  return { status: longest === undefined ? [elapsed] : [`${elapsed}, ${longest}`, longest, ...shorter], keys: [...view, DEPLOY_KEYS.interrupt] };
};
