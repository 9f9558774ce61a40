import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { estimatePlatform, estimateTenant } from '../../src/tenant/cost.js';
import { completePlatform } from '../../src/tenant/platform-spec.js';
import { parsePlatformPreset, parseTenantPreset } from '../../src/tenant/preset.js';
import { parsePrices } from '../../src/tenant/prices.js';
import { completeTenant } from '../../src/tenant/spec.js';

/** A run may work so long, and then gets so long to remove everything. Both are enforced. */
export const WORK_HOURS = 3;
export const TEAR_DOWN_HOURS = 1;
/** Load balancers with addresses of their own that the measurements make, besides the tenants'. */
export const EXTRA_ADDRESSES = 2;
const EXTRA_VOLUME_GIB = 1;

export interface Ceiling {
  /** EUR, net, by the dearer of the sources in presets/prices.yaml: what a run costs that takes all its time. */
  eur: number;
  eurPerHour: number;
  hours: number;
  priceDate: string;
}

/** What a run can cost at most: the platform `starter`, two tenants `small`, and what the measurements make, for all of its time. */
export const ceilingOf = async (root: string): Promise<Ceiling> => {
  const read = (file: string): Promise<string> => readFile(join(root, file), 'utf8');
  const prices = parsePrices(await read('presets/prices.yaml'), 'presets/prices.yaml');
  const platformFile = `presets/platforms/${completePlatform({ preset: 'starter' }).preset}.yaml`;
  const platform = parsePlatformPreset(await read(platformFile), platformFile);
  const preset = parseTenantPreset(await read('presets/tenants/small.yaml'), 'presets/tenants/small.yaml');
  const spec = completeTenant({ name: 'acme', preset: 'small' }, { adminEmail: 'nobody@example.com' });
  const tenant = estimateTenant({ preset, spec, serverType: platform.nodes.serverType, prices });
  const dearest = (item: 'ipv4' | 'ssdPremium'): number => Math.max(...Object.values(prices.items[item].prices));
  const per30Days = estimatePlatform(platform, prices).total.high + 2 * tenant.additional.high + EXTRA_ADDRESSES * dearest('ipv4') + EXTRA_VOLUME_GIB * dearest('ssdPremium');
  const hours = WORK_HOURS + TEAR_DOWN_HOURS;
  const eurPerHour = per30Days / prices.periodHours;
  // A started hour is a whole hour on some lists.
  return { eur: Math.ceil(eurPerHour * hours * 100) / 100, eurPerHour, hours, priceDate: prices.checked };
};
