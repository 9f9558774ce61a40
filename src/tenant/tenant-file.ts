import { platformFileSchema } from './platform-spec.js';
import type { PlatformFile, PlatformSpec } from './platform-spec.js';
import { completeTenant, tenantFileSchema } from './spec.js';
import type { OverrideValue, TenantFile, TenantSpec } from './spec.js';
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

const modelLines = (models: TenantSpec['openwebui']['models']): string[] =>
  models === 'none'
    ? ['  models: none # no models: chats cannot be answered']
    : ['  # Models that users may choose; the first is the default. "none" for no models.', '  models:', ...models.map((id) => `    - ${scalar(id)}`)];

/** The tenant's file with comments, as `--dry-run` writes it. parseTenantFile and completeTenant give the same spec back. */
export const renderTenantFile = (spec: TenantSpec): string =>
  [
    `# Tenant ${spec.name}. Create or update it with: ionos-tenants create -f <this file>`,
    'apiVersion: ionos-tenants/v1',
    'kind: Tenant',
    '# Becomes part of the namespace and of every resource; never changes.',
    `name: ${scalar(spec.name)}`,
    `displayName: ${scalar(spec.displayName)}`,
    '# Size: small, medium or large.',
    `preset: ${spec.preset}`,
    '# namespace: shared nodes; node-pool: own nodes; cluster: own data centre and control plane.',
    `isolation: ${spec.isolation}`,
    'access:',
    '  # IPv4 networks that may reach the tenant; 0.0.0.0/0 is everybody.',
    '  allow:',
    ...spec.access.allow.map((network) => `    - ${scalar(network)}`),
    'wordpress:',
    `  adminEmail: ${scalar(spec.wordpress.adminEmail)}`,
    `  title: ${scalar(spec.wordpress.title)}`,
    '  # Host name with HTTPS; null: plain HTTP at the tenant\'s own address. Set both domains or none.',
    `  domain: ${scalar(spec.wordpress.domain)}`,
    'openwebui:',
    `  adminEmail: ${scalar(spec.openwebui.adminEmail)}`,
    ...modelLines(spec.openwebui.models),
    `  domain: ${scalar(spec.openwebui.domain)}`,
    ...overridesBlock(spec.overrides, 'wordpress.storage: 20Gi'),
    '',
  ].join('\n');

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
