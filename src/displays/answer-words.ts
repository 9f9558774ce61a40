import { InstallerError } from '../engine/errors.js';
import { SpecProblem } from '../tenant/problem.js';
import type { Answers, QuestionId } from '../tenant/question-types.js';
import { questionById } from '../tenant/questions.js';

/** Why an answer was refused, in one line; undefined for errors that are no answer's fault. */
export const refusalOf = (error: unknown): string | undefined => {
  if (!(error instanceof SpecProblem || error instanceof InstallerError)) return undefined;
  const [next] = error.next;
  return [error.why === undefined ? error.what : `${error.what}: ${error.why}`, ...(next === undefined ? [] : [next])].join('. ').replace(/\.\. /g, '. ');
};

/** An answer as text, as a person would have typed it. */
export const textOfAnswer = (answer: Answers[QuestionId]): string => (typeof answer === 'string' ? answer : answer.join(', '));

/** A question in a word or two, for lists of answers. */
export const labelOf = (id: QuestionId): string => questionById[id].label ?? questionById[id].prompt;

/** An answer as it may stand on a screen: a secret only as being there. */
export const shownAnswer = (id: QuestionId, answer: Answers[QuestionId]): string => (questionById[id].kind === 'secret' ? 'given' : textOfAnswer(answer));
