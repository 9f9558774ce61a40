import type { Answers, Question, QuestionContext, QuestionId, RawAnswer } from '../tenant/question-types.js';
import { missingQuestions, openQuestions, questionById } from '../tenant/questions.js';
import { validate } from '../tenant/validate-answer.js';
import { refusalOf } from './refusal.js';
import type { Interview } from './display.js';

type Answer = Answers[QuestionId];

/** An answer that was taken back by going back. `value` is undefined where it was the default: it then follows the default. */
interface Ahead {
  value: Answer | undefined;
  /** False for a draft: what stood in the field without having been handed in. */
  given: boolean;
}

const same = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);

/**
 * Walks through the open questions, for any front end. Going back takes answers back without losing them: they are suggested
 * again, and `forward` hands them in again as long as they are still right.
 */
export class InterviewFlow {
  /** The question to ask now; undefined when nothing is open any more. */
  current: Question | undefined;
  /** Questions answered here, in their order. */
  readonly path: QuestionId[] = [];
  private readonly ahead = new Map<QuestionId, Ahead>();
  private own: Partial<Answers>;

  private constructor(
    private readonly interview: Interview,
    public context: QuestionContext,
  ) {
    this.own = { ...interview.given };
    this.current = this.firstOpen();
  }

  /**
   * Starts at the first open question; with answers of an earlier round, at the last question of these, or at the first one that has
   * become wrong. Throws what the first look at the outside throws.
   */
  static async start(interview: Interview): Promise<InterviewFlow> {
    const flow = new InterviewFlow(interview, await interview.learn(interview.given));
    if (interview.earlier === undefined) return flow;
    for (const [id, value] of Object.entries(interview.earlier) as [QuestionId, Answer][]) {
      if (interview.given[id] === undefined) flow.ahead.set(id, { value, given: true });
    }
    await flow.forward();
    if (!flow.current) await flow.back();
    return flow;
  }

  get answers(): Partial<Answers> {
    return { ...this.context.answers, ...this.own };
  }

  /** Answers so far with those that were taken back: what somebody who stops now would want to keep. */
  get answersToKeep(): Partial<Answers> {
    const ahead = Object.fromEntries([...this.ahead].flatMap(([id, { value, given }]) => (given && value !== undefined ? [[id, value]] : [])));
    return { ...ahead, ...this.answers };
  }

  /** What was answered before going back: to be edited, where a default is only a suggestion. */
  earlier(id: QuestionId): Answer | undefined {
    return this.ahead.get(id)?.value;
  }

  /** What Enter takes without typing. */
  suggestion(question: Question): Answer | undefined {
    return this.earlier(question.id) ?? question.default(this.context);
  }

  /** Whether there is an open question that was answered before somebody went back over it. */
  get canGoForward(): boolean {
    return openQuestions(this.context).some(({ id }) => this.ahead.get(id)?.given === true);
  }

  /** Why an answer that was right before is none any more, after others have changed; undefined when nothing is wrong. */
  get outdated(): string | undefined {
    const question = this.current;
    const known = question && this.ahead.get(question.id);
    if (!question || known?.value === undefined || !known.given) return undefined;
    return this.refusalOfAnswer(question, known.value);
  }

  /** Keeps what stands in the field when somebody leaves it without having answered; nonsense is not worth keeping. */
  keepDraft(raw: RawAnswer): void {
    const question = this.current;
    if (!question) return;
    try {
      const value = question.parse(raw, this.context);
      const known = this.ahead.get(question.id);
      // What was changed without being handed in has to be looked at again.
      const given = known?.given === true && same(value, this.suggestion(question));
      this.ahead.set(question.id, { value: this.unlessDefault(question, value), given });
    } catch (error) {
      if (refusalOf(error) === undefined) throw error;
    }
  }

  /**
   * Takes an answer and moves on. Returns the reason when it is refused; then the same question stays, as it does when `isWanted` says
   * no after the outside was asked.
   */
  async submit(raw: RawAnswer, isWanted: () => boolean = () => true): Promise<string | undefined> {
    const question = this.current;
    if (!question) return undefined;
    try {
      const value = question.parse(raw, this.context);
      const answers = { ...this.own, [question.id]: value };
      const context = await this.interview.learn(answers);
      if (!isWanted()) return undefined;
      this.own = answers;
      this.context = context;
    } catch (error) {
      const refusal = refusalOf(error);
      if (refusal === undefined) throw error;
      return refusal;
    }
    this.path.push(question.id);
    this.ahead.delete(question.id);
    this.current = this.firstOpen();
    return undefined;
  }

  /** Hands in again what was answered before going back, up to where that was, or to the first answer that is not right any more. */
  async forward(isWanted: () => boolean = () => true): Promise<void> {
    while (this.current && this.ahead.get(this.current.id)?.given === true) {
      const value = this.suggestion(this.current);
      if (value === undefined || this.refusalOfAnswer(this.current, value) !== undefined) return;
      if ((await this.submit(value, isWanted)) !== undefined || !isWanted()) return;
    }
  }

  /** Back to the question before. False at the first one. */
  async back(): Promise<boolean> {
    const id = this.path.at(-1);
    if (id === undefined) return false;
    const { [id]: answer, ...rest } = this.own;
    this.context = await this.interview.learn(rest);
    this.path.pop();
    this.own = rest;
    const question = questionById[id] as unknown as Question;
    this.ahead.set(id, { value: this.unlessDefault(question, answer), given: true });
    this.current = question;
    return true;
  }

  /** Back to a question that was answered. */
  async backTo(id: QuestionId): Promise<void> {
    while (this.path.includes(id) && (await this.back()));
  }

  private unlessDefault(question: Question, value: Answer | undefined): Answer | undefined {
    return same(value, question.default(this.context)) ? undefined : value;
  }

  private refusalOfAnswer(question: Question, value: Answer): string | undefined {
    const choice = question.choices?.(this.context).find((each) => each.value === value);
    if (choice?.disabled !== undefined) return choice.disabled;
    return validate(question, value, this.context);
  }

  private firstOpen(): Question | undefined {
    const { only, onlyMissing } = this.interview;
    return (onlyMissing ? missingQuestions : openQuestions)(this.context).find(({ id }) => only?.includes(id) ?? true);
  }
}
