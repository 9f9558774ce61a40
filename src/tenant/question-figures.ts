import { fitTenant } from './capacity.js';
import { estimateTenant } from './cost.js';
import { formatEur } from './money.js';
import { describeBytes, describeCores } from './quantities.js';
import type { KnownPlatform, QuestionContext } from './question-types.js';
import { usageOf } from './sizing.js';
import type { SizedBy } from './sizing.js';
import { TENANT_DEFAULTS } from './spec.js';
import type { Isolation, Models, TenantPresetName } from './spec.js';

const platformOf = (context: QuestionContext): KnownPlatform | undefined => context.platforms.find(({ name }) => name === context.answers.platform);

const sizedBy = (context: QuestionContext, isolation?: Isolation): SizedBy & { openwebui: { models: Models; domain: null } } => ({
  isolation: isolation ?? context.answers.isolation ?? TENANT_DEFAULTS.isolation,
  wordpress: { domain: null },
  openwebui: { domain: null, models: context.answers.models ?? [...TENANT_DEFAULTS.models] },
});

export const costLine = (context: QuestionContext, preset: TenantPresetName, isolation?: Isolation): string => {
  const nodes = (platformOf(context)?.preset ?? context.newPlatformPreset).nodes;
  const { total, priceDate } = estimateTenant({
    preset: context.tenantPresets[preset],
    spec: sizedBy(context, isolation),
    serverType: nodes.serverType,
    prices: context.prices,
  });
  return `${formatEur(total)} for 30 days (net, prices of ${priceDate})`;
};

export const sizeLine = (preset: TenantPresetName, context: QuestionContext): string => {
  const usage = usageOf(context.tenantPresets[preset], sizedBy(context));
  return `${describeCores(usage.millicores)}, ${describeBytes(usage.memory)} memory, ${describeBytes(usage.storage)} storage`;
};

export const roomLine = (preset: TenantPresetName, context: QuestionContext): string[] => {
  const capacity = platformOf(context)?.capacity;
  if (capacity === undefined || sizedBy(context).isolation !== 'namespace') return [];
  const fit = fitTenant(usageOf(context.tenantPresets[preset], sizedBy(context)), capacity);
  return [fit.fits ? `Platform ${context.answers.platform ?? ''} has room for ${fit.tenants} of this size` : `Does not fit: ${fit.why}`];
};
