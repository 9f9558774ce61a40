import type { RunContext } from '../operations/context.js';
import { readLink } from '../operations/platform-link.js';
import { usesCloud } from '../tenant/address-source.js';
import { completePlatform } from '../tenant/platform-spec.js';
import { parsePrices } from '../tenant/prices.js';
import type { KnownContract, KnownPlatform, QuestionContext } from '../tenant/question-types.js';
import { isOfPlatform } from '../tenant/resource-names.js';
import { TENANT_PRESETS, type TenantSpec } from '../tenant/spec.js';
import type { Session } from './session.js';

/** What an account tells once it was reached. */
export interface Account {
  email: string | undefined;
  contract?: KnownContract;
  platforms: KnownPlatform[];
}

/** What a platform tells once it was opened. */
export interface Cell {
  known: Partial<KnownPlatform>;
  tenants: { name: string; spec: TenantSpec }[];
  hasModelToken: boolean;
  /** Base URL of the model service that its tenants use; undefined when it has none yet. */
  modelsUrl?: string;
}

const PLATFORM_PREFIX = 'ionos-tenants-';
export const NO_ACCOUNT: Account = { email: undefined, platforms: [] };
export const EMPTY_CELL: Cell = { known: {}, tenants: [], hasModelToken: false };

/** Asks once for each key, also where two want to know at the same time; a failure is not kept, so that the next answer tries again. */
export const remembering = <T>(): ((key: string, ask: () => Promise<T>) => Promise<T>) => {
  const known = new Map<string, Promise<T>>();
  return (key, ask) => {
    const asked = known.get(key) ?? ask();
    known.set(key, asked);
    asked.catch(() => known.delete(key));
    return asked;
  };
};

export const readAccount = async (context: RunContext): Promise<Account> => {
  const [{ openIonos }, { listClusters, readContract }, { contractRoom }] = await Promise.all([import('../operations/open-platform.js'), import('../ionos/reads.js'), import('../operations/contract-room.js')]);
  const api = openIonos(context);
  const contract = await readContract(api);
  const clusters = await listClusters(api);
  return {
    contract: { number: contract.contractNumber, room: contractRoom(contract), ipLimit: contract.limits.reservableIps },
    email: /^\S+@\S+$/.test(contract.owner) ? contract.owner : undefined,
    platforms: clusters
      .filter(({ name }) => name.startsWith(PLATFORM_PREFIX) && isOfPlatform(name))
      .map(({ name, location, k8sVersion }) => ({ name: name.slice(PLATFORM_PREFIX.length), location: location ?? `Kubernetes ${k8sVersion}` })),
  };
};

/** A cluster that this machine has adopted under this name; on a trial one no account is needed. */
export const adoptedPlatform = async (session: Session, name: string): Promise<{ known: KnownPlatform; isTrial: boolean } | undefined> => {
  const link = await readLink(session.paths, name);
  const isTrial = link !== undefined && !usesCloud(link.addresses);
  return link && { known: { name, location: 'adopted', isTrial }, isTrial };
};

/** Tenants, room and models of a platform. The preflight asks again and explains; here an unreachable platform only tells nothing. */
export const readCell = async (context: RunContext, name: string, headroomNodes: number): Promise<Cell> => {
  try {
    const { openForReading, readFleet } = await import('../operations/observe.js');
    const [{ readNodes, sharedNodes }, { readCapacity }, { capacityOf }, { modelTokenIsThere }, { platformsModelsUrl }] = await Promise.all([
      import('../cluster/facts.js'),
      import('../cluster/capacity.js'),
      import('../tenant/capacity.js'),
      import('../operations/tenant-secrets.js'),
      import('../operations/models-url.js'),
    ]);
    const { platform, folder } = await openForReading(context, name);
    try {
      const [fleet, nodes, hasModelToken, modelsUrl] = await Promise.all([readFleet(platform), readNodes(platform.cluster), modelTokenIsThere(platform.cluster), platformsModelsUrl(platform.cluster)]);
      const { location } = platform;
      const capacity = await readCapacity(platform.cluster, sharedNodes(nodes));
      return {
        known: { capacity: capacityOf(capacity, { headroomNodes }), ...(location ? { location } : {}) },
        tenants: fleet.map((record) => ({ name: record.name, spec: record.spec as TenantSpec })),
        hasModelToken,
        ...(modelsUrl === undefined ? {} : { modelsUrl }),
      };
    } finally {
      await folder.remove();
    }
  } catch (error) {
    context.interrupts.throwIfPressed();
    if (error instanceof Error) return EMPTY_CELL;
    throw error;
  }
};

/** Presets and prices, which questions show. */
export const loadFigures = async (session: Session): Promise<Pick<QuestionContext, 'tenantPresets' | 'newPlatformPreset' | 'prices'>> => {
  const { loadPlatformPreset, loadPrices, loadTenantPreset } = await import('../operations/presets.js');
  const presets = await Promise.all(TENANT_PRESETS.map(async (preset) => [preset, await loadTenantPreset(session.packageRoot, { preset, overrides: {} })] as const));
  return {
    tenantPresets: Object.fromEntries(presets) as QuestionContext['tenantPresets'],
    newPlatformPreset: await loadPlatformPreset(session.packageRoot, completePlatform({})),
    prices: parsePrices(await loadPrices(session.packageRoot), 'presets/prices.yaml'),
  };
};
