import { WIZARD_KEYS, type KeyHint } from './keys.js';
import { hasCards, isTyped, type WizardView } from './wizard-view.js';

/** How else the present question can be answered, and the keys that work now; the first keys go first where there is no room. */
export const wizardFooter = (view: WizardView): { status: readonly string[]; keys: KeyHint[] } => {
  const { question, canGoBack, canGoForward, canSave } = view;
  if (!question) return { status: [], keys: [WIZARD_KEYS.interrupt] };
  const multiple = question.kind === 'multiselect';
  return {
    status: [...(question.env === undefined ? [] : [`also: ${question.flag} or ${question.env}`]), `also: ${question.flag}`, question.flag, ''],
    keys: [
      ...(isTyped(question) ? [] : [WIZARD_KEYS.help]),
      ...(canSave ? [WIZARD_KEYS.save] : []),
      WIZARD_KEYS.interrupt,
      ...(canGoBack ? [WIZARD_KEYS.back] : []),
      ...(canGoForward ? [WIZARD_KEYS.forward] : []),
      ...(isTyped(question) ? [] : [hasCards(view) ? WIZARD_KEYS.cards : WIZARD_KEYS.move]),
      ...(multiple ? [WIZARD_KEYS.toggle] : []),
      WIZARD_KEYS.take,
    ],
  };
};
