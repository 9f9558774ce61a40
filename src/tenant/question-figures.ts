import { fitTenant, type Fit } from './capacity.js';
import { estimateTenant, type CostEstimate } from './cost.js';
import { formatEur } from './money.js';
import { describeBytes, describeCores } from './quantities.js';
import type { Card, KnownPlatform, QuestionContext } from './question-types.js';
import { sumOfNeeds, contractShortfalls, platformContractNeed, tenantContractNeed, usageOf } from './sizing.js';
import type { ContractNeed, SizedBy } from './sizing.js';
import { TENANT_DEFAULTS } from './spec.js';
import type { Isolation, Models, TenantPresetName } from './spec.js';
import { counted } from './text.js';

const platformOf = (context: QuestionContext): KnownPlatform | undefined => context.platforms.find(({ name }) => name === context.answers.platform);

/** How fast a tenant may ask models: every tenant of a platform alike, whatever its size. */
export const modelRateLine = (context: QuestionContext): string => {
  const { modelGateway } = platformOf(context)?.preset ?? context.newPlatformPreset;
  return `At most ${counted(modelGateway.tenantRatePerSecond, 'request')} a second, billed by use`;
};

const sizedBy = (context: QuestionContext, isolation?: Isolation): SizedBy & { openwebui: { models: Models; domain: null } } => ({
  isolation: isolation ?? context.answers.isolation ?? TENANT_DEFAULTS.isolation,
  wordpress: { domain: null },
  openwebui: { domain: null, models: context.answers.models ?? [...TENANT_DEFAULTS.models] },
});

const costOf = (context: QuestionContext, preset: TenantPresetName, isolation?: Isolation): CostEstimate => {
  const nodes = (platformOf(context)?.preset ?? context.newPlatformPreset).nodes;
  return estimateTenant({
    preset: context.tenantPresets[preset],
    spec: sizedBy(context, isolation),
    serverType: nodes.serverType,
    prices: context.prices,
  });
};

export const costLine = (context: QuestionContext, preset: TenantPresetName, isolation?: Isolation): string => {
  const { total, priceDate } = costOf(context, preset, isolation);
  return `${formatEur(total)} for 30 days (net, prices of ${priceDate})`;
};

/** What a size gives and costs, each by itself. */
export const sizeFacts = (preset: TenantPresetName, context: QuestionContext): Card['facts'] => {
  const usage = usageOf(context.tenantPresets[preset], sizedBy(context));
  return [
    { label: 'CPU', text: describeCores(usage.millicores) },
    { label: 'Memory', text: describeBytes(usage.memory) },
    { label: 'Storage', text: describeBytes(usage.storage) },
    { label: '30 days', text: formatEur(costOf(context, preset).total) },
  ];
};

/** Where a tenant's pods run, and what that costs. */
export const isolationFacts = (isolation: Isolation, context: QuestionContext): Card['facts'] => {
  const preset = context.answers.preset ?? TENANT_DEFAULTS.preset;
  const { ownNodes } = context.tenantPresets[preset];
  return [
    { label: 'Nodes', text: isolation === 'namespace' ? 'shared' : `${ownNodes.count} of its own` },
    { label: 'Control', text: isolation === 'cluster' ? 'own control plane' : 'shared' },
    { label: '30 days', text: formatEur(costOf(context, preset, isolation).total) },
  ];
};

export const sizeLine = (preset: TenantPresetName, context: QuestionContext): string => {
  const usage = usageOf(context.tenantPresets[preset], sizedBy(context));
  return `${describeCores(usage.millicores)}, ${describeBytes(usage.memory)} memory, ${describeBytes(usage.storage)} storage`;
};

const fitOf = (preset: TenantPresetName, context: QuestionContext): Fit | undefined => {
  const capacity = platformOf(context)?.capacity;
  if (capacity === undefined || sizedBy(context).isolation !== 'namespace') return undefined;
  return fitTenant(usageOf(context.tenantPresets[preset], sizedBy(context)), capacity);
};

/** How many of this size the chosen platform still holds. */
export const roomLine = (preset: TenantPresetName, context: QuestionContext): string[] => {
  const fit = fitOf(preset, context);
  return fit?.fits === true ? [`Platform ${context.answers.platform ?? ''} has room for ${fit.tenants} of this size`] : [];
};

export const roomWarning = (preset: TenantPresetName, context: QuestionContext): string[] => {
  const fit = fitOf(preset, context);
  return fit?.fits === false ? [`Does not fit: ${fit.why}`] : [];
};

/** A platform that does not exist yet is made with the first tenant, from the same contract. */
const platformNeed = (context: QuestionContext, platform = context.answers.platform): ContractNeed[] =>
  context.platforms.some(({ name }) => name === platform) ? [] : [platformContractNeed(context.newPlatformPreset.nodes)];

const addressesLine = (need: ContractNeed, { contract }: QuestionContext): string[] => {
  const left = contract?.room.ips;
  if (contract === undefined || left === undefined || need.ips > left) return [];
  const of = contract.ipLimit === undefined ? '' : ` of ${contract.ipLimit}`;
  return [`IP addresses: ${left - need.ips}${of} left after this`];
};

const shortfalls = (need: ContractNeed, { contract }: QuestionContext): string[] =>
  contract === undefined ? [] : contractShortfalls(need, contract.room).map((words) => `Contract ${contract.number}: ${words}`);

/** What the contract has left once the platform is there, and what it lacks for it. */
export const platformContractLines = (platform: string, context: QuestionContext): { effect: string[]; warnings: string[] } => {
  const [need] = platformNeed(context, platform);
  return need === undefined ? { effect: [], warnings: [] } : { effect: addressesLine(need, context), warnings: shortfalls(need, context) };
};

/** The same for a tenant, with the platform that is made with it. */
export const tenantContractLines = (preset: TenantPresetName, context: QuestionContext, isolation?: Isolation): { effect: string[]; warnings: string[] } => {
  const need = sumOfNeeds([tenantContractNeed(context.tenantPresets[preset], sizedBy(context, isolation)), ...platformNeed(context)]);
  return { effect: addressesLine(need, context), warnings: shortfalls(need, context) };
};
