import { LONG_LIST, searched } from './choice-search.js';
import { movedCursor } from './keys.js';
import type { FieldKey } from './text-field.js';
import { hasCards, type WizardView } from './wizard-view.js';

export interface WizardKey extends FieldKey {
  shift?: boolean;
  pageUp?: boolean;
  pageDown?: boolean;
}

/** `none` is not one of several: choosing it takes the others away, and the other way round. */
const toggled = (ticked: ReadonlySet<string>, value: string): Set<string> => {
  if (ticked.has(value)) return new Set([...ticked].filter((each) => each !== value));
  return value === 'none' ? new Set(['none']) : new Set([...ticked, value].filter((each) => each !== 'none'));
};

/** The change of a view when letters are typed in its list; nothing where they lead nowhere. */
export const jumped = ({ choices, cursor, search }: WizardView, typed: string): Partial<WizardView> => (typed === '' ? {} : (searched(choices, cursor, search, typed) ?? {}));

/** What a key does in a list of choices: a change of the view, or a step. Undefined: nothing. */
export const chosen = (view: WizardView, input: string, key: WizardKey): Partial<WizardView> | 'back' | 'submit' | undefined => {
  const { choices, cursor, search, ticked, canGoForward, help, question } = view;
  const to = (place: number): Partial<WizardView> => ({ cursor: Math.max(0, Math.min(choices.length - 1, place)), search: '' });
  // Where letters jump, they do not move.
  const moved = movedCursor(choices.length > LONG_LIST ? '' : input, key, cursor, choices.length);
  if (moved !== undefined) return to(moved);
  if (key.home) return to(0);
  if (key.end) return to(choices.length - 1);
  if (key.leftArrow) return hasCards(view) ? to(cursor - 1) : 'back';
  if (key.rightArrow && hasCards(view)) return to(cursor + 1);
  if (key.return || (key.rightArrow && canGoForward)) return 'submit';
  if (key.backspace || key.delete) return { search: search.slice(0, -1) };
  if (key.ctrl || key.meta) return undefined;
  if (input === '?') return { help: !help };
  if (input === ' ') {
    const value = choices[cursor]?.value;
    return question?.kind === 'multiselect' && value !== undefined ? { search: '', ticked: toggled(ticked, value) } : undefined;
  }
  if (search === '' && /^[1-9]$/.test(input) && Number(input) <= choices.length) return to(Number(input) - 1);
  return /^[\p{L}\p{N}]$/u.test(input) ? jumped(view, input) : undefined;
};
