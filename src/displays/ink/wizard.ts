import type { Choice, Question, QuestionContext, QuestionId, RawAnswer } from '../../tenant/question-types.js';
import { questionById, validate } from '../../tenant/questions.js';
import { InterviewFlow, textOfAnswer } from '../interview-flow.js';
import type { Interview } from '../display.js';
import { movedCursor } from './keys.js';
import { editField, fieldOf, fieldText, type FieldKey, type TextField } from './text-field.js';

/** Everything that the wizard's screen shows. Immutable. */
export interface WizardView {
  /** `checking` while the outside is asked; keys wait meanwhile. */
  phase: 'asking' | 'checking';
  question: Question | undefined;
  context: QuestionContext | undefined;
  /** Groups that questions were answered in, and whether there is a way back. */
  answered: readonly Question['group'][];
  canGoBack: boolean;
  field: TextField;
  cursor: number;
  ticked: ReadonlySet<string>;
  choices: readonly Choice[];
  /** What Enter takes from an empty field. */
  suggestion: string;
  /** Why the last Enter was refused; gone with the next key. */
  refusal: string | undefined;
}

export interface WizardKey extends FieldKey {
  shift?: boolean;
  pageUp?: boolean;
  pageDown?: boolean;
}

const EMPTY: WizardView = {
  phase: 'checking',
  question: undefined,
  context: undefined,
  answered: [],
  canGoBack: false,
  field: fieldOf(''),
  cursor: 0,
  ticked: new Set(),
  choices: [],
  suggestion: '',
  refusal: undefined,
};

/** `none` is not one of several: choosing it takes the others away, and the other way round. */
const toggled = (ticked: ReadonlySet<string>, value: string): Set<string> => {
  if (ticked.has(value)) return new Set([...ticked].filter((each) => each !== value));
  return value === 'none' ? new Set(['none']) : new Set([...ticked, value].filter((each) => each !== 'none'));
};

const groupOf = (id: QuestionId): Question['group'] => questionById[id].group;

const isTyped = (question: Question): boolean => question.kind === 'text' || question.kind === 'secret';

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
  return validate(question, inputOf(view), context);
};

/** What the present input would bring about, one line each. */
export const effectOf = (view: WizardView): string[] => {
  const { question, context } = view;
  const input = inputOf(view);
  if (!question || !context || input.length === 0) return [];
  try {
    return question.effect(question.parse(input, context), context);
  } catch {
    return [];
  }
};

/** The wizard behind its screen: takes keys, asks the outside, and tells about each change. */
export class Wizard {
  private flow: InterviewFlow | undefined;
  private current: WizardView = EMPTY;

  constructor(
    private readonly interview: Interview,
    private readonly changed: (view: WizardView) => void,
    private readonly ended: (answers: InterviewFlow['answers']) => void,
    private readonly failed: (error: unknown) => void,
  ) {}

  get view(): WizardView {
    return this.current;
  }

  async start(): Promise<void> {
    this.set(EMPTY);
    await this.during(async () => {
      this.flow = await InterviewFlow.start(this.interview);
    });
  }

  onKey(input: string, key: WizardKey): void {
    const { question } = this.current;
    if (this.current.phase === 'checking' || !question) return;
    if (key.escape || (key.tab && key.shift)) return void this.back();
    if (isTyped(question)) return this.onTyping(input, key);
    // A slow line delivers several key presses at once.
    if (input.length > 1 && !key.ctrl && !key.meta) {
      for (const each of input) this.onChoosing(question, each === '\r' ? '' : each, each === '\r' ? { return: true } : {});
      return;
    }
    this.onChoosing(question, input, key);
  }

  private onChoosing(question: Question, input: string, key: WizardKey): void {
    if (this.current.phase === 'checking' || this.current.question !== question) return;
    const moved = movedCursor(input, key, this.current.cursor, this.current.choices.length);
    if (moved !== undefined) return this.set({ ...this.current, cursor: moved, refusal: undefined });
    if (key.leftArrow) return void this.back();
    const chosen = Number(input);
    if (/^[1-9]$/.test(input) && chosen <= this.current.choices.length) return this.set({ ...this.current, cursor: chosen - 1, refusal: undefined });
    if (input === ' ' && question.kind === 'multiselect') {
      const value = this.current.choices[this.current.cursor]?.value;
      if (value !== undefined) this.set({ ...this.current, ticked: toggled(this.current.ticked, value), refusal: undefined });
      return;
    }
    if (key.return) void this.submit();
  }

  private onTyping(input: string, key: WizardKey): void {
    if (key.leftArrow && this.current.field.cursor === 0) return void this.back();
    const { field, submit } = editField(this.current.field, input, key);
    if (field !== this.current.field) this.set({ ...this.current, field, refusal: undefined });
    if (submit) void this.submit();
  }

  private async submit(): Promise<void> {
    const { flow } = this;
    const { question, context } = this.current;
    if (!flow || !question || !context) return;
    const raw = inputOf(this.current);
    const disabled = this.current.choices[this.current.cursor]?.disabled;
    const refusal = question.kind === 'select' && disabled !== undefined ? disabled : validate(question, raw, context);
    if (refusal !== undefined) return this.set({ ...this.current, refusal });
    await this.during(() => flow.submit(raw));
  }

  private async back(): Promise<void> {
    const { flow } = this;
    if (!flow || !this.current.canGoBack) return;
    flow.keepDraft(inputOf(this.current));
    await this.during(() => flow.back().then(() => undefined));
  }

  /** Shows that something is checked, then the question that follows from it. */
  private async during(work: () => Promise<string | undefined | void>): Promise<void> {
    this.set({ ...this.current, phase: 'checking', refusal: undefined });
    try {
      const refusal = await work();
      if (typeof refusal === 'string') return this.set({ ...this.current, phase: 'asking', refusal });
      this.showCurrent();
    } catch (error) {
      this.failed(error);
    }
  }

  private showCurrent(): void {
    const { flow } = this;
    if (!flow) return;
    const question = flow.current;
    if (!question) return this.ended(flow.answers);
    const { context } = flow;
    const choices = question.choices?.(context) ?? [];
    const suggested = flow.suggestion(question);
    const earlier = flow.earlier(question.id);
    const at = choices.findIndex((choice) => choice.value === suggested);
    const ticked = suggested === undefined ? [] : Array.isArray(suggested) ? (suggested) : [suggested];
    const cursor = question.kind === 'multiselect' ? choices.findIndex((choice) => ticked.includes(choice.value)) : at;
    this.set({
      phase: 'asking',
      question,
      context,
      answered: flow.path.map((id) => groupOf(id)),
      canGoBack: flow.path.length > 0,
      field: fieldOf(isTyped(question) && earlier !== undefined ? textOfAnswer(earlier) : ''),
      cursor: Math.max(0, cursor),
      ticked: new Set(ticked),
      choices,
      suggestion: suggested === undefined || question.kind === 'secret' ? '' : textOfAnswer(suggested),
      refusal: undefined,
    });
  }

  private set(view: WizardView): void {
    this.current = view;
    this.changed(view);
  }
}
