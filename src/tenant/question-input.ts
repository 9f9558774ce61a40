import { SpecProblem } from './problem.js';
import type { QuestionId, RawAnswer } from './question-types.js';
import { alternatives, closest, quoted } from './text.js';

/** SpecProblem with the code `<question id>-invalid`. */
export const refuse = (id: QuestionId, what: string, why: string, next: string[] = []): SpecProblem =>
  new SpecProblem({ code: `${id.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}-invalid`, what, why, path: id, next });

export const textOf = (raw: RawAnswer): string => (typeof raw === 'string' ? raw : raw.join(',')).trim();

export const listOf = (raw: RawAnswer): string[] =>
  (typeof raw === 'string' ? raw.split(/[\s,]+/) : raw).map((entry) => entry.trim()).filter((entry) => entry !== '');

export const oneOf = <T extends string>(id: QuestionId, raw: RawAnswer, known: readonly T[]): T => {
  const text = textOf(raw);
  const found = known.find((candidate) => candidate === text);
  if (found !== undefined) return found;
  const near = closest(text, known);
  throw refuse(id, `${quoted(text)} is not a choice`, `it has to be ${alternatives(known)}`, near === undefined ? [] : [`Did you mean ${near}?`]);
};

export const checked = (id: QuestionId, raw: RawAnswer, what: string, issue: (text: string) => string | undefined): string => {
  const text = textOf(raw);
  const why = issue(text);
  if (why !== undefined) throw refuse(id, what, why);
  return text;
};

/** A token is one word of printable ASCII; a pasted line break or a header in front is the usual mistake. Never shown. */
export const secret = (id: QuestionId, raw: RawAnswer, what: string): string => {
  const text = textOf(raw).replace(/^Bearer\s+/i, '');
  if (text === '') throw refuse(id, `${what} is empty`, 'a token is one long word');
  if (!/^[\x21-\x7e]{16,}$/.test(text)) {
    throw refuse(id, `${what} does not look like a token`, 'a token is one word of at least 16 letters, digits and signs', [
      'Paste the token only, in one line.',
    ]);
  }
  return text;
};

/** A JSON web token, which IONOS's tokens are, has three parts: a half typed one is not worth a question. Others cannot be told. */
export const tokenLooksComplete = (token: string): boolean => !token.startsWith('eyJ') || /^[\w-]+\.[\w-]+\.[\w-]{20,}$/.test(token);
