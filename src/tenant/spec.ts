import * as z from 'zod';
import { ISOLATION_LEVELS, TENANT_PRESETS } from './choices.js';
import { cidrField, domainField, domainIssue, emailField, modelIdField, nameField, refuseRepeats, titleField } from './fields.js';
import { SpecProblem } from './problem.js';
import { counted } from './text.js';

export { ISOLATION_LEVELS, TENANT_PRESETS };

/** Version of the words in our files. */
export const API_VERSION = 'ionos-tenants/v1';

export type TenantPresetName = (typeof TENANT_PRESETS)[number];

/** `namespace`: shared nodes. `node-pool`: own nodes in the shared cluster. `cluster`: own data centre and control plane. */
export type Isolation = (typeof ISOLATION_LEVELS)[number];

/** Model ids of the hub, or `none`. */
export type Models = string[] | 'none';

/** Value of one preset entry. */
export type OverrideValue = string | number | boolean;

/** Defaults of a tenant's file; what is missing here is asked for. */
export const TENANT_DEFAULTS = {
  preset: 'small',
  isolation: 'namespace',
  allow: ['0.0.0.0/0'],
  models: ['openai/gpt-oss-120b'],
} as const;

/** Dotted path to value; which paths exist is checked against the preset, see overrides.ts. */
export const overridesField = z
  .record(z.string(), z.union([z.string(), z.number(), z.boolean()], { error: 'an override is a text, a number or true/false; groups are written as one entry per dotted path' }))
  .meta({ description: 'Any value of the preset, by its dotted path, for example wordpress.storage: 20Gi', default: {} });

const applicationTexts = {
  adminEmail: 'E-mail address and login of the first administrator. Default: the address of the account, where it is known',
  domain: 'Host name with HTTPS, pointing to the tenant\'s address. null: plain HTTP at the address. Both applications have one, or none has',
};

const modelsField = z
  .union([z.literal('none'), z.array(modelIdField()).min(1).superRefine(refuseRepeats).meta({ uniqueItems: true })], {
    error: 'give a list of model ids, or the word none',
  })
  .meta({ description: 'Models of the AI Model Hub that users may choose, the first is the default; none: no models', default: TENANT_DEFAULTS.models });

/** A tenant's file as a person writes it. Unknown keys are refused. What may be left open is optional. */
export const tenantFileSchema = z
  .strictObject({
    apiVersion: z.literal(API_VERSION).meta({ description: 'Version of this file format' }),
    kind: z.literal('Tenant'),
    name: nameField('tenant').meta({ description: 'Name of the tenant; never changes' }),
    displayName: titleField('Name for people. Default: the name').optional(),
    preset: z.enum(TENANT_PRESETS).meta({ description: 'Size, see presets/tenants', default: TENANT_DEFAULTS.preset }).optional(),
    isolation: z
      .enum(ISOLATION_LEVELS)
      .meta({ description: 'namespace: shared nodes; node-pool: own nodes; cluster: own cluster', default: TENANT_DEFAULTS.isolation })
      .optional(),
    access: z
      .strictObject({
        // An empty list would not close the door: a load balancer without source ranges lets everybody in.
        allow: z
          .array(cidrField())
          .min(1)
          .superRefine(refuseRepeats)
          .meta({ description: 'IPv4 networks that may reach the tenant\'s address', default: TENANT_DEFAULTS.allow, uniqueItems: true })
          .optional(),
      })
      .optional(),
    wordpress: z
      .strictObject({
        adminEmail: emailField(applicationTexts.adminEmail).optional(),
        title: titleField('Title of the site. Default: displayName').optional(),
        domain: domainField(applicationTexts.domain).optional(),
      })
      .optional(),
    openwebui: z
      .strictObject({
        adminEmail: emailField(`${applicationTexts.adminEmail}, else that of wordpress`).optional(),
        models: modelsField.optional(),
        domain: domainField(applicationTexts.domain).optional(),
      })
      .optional(),
    overrides: overridesField.optional(),
  })
  .superRefine((file, context) => {
    const [blog, chat] = [file.wordpress?.domain ?? null, file.openwebui?.domain ?? null];
    // A domain that is wrong by itself has been reported already.
    if ([blog, chat].some((domain) => domain !== null && domainIssue(domain) !== undefined)) return;
    if (blog !== null && blog === chat) {
      context.addIssue({ code: 'custom', path: ['openwebui', 'domain'], message: 'both applications have the same domain; the gateway tells them apart by it' });
    } else if ((blog === null) !== (chat === null)) {
      const missing = blog === null ? 'wordpress' : 'openwebui';
      context.addIssue({
        code: 'custom',
        path: [blog === null ? 'openwebui' : 'wordpress', 'domain'],
        message: `set ${missing}.domain too, or none: with one domain only, logins to the other application would still travel unencrypted`,
      });
    }
  });

/** A tenant's file, checked, with what it leaves open still open. */
export type TenantFile = z.output<typeof tenantFileSchema>;

