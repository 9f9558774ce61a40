import { parseTenantPresetName } from './preset.js';
import { costLine, isolationFacts, roomLine, roomWarning, sizeFacts, sizeLine, tenantContractLines } from './question-figures.js';
import { oneOf, textOf } from './question-input.js';
import type { Question, QuestionContext } from './question-types.js';
import { ISOLATION_LEVELS, TENANT_DEFAULTS, TENANT_PRESETS } from './spec.js';
import type { Isolation } from './spec.js';

export const presetQuestion: Question<'preset'> = {
  id: 'preset',
  group: 'size',
  flag: '--preset',
  prompt: 'Size',
  label: 'Size',
  help: 'Can be changed later; volumes grow, but never shrink.',
  kind: 'select',
  choices: (context) =>
    TENANT_PRESETS.map((name) => ({ value: name, label: name, hint: `${context.tenantPresets[name].summary}; ${sizeLine(name, context)}`, card: { summary: context.tenantPresets[name].summary, facts: sizeFacts(name, context) } })),
  default: () => TENANT_DEFAULTS.preset,
  parse: (raw) => parseTenantPresetName(textOf(raw)),
  when: () => true,
  effect: (value, context) => [sizeLine(value, context), costLine(context, value), ...roomLine(value, context), ...tenantContractLines(value, context).effect],
  warnings: (value, context) => [...roomWarning(value, context), ...tenantContractLines(value, context).warnings],
};

const ISOLATION_WORDS: Record<Isolation, { hint: string; effect: string }> = {
  namespace: { hint: 'own namespace on shared nodes', effect: 'Shares nodes with other tenants; network, rights, quota and admission rules keep them apart' },
  'node-pool': { hint: 'own nodes in the shared cluster', effect: 'Its pods run on nodes that no other tenant uses' },
  cluster: { hint: 'own data centre and control plane', effect: 'Its own data centre, network and Kubernetes control plane; this cannot be changed later' },
};

/** Why a level cannot be chosen here; create refuses it for the same reason. */
const unavailable = (level: Isolation, { platforms, answers }: QuestionContext): string | undefined =>
  level !== 'namespace' && platforms.find(({ name }) => name === answers.platform)?.isTrial ? 'needs a cluster that IONOS manages' : undefined;

export const isolationQuestion: Question<'isolation'> = {
  id: 'isolation',
  group: 'size',
  flag: '--isolation',
  prompt: 'Isolation',
  label: 'Isolation',
  help: 'How much of the machinery the tenant has for itself.',
  kind: 'select',
  choices: (context) =>
    ISOLATION_LEVELS.map((level) => {
      const disabled = unavailable(level, context);
      const { hint } = ISOLATION_WORDS[level];
      return { value: level, label: level, hint, card: { summary: hint, facts: isolationFacts(level, context) }, ...(disabled === undefined ? {} : { disabled }) };
    }),
  default: () => TENANT_DEFAULTS.isolation,
  parse: (raw) => oneOf('isolation', raw, ISOLATION_LEVELS),
  when: () => true,
  effect: (value, context) => [ISOLATION_WORDS[value].effect, costLine(context, context.answers.preset ?? TENANT_DEFAULTS.preset, value)],
  warnings: (value, context) => (value === 'namespace' ? [] : tenantContractLines(context.answers.preset ?? TENANT_DEFAULTS.preset, context, value).warnings),
};
