import { platformFileSchema } from './platform-spec.js';
import type { PlatformFile, PlatformSpec } from './platform-spec.js';
import { completeTenant, tenantFileSchema } from './spec.js';
import type { OverrideValue, TenantDraft, TenantFile, TenantSpec } from './spec.js';
import { yamlTrap } from './yaml-trap.js';
import { parseData, parseYamlFile } from './yaml-file.js';

/**
 * Reads a tenant's file. What it leaves open stays open: see completeTenant. Throws SpecProblem `file-invalid`, which
 * lists every problem with its line. `fileName` is only shown.
 */
export const parseTenantFile = (text: string, fileName: string): TenantFile => parseYamlFile(text, fileName, tenantFileSchema, 'Tenant');

/** As {@link parseTenantFile}, for a platform. */
export const parsePlatformFile = (text: string, fileName: string): PlatformFile => parseYamlFile(text, fileName, platformFileSchema, 'Platform');

/** A complete spec from parsed data, as the registry keeps it. Throws SpecProblem `file-invalid` or `answers-missing`. */
export const parseTenantSpec = (data: unknown, source: string): TenantSpec => completeTenant(parseData(data, source, tenantFileSchema));

const PLAIN = /^[A-Za-z][A-Za-z0-9._/@+-]*$/;

/** A scalar that YAML 1.1 and 1.2 read alike. JSON's strings are YAML's double-quoted ones. */
const scalar = (value: OverrideValue | null): string => {
  if (typeof value !== 'string') return String(value);
  return PLAIN.test(value) && yamlTrap(value) === undefined ? value : JSON.stringify(value);
};

const overridesBlock = (overrides: Record<string, OverrideValue>, example: string): string[] => {
  const entries = Object.entries(overrides);
  if (entries.length === 0) return ['# Any value of the preset by its path, for example', `#   ${example}`, 'overrides: {}'];
  return ['# Values of the preset that this one has differently, by path.', 'overrides:', ...entries.map(([path, value]) => `  ${scalar(path)}: ${scalar(value)}`)];
};

type OpenTenant = TenantDraft & { name: string };

const modelLines = (models: TenantSpec['openwebui']['models'] | undefined): string[] => {
  if (models === undefined) return [];
  return models === 'none'
    ? ['  models: none # no models: chats cannot be answered']
    : ['  # Models that users may choose; the first is the default. "none" for no models.', '  models:', ...models.map((id) => `    - ${scalar(id)}`)];
};

/** One line, where there is a value; a group only where something is in it. */
const entry = (key: string, value: string | null | undefined, comment?: string): string[] =>
  value === undefined ? [] : [...(comment === undefined ? [] : [`${/^ */.exec(key)?.[0] ?? ''}# ${comment}`]), `${key}: ${scalar(value)}`];

const group = (key: string, lines: string[]): string[] => (lines.length === 0 ? [] : [`${key}:`, ...lines]);

/** Answers so far as a tenant's file with comments. What is open is left out: `create -f` asks for it. */
export const renderTenantDraft = ({ name, displayName, preset, isolation, access, wordpress, openwebui, overrides = {} }: OpenTenant): string =>
  [
    `# Tenant ${name}. Create or update it with: ionos-tenants create -f <this file>`,
    'apiVersion: ionos-tenants/v1',
    'kind: Tenant',
    ...entry('name', name, 'Becomes part of the namespace and of every resource; never changes.'),
    ...entry('displayName', displayName),
    ...entry('preset', preset, 'Size: small, medium or large.'),
    ...entry('isolation', isolation, 'namespace: shared nodes; node-pool: own nodes; cluster: own data centre and control plane.'),
    ...group('access', access?.allow === undefined ? [] : ['  # IPv4 networks that may reach the tenant; 0.0.0.0/0 is everybody.', '  allow:', ...access.allow.map((network) => `    - ${scalar(network)}`)]),
    ...group('wordpress', [
      ...entry('  adminEmail', wordpress?.adminEmail),
      ...entry('  title', wordpress?.title),
      ...entry('  domain', wordpress?.domain, 'Host name with HTTPS; null: plain HTTP at the tenant\'s own address. Set both domains or none.'),
    ]),
    ...group('openwebui', [...entry('  adminEmail', openwebui?.adminEmail), ...modelLines(openwebui?.models), ...entry('  domain', openwebui?.domain)]),
    ...overridesBlock(overrides, 'wordpress.storage: 20Gi'),
    '',
  ].join('\n');

/** The tenant's file with comments, as `--dry-run` writes it. parseTenantFile and completeTenant give the same spec back. */
export const renderTenantFile = (spec: TenantSpec): string => renderTenantDraft(spec);

/** The platform's file with comments; parsePlatformFile and completePlatform give the same spec back. */
export const renderPlatformFile = (spec: PlatformSpec): string =>
  [
    `# Platform ${spec.name} of ionos-tenants: the cluster that tenants share.`,
    'apiVersion: ionos-tenants/v1',
    'kind: Platform',
    `name: ${scalar(spec.name)}`,
    '# Location in IONOS Cloud; never changes.',
    `location: ${scalar(spec.location)}`,
    '# Size: starter or production.',
    `preset: ${spec.preset}`,
    '# Kubernetes version: default is the default of the API, or for example "1.33".',
    `k8sVersion: ${scalar(spec.k8sVersion)}`,
    ...overridesBlock(spec.overrides, 'nodes.count: 3'),
    '',
  ].join('\n');
