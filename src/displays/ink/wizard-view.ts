import type { Choice, Question, QuestionContext, RawAnswer } from '../../tenant/question-types.js';
import { validate } from '../../tenant/validate-answer.js';
import { fieldOf, fieldText, type TextField } from './text-field.js';

/** What the outside says about input that was not handed in yet. */
export interface InputCheck {
  state: 'checking' | 'accepted' | 'refused';
  words: string;
}

/** Everything that the wizard's screen shows. Immutable. */
export interface WizardView {
  /** `checking` while the outside is asked about an answer that was handed in; only Esc works meanwhile. */
  phase: 'asking' | 'checking';
  question: Question | undefined;
  context: QuestionContext | undefined;
  /** What was answered, in order; secrets only as being there. */
  answered: readonly { label: string; text: string }[];
  canGoBack: boolean;
  /** There are answers ahead that were given before going back. */
  canGoForward: boolean;
  /** What is answered can be written to a file. */
  canSave: boolean;
  field: TextField;
  cursor: number;
  ticked: ReadonlySet<string>;
  choices: readonly Choice[];
  /** Letters typed to jump in a list of choices. */
  search: string;
  /** What Enter takes from an empty field. */
  suggestion: string;
  /** Why the last Enter was refused; gone with the next key. */
  refusal: string | undefined;
  /** Why an answer that was given before has to be looked at again; stays until the question is left. */
  reason: string | undefined;
  check: InputCheck | undefined;
  /** Said once, gone with the next key. */
  note: { text: string; isDone: boolean } | undefined;
  /** The keys are explained in place of the effect. */
  help: boolean;
}

export const EMPTY_VIEW: WizardView = {
  phase: 'checking',
  question: undefined,
  context: undefined,
  answered: [],
  canGoBack: false,
  canGoForward: false,
  canSave: false,
  field: fieldOf(''),
  cursor: 0,
  ticked: new Set(),
  choices: [],
  search: '',
  suggestion: '',
  refusal: undefined,
  reason: undefined,
  check: undefined,
  note: undefined,
  help: false,
};

export const isTyped = (question: Question): boolean => question.kind === 'text' || question.kind === 'secret';

/** Whether the choices are drawn as cards where there is room; left and right then choose, wherever they are drawn. */
export const hasCards = ({ choices }: Pick<WizardView, 'choices'>): boolean => choices.length > 0 && choices.every(({ card }) => card !== undefined);

/** What the screen's present input would be as an answer; an empty field stands for its suggestion. */
export const inputOf = (view: WizardView): RawAnswer => {
  const { question } = view;
  if (!question) return '';
  if (question.kind === 'multiselect') return [...view.ticked];
  if (isTyped(question)) return fieldText(view.field) === '' ? view.suggestion : fieldText(view.field);
  return view.choices[view.cursor]?.value ?? '';
};

/** What is wrong with the present input; undefined when nothing is, or when nothing was typed yet. */
export const issueOf = (view: WizardView): string | undefined => {
  const { question, context } = view;
  if (!question || !context || (isTyped(question) && fieldText(view.field) === '')) return undefined;
  const disabled = question.kind === 'select' ? view.choices[view.cursor]?.disabled : undefined;
  return disabled ?? validate(question, inputOf(view), context);
};

/** What the present input would bring about, and what would probably go wrong with it, one line each. */
export const effectOf = (view: WizardView): { effect: string[]; warnings: string[] } => {
  const { question, context } = view;
  const input = inputOf(view);
  if (!question || !context || input.length === 0) return { effect: [], warnings: [] };
  try {
    const value = question.parse(input, context);
    return { effect: question.effect(value, context), warnings: question.warnings?.(value, context) ?? [] };
  } catch {
    return { effect: [], warnings: [] };
  }
};
