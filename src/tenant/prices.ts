import * as z from 'zod';
import { API_VERSION } from './spec.js';
import { parseYamlFile } from './yaml-file.js';

const price = z.number().min(0);

/** Price per source id. A source that has no price for a thing is left out. */
const item = z.strictObject({
  unit: z.enum(['hour', '30days']),
  prices: z.record(z.string(), price).refine((prices) => Object.keys(prices).length > 0, { error: 'has no price at all' }),
  note: z.string().optional(),
});

export const PRICE_ITEMS = [
  'controlPlane',
  'ipv4',
  'vcpu',
  'vcpuMemory',
  'dedicatedCore',
  'dedicatedMemory',
  'hdd',
  'ssdStandard',
  'ssdPremium',
] as const;
export type PriceItem = (typeof PRICE_ITEMS)[number];

const isoDate = z.string().regex(/^\d{4}-\d{2}-\d{2}$/, { error: 'has to be a date such as "2026-11-23"' });

export const pricesSchema = z
  .strictObject({
    apiVersion: z.literal(API_VERSION),
    kind: z.literal('Prices'),
    currency: z.literal('EUR'),
    checked: isoDate,
    confidence: z.string().min(1),
    periodHours: z.literal(720),
    sources: z.record(z.string(), z.strictObject({ name: z.string().min(1), date: isoDate, basis: z.string().min(1) })),
    items: z.strictObject(Object.fromEntries(PRICE_ITEMS.map((key) => [key, item])) as Record<PriceItem, typeof item>),
    models: z.strictObject({ source: z.string(), prices: z.record(z.string(), z.strictObject({ input: price, output: price })) }),
  })
  .superRefine((file, context) => {
    for (const key of PRICE_ITEMS) {
      for (const source of Object.keys(file.items[key].prices)) {
        if (Object.hasOwn(file.sources, source)) continue;
        context.addIssue({ code: 'custom', path: ['items', key, 'prices'], message: `names ${source}, which is not among the sources` });
      }
    }
    if (!Object.hasOwn(file.sources, file.models.source)) {
      context.addIssue({ code: 'custom', path: ['models', 'source'], message: 'is not among the sources' });
    }
  });

/** Dated, sourced prices in EUR. A contract's own prices can be handed in as a file with one source. */
export type Prices = z.output<typeof pricesSchema>;
export type PriceSource = { id: string } & Prices['sources'][string];

/** Reads presets/prices.yaml or another price file. Throws SpecProblem `file-invalid` with lines. */
export const parsePrices = (text: string, fileName: string): Prices => parseYamlFile(text, fileName, pricesSchema, 'Prices');
