import { SpecProblem } from './problem.js';
import type { Question, QuestionContext, RawAnswer } from './question-types.js';

/** For prompts: what is wrong with the input, or undefined. */
export const validate = (question: Question, raw: RawAnswer, context: QuestionContext): string | undefined => {
  try {
    question.parse(raw, context);
    return undefined;
  } catch (error) {
    if (error instanceof SpecProblem) return [`${error.what}: ${error.why}`, ...error.next.slice(0, 1)].join('. ');
    throw error;
  }
};
