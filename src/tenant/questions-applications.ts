import { cidrIssue } from './cidr.js';
import { emailIssue, modelIdIssue } from './fields.js';
import { modelRateLine } from './question-figures.js';
import { checked, listOf, refuse, secret, tokenLooksComplete } from './question-input.js';
import type { Choice, Question, QuestionContext, RawAnswer } from './question-types.js';
import { TENANT_DEFAULTS } from './spec.js';
import { closest, counted, quoted } from './text.js';

const emailQuestion = <Id extends 'wordpressAdminEmail' | 'openwebuiAdminEmail'>(
  id: Id,
  application: string,
  flag: string,
  fallback: (context: QuestionContext) => string | undefined,
): Question<Id> => ({
  id,
  group: 'applications',
  flag,
  prompt: `E-mail of ${application}'s administrator`,
  label: `${application} admin`,
  help: `First login of ${application}; its password is made for you and kept in a Kubernetes Secret.`,
  kind: 'text',
  default: fallback,
  parse: (raw: RawAnswer) => checked(id, raw, 'This is not an e-mail address', emailIssue),
  when: () => true,
  effect: (value) => [`${String(value)} is the first administrator of ${application}`],
});

export const wordpressEmailQuestion = emailQuestion('wordpressAdminEmail', 'WordPress', '--wordpress-admin-email', ({ accountEmail }) => accountEmail);

export const openwebuiEmailQuestion = emailQuestion(
  'openwebuiAdminEmail',
  'Open WebUI',
  '--openwebui-admin-email',
  ({ answers, accountEmail }) => accountEmail ?? answers.wordpressAdminEmail,
);

export const modelsQuestion: Question<'models'> = {
  id: 'models',
  group: 'applications',
  flag: '--models',
  prompt: 'Models',
  label: 'Models',
  help: 'Models of the IONOS AI Model Hub that users may choose; the first is the default. None is possible: chats then have no answer.',
  kind: 'multiselect',
  choices: ({ availableModels }) => {
    const ids = availableModels ?? TENANT_DEFAULTS.models;
    return [...ids.map((id): Choice => ({ value: id, label: id })), { value: 'none', label: 'none', hint: 'Open WebUI without models' }];
  },
  default: ({ availableModels }) => {
    const [preferred] = TENANT_DEFAULTS.models;
    if (availableModels === undefined || availableModels.includes(preferred)) return [preferred];
    return availableModels[0] === undefined ? 'none' : [availableModels[0]];
  },
  parse: (raw, { availableModels }) => {
    const ids = [...new Set(listOf(raw))];
    if (ids.length === 1 && ids[0] === 'none') return 'none';
    if (ids.length === 0) throw refuse('models', 'No model is chosen', 'an empty list is not the same as none', ['Choose a model, or none.']);
    const malformed = ids.map(modelIdIssue).find((issue) => issue !== undefined);
    if (malformed !== undefined) throw refuse('models', 'These cannot be the models', malformed);
    const unknown = ids.find((id) => availableModels !== undefined && !availableModels.includes(id));
    if (unknown === undefined) return ids;
    const near = closest(unknown, availableModels ?? []);
    const next = near === undefined ? [] : [`Did you mean ${near}?`];
    throw refuse('models', `The hub has no model ${quoted(unknown)}`, `it offers ${(availableModels ?? []).join(', ')}`, next);
  },
  when: () => true,
  effect: (value, context) =>
    value === 'none' ? ['No models: Open WebUI starts, but nobody answers in chats'] : [`${counted(value.length, 'model')}, default ${value[0] ?? ''}`, modelRateLine(context)],
};

export const modelTokenQuestion: Question<'modelToken'> = {
  id: 'modelToken',
  group: 'applications',
  flag: '--model-token-file',
  env: 'IONOS_MODEL_TOKEN',
  prompt: 'Token for the AI Model Hub',
  label: 'Model token',
  help: 'A token of its own with access to the AI Model Hub only, not your own IONOS token. No tenant can read it.',
  kind: 'secret',
  default: () => undefined,
  parse: (raw) => secret('modelToken', raw, 'The model token'),
  when: ({ answers, hasModelToken }) => !hasModelToken && answers.models !== 'none' && answers.where !== 'sandbox',
  effect: () => [],
  looksComplete: tokenLooksComplete,
};

export const allowQuestion: Question<'allow'> = {
  id: 'allow',
  group: 'access',
  flag: '--allow',
  prompt: 'Who may reach it',
  label: 'Access',
  help: 'IPv4 networks, separated by commas. 0.0.0.0/0 is everybody.',
  kind: 'text',
  default: () => [...TENANT_DEFAULTS.allow],
  parse: (raw) => {
    const networks = [...new Set(listOf(raw))];
    if (networks.length === 0) {
      throw refuse('allow', 'No network is given', 'an empty list would let everybody in, not nobody', ['Write 0.0.0.0/0 for everybody.']);
    }
    const wrong = networks.map(cidrIssue).find((issue) => issue !== undefined);
    if (wrong !== undefined) throw refuse('allow', 'These cannot be the networks', wrong);
    return networks;
  },
  when: () => true,
  effect: (value) => [value.includes('0.0.0.0/0') ? 'Everybody on the internet can reach it' : `Only ${value.join(', ')} can reach it`],
};
