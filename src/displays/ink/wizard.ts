import type { Question, QuestionId } from '../../tenant/question-types.js';
import { validate } from '../../tenant/validate-answer.js';
import { labelOf, shownAnswer, textOfAnswer } from '../answer-words.js';
import { refusalOf } from '../refusal.js';
import { InterviewFlow } from '../interview-flow.js';
import type { Interview } from '../display.js';
import { chosen, jumped, type WizardKey } from './choice-keys.js';
import { keysIn, LONG_LIST } from './choice-search.js';
import { InputChecker } from './input-checker.js';
import { editField, fieldOf, fieldText } from './text-field.js';
import { EMPTY_VIEW, inputOf, isTyped, type WizardView } from './wizard-view.js';

/** What the next key takes away. */
const SAID_ONCE = { refusal: undefined, note: undefined, help: false } as const;

/** The wizard behind its screen: takes keys, asks the outside, and tells about each change. */
export class Wizard {
  private flow: InterviewFlow | undefined;
  private current: WizardView = EMPTY_VIEW;
  /** Counts what was handed in; what comes back for an earlier number is not wanted any more. */
  private attempt = 0;
  private canLeave = false;
  private readonly checker: InputChecker;

  constructor(
    private readonly interview: Interview,
    private readonly changed: (view: WizardView) => void,
    private readonly ended: (answers: InterviewFlow['answers']) => void,
    private readonly failed: (error: unknown) => void,
  ) {
    this.checker = new InputChecker(interview, (check) => this.change({ check }));
  }

  get view(): WizardView {
    return this.current;
  }

  async start(): Promise<void> {
    this.set(EMPTY_VIEW);
    await this.during(async () => {
      this.flow = await InterviewFlow.start(this.interview);
      return undefined;
    });
  }

  /** Nothing is asked of the outside any more. */
  stop(): void {
    this.attempt += 1;
    this.checker.forget();
  }

  onKey(input: string, key: WizardKey): void {
    const { question, phase, help } = this.current;
    if (!question) return;
    if (phase === 'checking') return key.escape ? this.stopWaiting() : undefined;
    if (key.ctrl && input === 's') return void this.save();
    if (key.escape && help) return this.change({ help: false });
    if (key.escape || (key.tab && key.shift)) return void this.back();
    if (key.tab || (key.ctrl && input === 'n')) return void this.forward();
    if (isTyped(question)) return this.onTyping(question, input, key);
    if (input.length <= 1 || key.ctrl || key.meta) return this.onChoosing(input, key);
    if (this.current.choices.length > LONG_LIST) return this.change({ ...SAID_ONCE, ...jumped(this.current, input.replace(/\p{Cc}.*$/su, '')) });
    const keys = keysIn(input);
    if (!keys) return this.change({ ...SAID_ONCE, note: { text: 'Text is no answer here: choose with the arrows or a number.', isDone: false } });
    for (const each of keys) if (this.current.question === question && this.current.phase === 'asking') this.onChoosing(each === '\r' ? '' : each, each === '\r' ? { return: true } : {});
  }

  private onChoosing(input: string, key: WizardKey): void {
    const next = chosen(this.current, input, key);
    if (next === 'back') void this.back();
    else if (next === 'submit') void this.submit();
    else if (next) this.change({ ...SAID_ONCE, ...next });
  }

  private onTyping(question: Question, input: string, key: WizardKey): void {
    const before = this.current.field;
    if (key.leftArrow && before.cursor === 0) return void this.back();
    if (key.rightArrow && before.cursor === before.characters.length && this.current.canGoForward) return void this.submit();
    const { field, submit } = editField(before, input, key);
    if (field !== before) {
      this.change({ ...SAID_ONCE, field, check: undefined });
      if (this.flow) this.checker.changed(question, fieldText(field), this.flow);
    }
    if (submit) void this.submit();
  }

  /** Why the present input cannot be handed in, as far as that is known without asking. */
  private refusalHere(): string | undefined {
    const { question, context, choices, cursor } = this.current;
    if (!question || !context) return undefined;
    const disabled = question.kind === 'select' ? choices[cursor]?.disabled : undefined;
    return disabled ?? validate(question, inputOf(this.current), context);
  }

