import { oneOf } from './question-input.js';
import type { KeepAnswer, Keeping, Question, QuestionContext } from './question-types.js';

const ANSWERS: readonly KeepAnswer[] = ['keychain', 'file', 'no'];

const UNKNOWN: Keeping = { keychain: 'keychain', file: 'the configuration folder' };

/** Whether a token that was typed, and accepted, outlives this run. Nothing is kept without this answer. */
const keepQuestion = <Id extends 'keepToken' | 'keepModelToken'>(id: Id, flag: string, prompt: string, group: Question['group'], asked: (context: QuestionContext) => boolean): Question<Id> => ({
  id,
  group,
  flag,
  prompt,
  help: 'Later runs find a token that is kept; the command logout removes it.',
  kind: 'select',
  choices: ({ keeping = UNKNOWN }) => [
    { value: 'keychain', label: 'In the keychain', ...(keeping.keychainProblem === undefined ? { hint: keeping.keychain } : { disabled: `not here: ${keeping.keychainProblem}` }) },
    { value: 'file', label: 'In a file', hint: 'not encrypted; only you may read it' },
    { value: 'no', label: 'No, only for this run', hint: 'nothing is stored' },
  ],
  default: ({ keeping }) => keeping?.suggested ?? 'no',
  parse: (raw) => oneOf(id, raw, ANSWERS),
  when: asked,
  effect: (value, { keeping = UNKNOWN }) => {
    if (value === 'keychain') return [`Goes to the ${keeping.keychain} of this user`];
    if (value === 'file') return [`Goes to ${keeping.file} (0600)`, 'Whoever can read your files, or a backup of them, can read the token'];
    return ['Nothing is stored'];
  },
});

export const keepTokenQuestion = keepQuestion('keepToken', 'login --store', 'Keep the token?', 'where', ({ answers }) => answers.token !== undefined && answers.where !== 'sandbox');

export const keepModelTokenQuestion = keepQuestion('keepModelToken', 'login --model --store', 'Keep the model token?', 'applications', ({ answers }) => answers.modelToken !== undefined && answers.where !== 'sandbox');
