import type { Answers, QuestionId } from '../tenant/question-types.js';
import { questionById } from '../tenant/questions.js';

/** An answer as text, as a person would have typed it. */
export const textOfAnswer = (answer: Answers[QuestionId]): string => (typeof answer === 'string' ? answer : answer.join(', '));

/** A question in a word or two, for lists of answers. */
export const labelOf = (id: QuestionId): string => questionById[id].label ?? questionById[id].prompt;

/** An answer as it may stand on a screen: a secret only as being there. */
export const shownAnswer = (id: QuestionId, answer: Answers[QuestionId]): string => (questionById[id].kind === 'secret' ? 'given' : textOfAnswer(answer));