/** Everything that is known about a tenant: no value is open any more. */
export interface TenantSpec {
  apiVersion: typeof API_VERSION;
  kind: 'Tenant';
  name: string;
  displayName: string;
  preset: TenantPresetName;
  isolation: Isolation;
  access: { allow: string[] };
  wordpress: { adminEmail: string; title: string; domain: string | null };
  openwebui: { adminEmail: string; models: Models; domain: string | null };
  overrides: Record<string, OverrideValue>;
}

/** Answers so far; every value may be missing. */
export type TenantDraft = Partial<Omit<TenantFile, 'apiVersion' | 'kind'>>;

/** The later draft wins, value by value; overrides are joined. Undefined never hides a value. */
export const mergeDrafts = (...drafts: TenantDraft[]): TenantDraft => {
  const merge = (base: Record<string, unknown>, over: Record<string, unknown>): Record<string, unknown> => {
    const result = { ...base };
    for (const [key, value] of Object.entries(over)) {
      if (value === undefined) continue;
      const present = result[key];
      const both = isGroup(present) && isGroup(value);
      result[key] = both ? merge(present, value) : value;
    }
    return result;
  };
  return drafts.reduce<Record<string, unknown>>((sum, draft) => merge(sum, draft), {});
};

const isGroup = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value);

export interface CompletionDefaults {
  /** The account's address, when it is known. */
  adminEmail?: string | undefined;
}

/** Answers that only a person can give, with the flag that gives them. */
export const missingAnswers = (draft: TenantDraft, defaults: CompletionDefaults = {}): { path: string; flag: string }[] => [
  ...(draft.name === undefined ? [{ path: 'name', flag: '<name>' }] : []),
  ...((draft.wordpress?.adminEmail ?? defaults.adminEmail) === undefined ? [{ path: 'wordpress.adminEmail', flag: '--wordpress-admin-email' }] : []),
  ...((draft.openwebui?.adminEmail ?? draft.wordpress?.adminEmail ?? defaults.adminEmail) === undefined
    ? [{ path: 'openwebui.adminEmail', flag: '--openwebui-admin-email' }]
    : []),
];

/**
 * Fills every default. Throws SpecProblem `answers-missing`, which names the flags, or what the schema has against the
 * whole (`file-invalid`), for example one domain without the other.
 */
export const completeTenant = (draft: TenantDraft, defaults: CompletionDefaults = {}): TenantSpec => {
  const missing = missingAnswers(draft, defaults);
  const wordpressEmail = draft.wordpress?.adminEmail ?? defaults.adminEmail;
  const openwebuiEmail = draft.openwebui?.adminEmail ?? defaults.adminEmail ?? wordpressEmail;
  if (missing.length > 0 || draft.name === undefined || wordpressEmail === undefined || openwebuiEmail === undefined) {
    throw new SpecProblem({
      code: 'answers-missing',
      what: `${counted(missing.length, 'answer is', 'answers are')} missing`,
      why: `${missing.map(({ path }) => path).join(', ')} ${missing.length === 1 ? 'has' : 'have'} no default`,
      next: [`Give ${missing.map(({ flag }) => flag).join(' and ')}, or put the values into a file and pass it with --file.`],
      issues: missing.map(({ path }) => ({ path, message: 'is missing' })),
    });
  }
  const displayName = draft.displayName ?? draft.name;
  return {
    apiVersion: API_VERSION,
    kind: 'Tenant',
    name: draft.name,
    displayName,
    preset: draft.preset ?? TENANT_DEFAULTS.preset,
    isolation: draft.isolation ?? TENANT_DEFAULTS.isolation,
    access: { allow: [...(draft.access?.allow ?? TENANT_DEFAULTS.allow)] },
    wordpress: { adminEmail: wordpressEmail, title: draft.wordpress?.title ?? displayName, domain: draft.wordpress?.domain ?? null },
    openwebui: {
      adminEmail: openwebuiEmail,
      models: draft.openwebui?.models === 'none' ? 'none' : [...(draft.openwebui?.models ?? TENANT_DEFAULTS.models)],
      domain: draft.openwebui?.domain ?? null,
    },
    overrides: { ...draft.overrides },
  };
};

/** A tenant may move between shared and own nodes; a cluster of its own cannot be left or entered, and a name never changes. */
export const specChangeProblem = (before: TenantSpec, after: TenantSpec): SpecProblem | undefined => {
  if (before.name !== after.name) {
    return new SpecProblem({
      code: 'name-changed',
      what: `The tenant ${before.name} cannot be renamed to ${after.name}`,
      why: 'its namespace, addresses and state carry the name',
      path: 'name',
      next: ['Create the other tenant and move the content with backup and restore.'],
    });
  }
  if (before.isolation !== after.isolation && [before.isolation, after.isolation].includes('cluster')) {
    return new SpecProblem({
      code: 'isolation-changed',
      what: `The isolation of ${before.name} cannot change from ${before.isolation} to ${after.isolation}`,
      why: 'a cluster of its own has other volumes and another address; only namespace and node-pool can be exchanged',
      path: 'isolation',
      next: ['Create another tenant with that isolation and move the content with the applications\' own export and import.'],
    });
  }
  return undefined;
};
