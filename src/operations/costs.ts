import type { Range } from '../engine/events.js';
import { estimatePlatform, estimateTenant, type CostEstimate } from '../tenant/cost.js';
import { parsePrices } from '../tenant/prices.js';
import type { PlatformPreset, TenantPreset } from '../tenant/preset.js';
import type { TenantSpec } from '../tenant/spec.js';
import { loadPrices } from './presets.js';

export interface Costs {
  tenant: CostEstimate;
  platform: CostEstimate;
  priceDate: string;
}

/** What a tenant and its platform cost, from the dated price file. EUR for 30 days, low to high where the sources disagree. */
export const estimateCosts = async (packageRoot: string, tenant: { preset: TenantPreset; spec: TenantSpec }, platform: PlatformPreset): Promise<Costs> => {
  const prices = parsePrices(await loadPrices(packageRoot), 'presets/prices.yaml');
  return {
    tenant: estimateTenant({ ...tenant, serverType: platform.nodes.serverType, prices }),
    platform: estimatePlatform(platform, prices),
    priceDate: prices.checked,
  };
};

export const totalOf = (estimate: CostEstimate): Range => ({ low: estimate.total.low, high: estimate.total.high });