  /** Hands in the present input; with `andOn` also the answers ahead that were given before. */
  private async submit(andOn = false): Promise<void> {
    const { flow } = this;
    if (!flow) return;
    const refusal = this.refusalHere();
    if (refusal !== undefined) return this.change({ refusal });
    const raw = inputOf(this.current);
    this.canLeave = true;
    await this.during(async (isWanted) => {
      const refused = await flow.submit(raw, isWanted);
      if (refused === undefined && andOn) await flow.forward(isWanted);
      return refused;
    });
  }

  private async forward(): Promise<void> {
    if (this.current.canGoForward) await this.submit(true);
  }

  private async back(): Promise<void> {
    const { flow } = this;
    if (!flow) return;
    if (!this.current.canGoBack) return this.change({ ...SAID_ONCE, note: { text: 'This is the first question. Ctrl-C quits; nothing has been changed.', isDone: false } });
    flow.keepDraft(inputOf(this.current));
    await this.during(() => flow.back().then(() => undefined));
  }

  private stopWaiting(): void {
    if (!this.canLeave) return;
    this.attempt += 1;
    this.change({ phase: 'asking', note: { text: 'Not waited for any longer; Enter asks again.', isDone: false } });
  }

  private async save(): Promise<void> {
    const { flow } = this;
    const { question, context } = this.current;
    if (!flow || !question || !context || !this.interview.save) return;
    // What is typed already counts, without being handed in.
    const typed = question.kind === 'text' && fieldText(this.current.field) !== '' && this.refusalHere() === undefined;
    const here = typed ? { [question.id]: question.parse(inputOf(this.current), context) } : {};
    try {
      const path = await this.interview.save({ ...flow.answersToKeep, ...here });
      this.change({ ...SAID_ONCE, note: { text: `saved as ${path}, without secrets`, isDone: true } });
    } catch (error) {
      const refusal = refusalOf(error);
      if (refusal === undefined) return this.failed(error);
      this.change({ ...SAID_ONCE, refusal });
    }
  }

  /** Shows that something is checked, then the question that follows from it. */
  private async during(work: (isWanted: () => boolean) => Promise<string | undefined>): Promise<void> {
    const mine = (this.attempt += 1);
    const isWanted = (): boolean => mine === this.attempt;
    this.checker.forget();
    this.change({ ...SAID_ONCE, phase: 'checking', check: undefined });
    try {
      const refusal = await work(isWanted);
      if (!isWanted()) return;
      if (refusal !== undefined) return this.change({ phase: 'asking', refusal });
      this.showCurrent();
    } catch (error) {
      if (isWanted()) this.failed(error);
    } finally {
      if (isWanted()) this.canLeave = false;
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
    const ticked = suggested === undefined ? [] : Array.isArray(suggested) ? suggested : [suggested];
    const cursor = question.kind === 'multiselect' ? choices.findIndex((choice) => ticked.includes(choice.value)) : at;
    const isFirst = this.current.question === undefined;
    this.set({
      ...EMPTY_VIEW,
      phase: 'asking',
      question,
      context,
      answered: flow.path.map((id: QuestionId) => ({ label: labelOf(id), text: shownAnswer(id, flow.answers[id] ?? '') })),
      canGoBack: flow.path.length > 0,
      canGoForward: flow.canGoForward,
      canSave: this.interview.save !== undefined,
      field: fieldOf(isTyped(question) && earlier !== undefined ? textOfAnswer(earlier) : ''),
      cursor: Math.max(0, cursor),
      ticked: new Set(ticked.filter((value) => choices.some((choice) => choice.value === value))),
      choices,
      suggestion: suggested === undefined || question.kind === 'secret' ? '' : textOfAnswer(suggested),
      // A field that holds the old answer says by itself what is wrong with it.
      reason: isFirst && this.interview.because !== undefined ? this.interview.because : isTyped(question) ? undefined : flow.outdated,
    });
  }

  private change(change: Partial<WizardView>): void {
    this.set({ ...this.current, ...change });
  }

  private set(view: WizardView): void {
    this.current = view;
    this.changed(view);
  }
}
