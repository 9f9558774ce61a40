import { InstallerError } from '../engine/errors.js';
import { SpecProblem } from '../tenant/problem.js';
import type { Answers, Question, QuestionContext, QuestionId, RawAnswer } from '../tenant/question-types.js';
import { missingQuestions, openQuestions, questionById } from '../tenant/questions.js';
import type { Interview } from './display.js';

/** Why an answer was refused, in one line; undefined for errors that are no answer's fault. */
export const refusalOf = (error: unknown): string | undefined => {
  if (!(error instanceof SpecProblem || error instanceof InstallerError)) return undefined;
  const [next] = error.next;
  return [error.why === undefined ? error.what : `${error.what}: ${error.why}`, ...(next === undefined ? [] : [next])].join('. ').replace(/\.\. /g, '. ');
};

/** An answer as text, as a person would have typed it. */
export const textOfAnswer = (answer: Answers[QuestionId]): string => (typeof answer === 'string' ? answer : answer.join(', '));

/** Walks through the open questions, for any front end. Going back keeps what was answered as the suggestion. */
export class InterviewFlow {
  /** The question to ask now; undefined when nothing is open any more. */
  current: Question | undefined;
  /** Questions answered here, in their order. */
  readonly path: QuestionId[] = [];
  private readonly remembered: Partial<Record<QuestionId, Answers[QuestionId]>> = {};
  private own: Partial<Answers>;

  private constructor(
    private readonly interview: Interview,
    public context: QuestionContext,
  ) {
    this.own = { ...interview.given };
    this.current = this.firstOpen();
  }

  /** Throws what the first look at the outside throws. */
  static async start(interview: Interview): Promise<InterviewFlow> {
    return new InterviewFlow(interview, await interview.learn(interview.given));
  }

  get answers(): Partial<Answers> {
    return { ...this.context.answers, ...this.own };
  }

  /** What was answered before going back: to be edited, where a default is only a suggestion. */
  earlier(id: QuestionId): Answers[QuestionId] | undefined {
    return this.remembered[id];
  }

  /** What Enter takes without typing. */
  suggestion(question: Question): Answers[QuestionId] | undefined {
    return this.remembered[question.id] ?? question.default(this.context);
  }

  /** Keeps what stands in the field when somebody goes back without having answered; nonsense is not worth keeping. */
  keepDraft(raw: RawAnswer): void {
    const question = this.current;
    if (!question) return;
    try {
      this.remembered[question.id] = question.parse(raw, this.context);
    } catch (error) {
      if (refusalOf(error) === undefined) throw error;
    }
  }

  /** Takes an answer and moves on. Returns the reason when it is refused; then the same question stays. */
  async submit(raw: RawAnswer): Promise<string | undefined> {
    const question = this.current;
    if (!question) return undefined;
    try {
      const answers = { ...this.own, [question.id]: question.parse(raw, this.context) };
      this.context = await this.interview.learn(answers);
      this.own = answers;
    } catch (error) {
      const refusal = refusalOf(error);
      if (refusal === undefined) throw error;
      return refusal;
    }
    this.path.push(question.id);
    this.current = this.firstOpen();
    return undefined;
  }

  /** Back to the question before. False at the first one. */
  async back(): Promise<boolean> {
    const id = this.path.pop();
    if (id === undefined) return false;
    const { [id]: answer, ...rest } = this.own;
    this.remembered[id] = answer as Answers[QuestionId];
    this.own = rest;
    this.context = await this.interview.learn(rest);
    this.current = questionById[id] as unknown as Question;
    return true;
  }

  private firstOpen(): Question | undefined {
    const { only, onlyMissing } = this.interview;
    return (onlyMissing ? missingQuestions : openQuestions)(this.context).find(({ id }) => only?.includes(id) ?? true);
  }
}
