import * as z from 'zod';
import { applyOverrides } from './overrides.js';
import { PLATFORM_PRESETS } from './platform-spec.js';
import { SpecProblem } from './problem.js';
import { QUANTITY_PATTERN, parseBytes, parseMillicores } from './quantities.js';
import { API_VERSION, TENANT_PRESETS } from './spec.js';
import type { OverrideValue } from './spec.js';
import { alternatives, closest, quoted } from './text.js';
import { parseYamlFile } from './yaml-file.js';

/** Quantities may be written as numbers in YAML (`cpu: 2`); they are texts from here on, as charts want them. */
const quantity = (read: (text: string) => number, example: string): z.ZodType<string, string | number> =>
  z.union([z.string(), z.number()], { error: `has to be a quantity such as ${example}` }).transform((value, context) => {
    const text = String(value);
    if (!QUANTITY_PATTERN.test(text)) context.addIssue({ code: 'custom', message: `${quoted(text)} is not a quantity such as ${example}` });
    else if (read(text) <= 0) context.addIssue({ code: 'custom', message: 'has to be more than nothing' });
    return text;
  });

const cpu = quantity(parseMillicores, '250m or 2');
const bytes = quantity(parseBytes, '512Mi or 10Gi');
const wholeGib = (minimum: number): z.ZodType<string, string | number> =>
  bytes.refine((text) => parseBytes(text) % 2 ** 30 === 0 && parseBytes(text) >= minimum * 2 ** 30, {
    error: `has to be whole GiB, at least ${minimum}Gi`,
  });
/** PHP's shorthand, as charts/wordpress takes it; its M is MiB. */
const phpSize = z.string().regex(/^[1-9]\d{0,4}M$/, { error: 'has to look like 256M' });
/** charts/gateway passes on no larger file. */
const uploadSize = phpSize.refine((text) => Number.parseInt(text, 10) <= 256, { error: 'can be 256M at most: the gateway passes on no larger file' });
const count = (minimum: number, maximum: number): z.ZodInt => z.int().min(minimum).max(maximum);

const amounts = z.strictObject({ cpu, memory: bytes, 'ephemeral-storage': bytes });

const resources = z.strictObject({ requests: amounts, limits: amounts }).superRefine(({ requests, limits }, context) => {
  const readers = { cpu: parseMillicores, memory: parseBytes, 'ephemeral-storage': parseBytes } as const;
  for (const key of ['cpu', 'memory', 'ephemeral-storage'] as const) {
    if (readers[key](requests[key]) > readers[key](limits[key])) {
      context.addIssue({ code: 'custom', path: ['limits', key], message: `is ${limits[key]}, less than the request of ${requests[key]}` });
    }
  }
});

/** Server types and storage types that node pools take. By IONOS' documentation and its terraform provider. */
const nodeShape = {
  count: count(1, 100),
  cores: count(1, 64),
  // ram_size is at least 2048 MB and a multiple of 1024.
  memory: wholeGib(2),
  // More than 10 GB.
  storage: wholeGib(11),
  storageType: z.enum(['SSD', 'HDD']),
  serverType: z.enum(['VCPU', 'DedicatedCore']),
};

const nodePoolSchema = z.strictObject(nodeShape);

export const tenantPresetSchema = z.strictObject({
  apiVersion: z.literal(API_VERSION),
  kind: z.literal('TenantPreset'),
  name: z.enum(TENANT_PRESETS),
  summary: z.string().min(1),
  wordpress: z.strictObject({
    resources,
    storage: wholeGib(1),
    php: z.strictObject({ memoryLimit: phpSize, uploadMaxFilesize: uploadSize, workers: count(2, 200) }),
  }),
  database: z.strictObject({ resources, storage: wholeGib(1) }),
  openwebui: z.strictObject({ resources, storage: wholeGib(1) }),
  gateway: z.strictObject({ resources, storage: wholeGib(1) }),
  limits: z.strictObject({ cpu, memory: bytes }),
  quotaRoom: z.strictObject({ cpu, memory: bytes, 'ephemeral-storage': bytes, pods: count(1, 100), claims: count(0, 20), storage: bytes }),
  ownNodes: nodePoolSchema,
});

