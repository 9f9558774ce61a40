import { usesCloud, type AddressSource } from '../tenant/address-source.js';
import { bufferPoolOf } from '../tenant/buffer-pool.js';
import type { PlatformPreset, TenantPreset } from '../tenant/preset.js';
import { MCP_URL, MODEL_GATEWAY_URL, MODELS_NAMESPACE, nodePoolLabel, SECRET_NAMES, SHARED_POOL } from '../tenant/resource-names.js';
import type { TenantSpec } from '../tenant/spec.js';

/** What values need besides the spec: facts of the platform and of what terraform made. */
export interface TenantFacts {
  /** Where the address comes from. */
  addresses: AddressSource;
  /** Empty unless it is an IP block. */
  ip: string;
  endpoints: { wordpress: string; openwebui: string };
  storageClass: string;
  dns: { namespace: string; podLabels: Record<string, string>; port: number };
  /** Nodes, API server, pods and services: what an opened egress must never reach. */
  exceptCidrs: string[];
  checksums: { wordpress: string; openwebui: string };
  /** The platform's nodes carry the label of the shared pool. */
  hasSharedPool: boolean;
}

export type Values = Record<string, unknown>;

const about = (spec: TenantSpec): Values => ({ name: spec.name, displayName: spec.displayName });
/** Shared pods select the shared nodes, or they could land on another tenant's own. An adopted cluster has no such label. */
const poolOf = (spec: TenantSpec, facts: Pick<TenantFacts, 'hasSharedPool'>): string =>
  spec.isolation === 'node-pool' ? nodePoolLabel(spec.name) : facts.hasSharedPool ? SHARED_POOL : '';
const hasModels = (spec: TenantSpec): boolean => spec.openwebui.models !== 'none';

/** Guard rails: chart `tenant`. */
export const tenantValues = (spec: TenantSpec, preset: TenantPreset, facts: Pick<TenantFacts, 'addresses' | 'ip' | 'dns' | 'exceptCidrs' | 'hasSharedPool'>, quota: Values): Values => ({
  tenant: about(spec),
  isolation: spec.isolation,
  address: { ip: facts.ip, source: facts.addresses },
  access: { allow: spec.access.allow },
  quota,
  limits: { cpu: preset.limits.cpu, memory: preset.limits.memory },
  dns: facts.dns,
  // Only an opened egress needs the list; without one, a new node of the platform does not touch this tenant.
  egress: { internet: false, certificates: spec.wordpress.domain !== null, exceptCidrs: spec.wordpress.domain === null ? [] : facts.exceptCidrs },
  models: { enabled: hasModels(spec), namespace: MODELS_NAMESPACE },
  nodePool: poolOf(spec, facts),
});

export const wordpressValues = (spec: TenantSpec, preset: TenantPreset, facts: TenantFacts): Values => ({
  tenant: about(spec),
  site: { title: spec.wordpress.title, adminEmail: spec.wordpress.adminEmail, url: facts.endpoints.wordpress },
  existingSecret: SECRET_NAMES.wordpress,
  secretChecksum: facts.checksums.wordpress,
  storageClass: facts.storageClass,
  wordpress: {
    resources: preset.wordpress.resources,
    storage: preset.wordpress.storage,
    php: preset.wordpress.php,
  },
  database: { resources: preset.database.resources, bufferPool: bufferPoolOf(preset.database.resources), storage: preset.database.storage },
  nodePool: poolOf(spec, facts),
});

export const openwebuiValues = (spec: TenantSpec, preset: TenantPreset, facts: TenantFacts): Values => ({
  tenant: about(spec),
  url: facts.endpoints.openwebui,
  admin: { email: spec.openwebui.adminEmail, name: spec.displayName },
  existingSecret: SECRET_NAMES.openwebui,
  secretChecksum: facts.checksums.openwebui,
  storageClass: facts.storageClass,
  storage: preset.openwebui.storage,
  resources: preset.openwebui.resources,
  models: {
    enabled: hasModels(spec),
    baseUrl: MODEL_GATEWAY_URL,
    ...(spec.openwebui.models === 'none' ? { ids: [], default: '' } : { ids: spec.openwebui.models, default: spec.openwebui.models[0] ?? '' }),
  },
  mcp: { url: MCP_URL },
  nodePool: poolOf(spec, facts),
});

export const gatewayValues = (spec: TenantSpec, preset: TenantPreset, facts: TenantFacts): Values => ({
  tenant: about(spec),
  address: { ip: facts.ip },
  // The load balancers of trial clusters reach a Service by its node ports.
  service: { type: facts.addresses === 'node-port' ? 'NodePort' : 'LoadBalancer', allocateNodePorts: !usesCloud(facts.addresses) },
  access: { allow: spec.access.allow },
  domains: { wordpress: spec.wordpress.domain ?? '', openwebui: spec.openwebui.domain ?? '', email: spec.wordpress.domain === null ? '' : spec.wordpress.adminEmail },
  resources: preset.gateway.resources,
  storage: preset.gateway.storage,
  storageClass: facts.storageClass,
  nodePool: poolOf(spec, facts),
});

/** The shared way to the models: chart `model-gateway`. */
export const modelGatewayValues = (preset: PlatformPreset, facts: Pick<TenantFacts, 'dns' | 'exceptCidrs' | 'hasSharedPool'>, hubUrl: string, checksum: string): Values => ({
  hub: { baseUrl: hubUrl.replace(/\/+$/, '').replace(/\/v1$/, '') },
  existingSecret: SECRET_NAMES.modelGateway,
  keysSecret: SECRET_NAMES.modelGatewayKeys,
  secretChecksum: checksum,
  dns: facts.dns,
  egress: { exceptCidrs: facts.exceptCidrs },
  rate: {
    total: preset.modelGateway.ratePerSecond,
    burst: preset.modelGateway.burst,
    perTenant: preset.modelGateway.tenantRatePerSecond,
    perTenantBurst: preset.modelGateway.tenantBurst,
  },
  replicas: preset.modelGateway.replicas,
  resources: preset.modelGateway.resources,
  // It has the contract's token: never on nodes where one tenant's code runs alone.
  ...(facts.hasSharedPool ? { nodePool: SHARED_POOL } : {}),
});
