import { SandboxClock } from '../clock.js';
import { Addresses } from './addresses.js';
import { Buckets } from './buckets.js';
import { contractOf, OWNER } from './catalog.js';
import { Clusters } from './clusters.js';
import { ContractBook } from './contract.js';
import { Datacenters } from './datacenters.js';
import type { FaultBook } from '../faults/book.js';
import { Identity } from './identity.js';
import { IpBlocks } from './ip-blocks.js';
import { Lans } from './lans.js';
import { Ledger } from './ledger.js';
import { NodePools } from './node-pools.js';
import { Requests } from './requests.js';
import type { CloudChange, CloudState, Kind, ResourceLimits } from './types.js';

export interface SandboxCloudOptions {
  /** Defaults to a clock at speed 1. */
  clock?: SandboxClock;
  /** Contract limits that differ from the defaults. */
  limits?: Partial<ResourceLimits>;
  /** What goes wrong; nothing, unless told. */
  faults?: FaultBook;
}

const emptyState = (clock: SandboxClock, limits: Partial<ResourceLimits> | undefined): CloudState => {
  const at = clock.now();
  const by = { createdBy: OWNER.properties.email, createdByUserId: OWNER.id };
  const metadata = {
    etag: '0',
    createdDate: at,
    ...by,
    lastModifiedDate: at,
    lastModifiedBy: by.createdBy,
    lastModifiedByUserId: OWNER.id,
  };
  return {
    version: 1,
    contract: contractOf(limits),
    datacenters: {},
    lans: {},
    ipBlocks: {},
    clusters: {},
    nodePools: {},
    groups: {},
    shares: {},
    users: {
      [OWNER.id]: { id: OWNER.id, type: 'user', metadata: { ...metadata, state: 'AVAILABLE' }, properties: { ...OWNER.properties } },
    },
    buckets: {},
    requests: [],
  };
};

/**
 * One IONOS Cloud in memory: what it holds, the rules it keeps, the time it takes. The doors in front of it (HTTP, terraform's provider
 * protocol) hold no rules of their own. Operations answer at once with a resource that is BUSY or DEPLOYING, as the API does, or throw
 * `CloudError`; `settled` waits for the cloud to finish.
 */
export class SandboxCloud {
  readonly clock: SandboxClock;
  readonly contract: ContractBook;
  readonly datacenters: Datacenters;
  readonly lans: Lans;
  readonly ipBlocks: IpBlocks;
  readonly clusters: Clusters;
  readonly nodePools: NodePools;
  readonly identity: Identity;
  readonly buckets: Buckets;
  readonly requests: Requests;
  /** What a cluster's load balancer controller sees of the cloud: the AddressPool of the Kubernetes door. */
  readonly addresses: Addresses;
  readonly faults: FaultBook;
  readonly #ledger: Ledger;

  constructor(options: SandboxCloudOptions = {}) {
    this.clock = options.clock ?? new SandboxClock();
    const ledger = new Ledger(emptyState(this.clock, options.limits), this.clock, options.faults);
    this.#ledger = ledger;
    this.faults = ledger.faults;
    this.contract = new ContractBook(ledger);
    this.datacenters = new Datacenters(ledger);
    this.lans = new Lans(ledger);
    this.ipBlocks = new IpBlocks(ledger, this.contract);
    this.clusters = new Clusters(ledger, this.contract);
    this.nodePools = new NodePools(ledger, this.contract);
    this.identity = new Identity(ledger);
    this.buckets = new Buckets(ledger);
    this.requests = new Requests(ledger);
    this.addresses = new Addresses(ledger, this.ipBlocks);
  }

  /** Resolves when the cloud has stopped working on a resource; rejects with the signal's reason when aborted. The cloud goes on regardless. */
  settled(kind: Kind, key: string, signal?: AbortSignal): Promise<void> {
    return this.#ledger.settled(kind, key, signal);
  }

  /** Why an object did not become what was asked for: the state of a cluster or node pool (FAILED), the reason of a request that failed. */
  failureOf(id: string): string | undefined {
    const state = (this.#ledger.find('clusters', id) ?? this.#ledger.find('nodePools', id))?.metadata.state;
    return state?.startsWith('FAILED') === true ? state : this.#ledger.state.requests.findLast(({ target }) => target.id === id)?.failure;
  }

  /** Calls the listener after every change. Returns the function that stops it. */
  onChange(listener: (change: CloudChange) => void): () => void {
    return this.#ledger.onChange(listener);
  }

  /** Everything, as plain JSON. Transitions that are under way are part of it. */
  snapshot(): CloudState {
    return structuredClone(this.#ledger.state);
  }

  /** Replaces everything with a snapshot and continues its transitions. Throws when the snapshot is of another version. */
  restore(snapshot: CloudState): void {
    if (snapshot.version !== 1) throw new Error(`cannot restore a sandbox cloud of version ${String(snapshot.version)}`);
    this.#ledger.restore(snapshot);
  }

  /** Stops the clock's work. A snapshot taken before or after can be restored later. */
  close(): void {
    this.#ledger.stop();
  }
}
