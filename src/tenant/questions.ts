import type { Question, QuestionContext, QuestionId } from './question-types.js';
import { allowQuestion, modelTokenQuestion, modelsQuestion, openwebuiEmailQuestion, wordpressEmailQuestion } from './questions-applications.js';
import { keepModelTokenQuestion, keepTokenQuestion } from './questions-keep.js';
import { displayNameQuestion, nameQuestion, platformQuestion, tokenQuestion, whereQuestion } from './questions-place.js';
import { isolationQuestion, presetQuestion } from './questions-size.js';

/** Every question by id. */
export const questionById: { readonly [Id in QuestionId]: Question<Id> } = {
  where: whereQuestion,
  token: tokenQuestion,
  keepToken: keepTokenQuestion,
  platform: platformQuestion,
  name: nameQuestion,
  displayName: displayNameQuestion,
  preset: presetQuestion,
  isolation: isolationQuestion,
  wordpressAdminEmail: wordpressEmailQuestion,
  openwebuiAdminEmail: openwebuiEmailQuestion,
  models: modelsQuestion,
  modelToken: modelTokenQuestion,
  keepModelToken: keepModelTokenQuestion,
  allow: allowQuestion,
};

/** All questions in the order in which they are asked. */
export const questions: readonly Question[] = Object.values(questionById) as unknown as Question[];

/** Questions that are open: not answered yet, and asked given what is known. */
export const openQuestions = (context: QuestionContext): Question[] =>
  questions.filter((question) => context.answers[question.id] === undefined && question.when(context));

/** Open questions that have no default: without a terminal these are the missing answers. */
export const missingQuestions = (context: QuestionContext): Question[] => openQuestions(context).filter((question) => question.default(context) === undefined);
