/** What the operator is told who presses Ctrl-C, by operation: what is stopped, what stays, what leaving would break. */
export interface InterruptWords {
  /** After the first press, while something still runs. */
  stopping: string;
  /** After the second press. */
  leaving: string;
  /** What has become of it, when the run has ended so. */
  left: string;
}

const MAKING: InterruptWords = {
  stopping: 'Interrupted: waiting for what still runs to stop cleanly. What was made so far stays, and nothing of it is made twice.',
  leaving: 'Still stopping. Leaving now would leave terraform or helm running without anybody watching; press Ctrl-C once more to leave anyway.',
  left: 'what was made so far stays',
};

const CHANGING: InterruptWords = {
  ...MAKING,
  stopping: 'Interrupted: waiting for what still runs to stop cleanly. What was changed so far stays changed; the tenant goes on running.',
  left: 'what was changed so far stays changed',
};

const REMOVING: InterruptWords = {
  stopping: 'Interrupted: waiting for the step that runs. What is removed is gone, and what is left goes on costing until the removal is finished.',
  leaving: 'Still stopping. Leaving now would leave terraform or helm removing things without anybody watching; press Ctrl-C once more to leave anyway.',
  left: 'what is removed is gone, the rest is still there and goes on costing',
};

const LOOKING: InterruptWords = {
  stopping: 'Interrupted: waiting for the step that runs. Nothing that works was touched.',
  leaving: 'Still stopping. Press Ctrl-C once more to leave anyway: nothing that works would break.',
  left: 'nothing that works was touched',
};

const WORDS: Readonly<Record<string, InterruptWords>> = { update: CHANGING, delete: REMOVING, 'platform-delete': REMOVING, 'platform-adopt': LOOKING, tools: LOOKING, list: LOOKING, status: LOOKING, logs: LOOKING, open: LOOKING, credentials: LOOKING, whoami: LOOKING, doctor: LOOKING };

export const interruptWords = (operation: string): InterruptWords => WORDS[operation] ?? MAKING;
