import type { QuestionId } from '../../tenant/question-types.js';
import type { WizardKey } from './choice-keys.js';
import type { WizardView } from './wizard-view.js';

/** Answers the wizard as a person would, key by key, for a demo that plays itself. */
export interface Autoplay {
  /** Milliseconds that a screen stays before it is answered. */
  pauseMs: number;
  /** What is typed; every other question takes its suggestion. */
  typed: Partial<Record<QuestionId, string>>;
}

const KEY_MS = 110;
/** The review is read, not glanced at. */
const REVIEW_PAUSES = 3;

export interface Player {
  /** Called with every view of the wizard. */
  seen(view: WizardView): void;
  /** Called when the plan is shown. */
  review(): void;
  stop(): void;
}

/** `press` gets the keys. A person may press keys as well; the player then goes on from what is shown. */
export const createPlayer = (autoplay: Autoplay, press: (input: string, key: WizardKey) => void): Player => {
  let timer: NodeJS.Timeout | undefined;
  let answered: QuestionId | undefined;
  const after = (ms: number, action: () => void): void => {
    clearTimeout(timer);
    timer = setTimeout(action, ms);
  };
  const type = (rest: string): void => {
    const [first] = rest;
    if (first === undefined) return after(autoplay.pauseMs, () => press('', { return: true }));
    press(first, {});
    after(Math.min(KEY_MS, autoplay.pauseMs), () => type(rest.slice(1)));
  };
  return {
    seen({ phase, question }) {
      if (phase !== 'asking' || question === undefined || question.id === answered) return;
      answered = question.id;
      const text = autoplay.typed[question.id] ?? '';
      after(autoplay.pauseMs, () => type(text));
    },
    review: () => after(REVIEW_PAUSES * autoplay.pauseMs, () => press('y', {})),
    stop: () => clearTimeout(timer),
  };
};