export const platformPresetSchema = z.strictObject({
  apiVersion: z.literal(API_VERSION),
  kind: z.literal('PlatformPreset'),
  name: z.enum(PLATFORM_PRESETS),
  summary: z.string().min(1),
  nodes: z.strictObject({ ...nodeShape, availabilityZone: z.enum(['AUTO', 'ZONE_1', 'ZONE_2']) }),
  kubernetes: z.strictObject({ version: z.string() }),
  maintenance: z.strictObject({
    day: z.enum(['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday']),
    time: z.string().regex(/^(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\dZ$/, { error: 'has to look like 03:00:00Z' }),
  }),
  system: z.strictObject({ reservedMemory: bytes, cpu, memory: bytes, pods: count(0, 100), podsPerNode: count(10, 250) }),
  headroomNodes: count(0, 10),
  modelGateway: z.strictObject({
    replicas: count(1, 10),
    resources,
    ratePerSecond: count(1, 1000),
    burst: count(1, 10_000),
    tenantRatePerSecond: count(1, 1000),
    tenantBurst: count(1, 10_000),
  }),
  maxTenants: count(1, 1000),
});

/** Resources of one container exactly as a pod spec takes them (quantities as texts). */
export type Resources = z.output<typeof resources>;
/** Sizes of a tenant. Quantities are texts as Kubernetes writes them; sizing.ts turns them into numbers. */
export type TenantPreset = z.output<typeof tenantPresetSchema>;
export type PlatformPreset = z.output<typeof platformPresetSchema>;
export type NodePool = z.output<typeof nodePoolSchema>;

/** Reads a preset file's text. Throws SpecProblem `file-invalid` with lines. */
export const parseTenantPreset = (text: string, fileName: string): TenantPreset => parseYamlFile(text, fileName, tenantPresetSchema, 'TenantPreset');
export const parsePlatformPreset = (text: string, fileName: string): PlatformPreset =>
  parseYamlFile(text, fileName, platformPresetSchema, 'PlatformPreset');

/** Values that say what a preset is; changing them would make it another one. */
const IDENTITY = ['apiVersion', 'kind', 'name', 'summary'];

/**
 * The preset with a spec's overrides. Throws SpecProblem `override-invalid` that lists every path that does not exist
 * (with the one that was probably meant) and every value that does not fit.
 */
export const resolvePreset = (preset: TenantPreset, overrides: Readonly<Record<string, OverrideValue>>): TenantPreset =>
  applyOverrides(preset, overrides, tenantPresetSchema, IDENTITY);

/** As {@link resolvePreset}, for a platform. */
export const resolvePlatformPreset = (preset: PlatformPreset, overrides: Readonly<Record<string, OverrideValue>>): PlatformPreset =>
  applyOverrides(preset, overrides, platformPresetSchema, IDENTITY);

const choosePreset = (text: string, known: readonly string[], what: string): string => {
  if (known.includes(text)) return text;
  const near = closest(text, known);
  throw new SpecProblem({
    code: 'preset-unknown',
    what: `There is no ${what} ${quoted(text)}`,
    why: `the presets are ${alternatives(known)}`,
    path: 'preset',
    next: [near === undefined ? `Use --preset ${known[0]}.` : `Use --preset ${near}.`],
  });
};

/** Throws SpecProblem `preset-unknown`. */
export const parseTenantPresetName = (text: string): (typeof TENANT_PRESETS)[number] =>
  choosePreset(text, TENANT_PRESETS, 'tenant preset') as (typeof TENANT_PRESETS)[number];
export const parsePlatformPresetName = (text: string): (typeof PLATFORM_PRESETS)[number] =>
  choosePreset(text, PLATFORM_PRESETS, 'platform preset') as (typeof PLATFORM_PRESETS)[number];

/** Public addresses of a node pool: one per node, and one for the node that is being rebuilt, by IONOS' documentation. */
export const nodePublicIps = (nodes: { count: number }): number => nodes.count + 1;
