import { parseTenantPresetName } from './preset.js';
import { costLine, roomLine, sizeLine } from './question-figures.js';
import { oneOf, textOf } from './question-input.js';
import type { Question } from './question-types.js';
import { ISOLATION_LEVELS, TENANT_DEFAULTS, TENANT_PRESETS } from './spec.js';
import type { Isolation } from './spec.js';

export const presetQuestion: Question<'preset'> = {
  id: 'preset',
  group: 'size',
  flag: '--preset',
  prompt: 'Size',
  help: 'Can be changed later; volumes grow, but never shrink.',
  kind: 'select',
  choices: (context) =>
    TENANT_PRESETS.map((name) => ({ value: name, label: name, hint: `${context.tenantPresets[name].summary}; ${sizeLine(name, context)}` })),
  default: () => TENANT_DEFAULTS.preset,
  parse: (raw) => parseTenantPresetName(textOf(raw)),
  when: () => true,
  effect: (value, context) => [sizeLine(value, context), costLine(context, value), ...roomLine(value, context)],
};

const ISOLATION_WORDS: Record<Isolation, { hint: string; effect: string }> = {
  namespace: { hint: 'own namespace on shared nodes', effect: 'Shares nodes with other tenants; network, rights, quota and admission rules keep them apart' },
  'node-pool': { hint: 'own nodes in the shared cluster', effect: 'Its pods run on nodes that no other tenant uses' },
  cluster: { hint: 'own data centre and control plane', effect: 'Its own data centre, network and Kubernetes control plane; this cannot be changed later' },
};

export const isolationQuestion: Question<'isolation'> = {
  id: 'isolation',
  group: 'size',
  flag: '--isolation',
  prompt: 'Isolation',
  help: 'How much of the machinery the tenant has for itself.',
  kind: 'select',
  choices: () => ISOLATION_LEVELS.map((level) => ({ value: level, label: level, hint: ISOLATION_WORDS[level].hint })),
  default: () => TENANT_DEFAULTS.isolation,
  parse: (raw) => oneOf('isolation', raw, ISOLATION_LEVELS),
  when: () => true,
  effect: (value, context) => [ISOLATION_WORDS[value].effect, costLine(context, context.answers.preset ?? TENANT_DEFAULTS.preset, value)],
};
