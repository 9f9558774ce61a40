import type { Contract, CpuArchitecture, MaintenanceWindow, ResourceLimits, User } from './types.js';

/** Milliseconds of sandbox time at speed 1. A real cluster takes minutes and a real pool up to half an hour; a demo cannot. */
export const DURATIONS = {
  datacenter: 2000,
  lan: 1000,
  ipBlock: 1000,
  cluster: 8000,
  nodePool: 12_000,
  identity: 500,
  bucket: 700,
  update: 1500,
  remove: 1000,
} as const;

/** The token that the sandbox takes. It is public by design: it opens nothing but the sandbox. */
export const SANDBOX_TOKEN = 'sandbox-token';
/** What the sandbox takes instead of the token, by Basic authentication. As public as the token. */
export const SANDBOX_USERNAME = 'owner@sandbox.example';
export const SANDBOX_PASSWORD = 'sandbox-password';
/** The token that the sandbox's model hub takes. */
export const SANDBOX_MODEL_TOKEN = 'sandbox-model-token';

export interface Location {
  id: string;
  name: string;
  features: string[];
  metroRegion: string;
  imageAliases: string[];
  cpuArchitecture: CpuArchitecture[];
}

const xeon: CpuArchitecture = { cpuFamily: 'INTEL_XEON', maxCores: 51, maxRam: 262_144, vendor: 'GenuineIntel' };
const icelake: CpuArchitecture = { cpuFamily: 'INTEL_ICELAKE', maxCores: 62, maxRam: 245_760, vendor: 'GenuineIntel' };
const milan: CpuArchitecture = { cpuFamily: 'AMD_MILAN', maxCores: 60, maxRam: 245_760, vendor: 'AuthenticAMD' };

const location = (id: string, name: string, cpuArchitecture: CpuArchitecture[]): Location => ({
  id,
  name,
  features: ['SSD', 'SSD_STORAGE_ZONING', 'CONTRACT_IDENTITY_PROVIDER'],
  metroRegion: id.split('/').slice(0, 2).join('/'),
  imageAliases: ['debian:latest', 'ubuntu:latest'],
  cpuArchitecture,
});

/** The locations that IONOS' documentation names. */
export const LOCATIONS: readonly Location[] = [
  location('de/fra', 'frankfurt', [xeon, icelake]),
  location('de/fra/2', 'frankfurt-2', [milan]),
  location('de/txl', 'berlin', [xeon, icelake, milan]),
  location('gb/lhr', 'london', [xeon]),
  location('gb/bhx', 'worcester', [icelake]),
  location('es/vit', 'logrono', [icelake]),
  location('fr/par', 'paris', [icelake]),
  location('us/las', 'lasvegas', [xeon]),
  location('us/ewr', 'newark', [xeon]),
  location('us/mci', 'lenexa', [milan]),
];

/** Oldest first. 1.35.6 was seen on a real cluster; the others stand for the two releases before it. */
export const K8S_VERSIONS: readonly string[] = ['1.33.8', '1.34.4', '1.35.6'];
export const DEFAULT_K8S_VERSION = '1.34.4';

/** Ids that the AI Model Hub was seen to offer. */
export const MODEL_IDS: readonly string[] = [
  'openai/gpt-oss-120b',
  'meta-llama/Llama-3.3-70B-Instruct',
  'meta-llama/Meta-Llama-3.1-405B-Instruct-FP8',
  'meta-llama/Meta-Llama-3.1-8B-Instruct',
  'mistralai/Mistral-Small-24B-Instruct',
  'mistralai/Mistral-Nemo-Instruct-2407',
  'BAAI/bge-m3',
  'BAAI/bge-large-en-v1.5',
  'black-forest-labs/FLUX.1-schnell',
];

export const DEFAULT_MAINTENANCE_WINDOW: MaintenanceWindow = { dayOfTheWeek: 'Sunday', time: '03:30:00Z' };

/** Roomy enough for a fleet in the demo; tests make it tight. */
export const DEFAULT_LIMITS: ResourceLimits = {
  coresPerServer: 62,
  coresPerContract: 200,
  ramPerServer: 245_760,
  ramPerContract: 819_200,
  hddLimitPerVolume: 4_194_304,
  hddLimitPerContract: 41_943_040,
  ssdLimitPerVolume: 4_194_304,
  ssdLimitPerContract: 20_971_520,
  reservableIps: 64,
  k8sClusterLimitTotal: 10,
  nlbLimitTotal: 5,
  natGatewayLimitTotal: 5,
};

export const OWNER: Pick<User, 'id'> & { properties: User['properties'] } = {
  id: '5a9db0c5-0000-4000-8000-000000000001',
  properties: {
    firstname: 'Sandbox',
    lastname: 'Owner',
    email: SANDBOX_USERNAME,
    administrator: true,
    forceSecAuth: false,
    secAuthActive: false,
    active: true,
  },
};

export const contractOf = (limits: Partial<ResourceLimits> = {}): Contract => ({
  contractNumber: 31_000_001,
  owner: OWNER.properties.email,
  status: 'BILLABLE',
  regDomain: 'sandbox.example',
  limits: { ...DEFAULT_LIMITS, ...limits },
});
