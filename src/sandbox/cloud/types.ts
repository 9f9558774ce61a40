/**
 * The shapes of everything in the sandbox's cloud, as plain JSON. Properties are named and measured as in the Cloud API v6
 * (RAM in MB, storage in GB), so that the HTTP door hands them out as they are.
 */

export type ComputeState = 'AVAILABLE' | 'BUSY' | 'INACTIVE';
export type KubernetesState = 'DEPLOYING' | 'ACTIVE' | 'UPDATING' | 'DESTROYING' | 'FAILED' | 'FAILED_UPDATING' | 'FAILED_DESTROYING';
export type NodeState = 'PROVISIONING' | 'READY' | 'TERMINATING';

export interface Metadata<State extends string> {
  etag: string;
  createdDate: string;
  createdBy: string;
  createdByUserId: string;
  lastModifiedDate: string;
  lastModifiedBy: string;
  lastModifiedByUserId: string;
  state: State;
}

/** A change that the cloud is still working on: one step of `ms` milliseconds after another until it is ready or gone. */
export interface Pending {
  ms: number;
  then: 'ready' | 'gone' | 'failed';
  /** Ids of the requests that are over with it, oldest first. The ledger fills it in. */
  requests?: string[];
}

/** What is changed by a request that can be followed. Clusters and node pools say themselves how far they are. */
export type RequestedKind = 'datacenters' | 'lans' | 'ipBlocks' | 'groups' | 'shares';

/** What somebody asked of the cloud, as `GET /requests` remembers it. */
export interface RequestRecord {
  id: string;
  createdDate: string;
  method: 'POST' | 'PATCH' | 'DELETE';
  /** The resource that it changes: a kind, its id, and its key in `CloudState[kind]`. */
  target: { kind: RequestedKind; id: string; key: string };
  /** Why it failed, when it did. */
  failure?: string;
}

interface Stored<Type extends string, State extends string, Properties> {
  id: string;
  type: Type;
  metadata: Metadata<State>;
  properties: Properties;
  pending?: Pending;
}

export interface CpuArchitecture {
  cpuFamily: string;
  maxCores: number;
  maxRam: number;
  vendor: string;
}

export type Datacenter = Stored<
  'datacenter',
  ComputeState,
  {
    name: string;
    description: string | null;
    location: string;
    version: number;
    features: string[];
    secAuthProtection: boolean;
    cpuArchitecture: CpuArchitecture[];
    ipv6CidrBlock: string;
  }
>;

export type Lan = Stored<
  'lan',
  ComputeState,
  {
    name: string | null;
    public: boolean;
    pcc: string | null;
    ipFailover: { ip: string; nicUuid: string }[];
    ipv4CidrBlock: string;
    ipv6CidrBlock: string | null;
  }
> & { datacenterId: string };

/** Who uses an address of a reserved block: a node, or a load balancer Service that a node holds the address for. */
export interface IpConsumer {
  ip: string;
  mac: string;
  nicId: string;
  serverId: string;
  serverName: string;
  datacenterId: string;
  datacenterName: string;
  k8sNodePoolUuid: string;
  k8sClusterUuid: string;
}

export type IpBlock = Stored<
  'ipblock',
  ComputeState,
  {
    name: string | null;
    location: string;
    size: number;
    ips: string[];
    ipConsumers: IpConsumer[];
  }
> & {
  /** Which Service claimed which address: `cluster/namespace/service`. The API does not show it. */
  services: Record<string, string>;
  /** Reserved by a cluster for a Service that named no address; goes with the Service. */
  dynamic?: true;
};

export interface MaintenanceWindow {
  dayOfTheWeek: string;
  time: string;
}

export type Cluster = Stored<
  'k8s',
  KubernetesState,
  {
    name: string;
    k8sVersion: string;
    maintenanceWindow: MaintenanceWindow;
    public: boolean;
    location: string | null;
    natGatewayIp: string | null;
    nodeSubnet: string | null;
    apiSubnetAllowList: string[];
    s3Buckets: { name: string }[];
    availableUpgradeVersions: string[];
    viableNodePoolVersions: string[];
  }
>;

export interface NodePoolLan {
  id: number;
  dhcp: boolean;
  routes: { network: string; gatewayIp: string }[];
}

export interface Node {
  id: string;
  type: 'node';
  metadata: { etag: string; createdDate: string; lastModifiedDate: string; lastSoftwareUpdatedDate: string; state: NodeState };
  properties: { name: string; publicIP: string; k8sVersion: string };
}

export type NodePool = Stored<
  'nodepool',
  KubernetesState,
  {
    name: string;
    datacenterId: string;
    nodeCount: number;
    cpuFamily: string | null;
    serverType: string;
    coresCount: number;
    ramSize: number;
    availabilityZone: string;
    storageType: string;
    storageSize: number;
    k8sVersion: string;
    maintenanceWindow: MaintenanceWindow;
    autoScaling: { minNodeCount: number; maxNodeCount: number };
    lans: NodePoolLan[];
    labels: Record<string, string>;
    annotations: Record<string, string>;
    publicIps: string[];
    availableUpgradeVersions: string[];
  }
> & { clusterId: string; nodes: Node[] };

export type Group = Stored<'group', ComputeState, { name: string; privileges: Record<string, boolean> }> & { userIds: string[] };

export type Share = Stored<'resource', ComputeState, { editPrivilege: boolean; sharePrivilege: boolean }> & {
  groupId: string;
  resourceId: string;
};

export type User = Stored<
  'user',
  ComputeState,
  {
    firstname: string;
    lastname: string;
    email: string;
    administrator: boolean;
    forceSecAuth: boolean;
    secAuthActive: boolean;
    active: boolean;
  }
>;

export interface LifecycleRule {
  id: string;
  status: string;
  prefix: string | null;
  filter: { prefix: string | null } | null;
  expiration: { days: number | null; date: string | null; expiredObjectDeleteMarker: boolean | null } | null;
  noncurrentVersionExpiration: { noncurrentDays: number | null } | null;
  abortIncompleteMultipartUpload: { daysAfterInitiation: number | null } | null;
}

export interface PublicAccessBlock {
  blockPublicAcls: boolean;
  blockPublicPolicy: boolean;
  ignorePublicAcls: boolean;
  restrictPublicBuckets: boolean;
}

/** A bucket of the object storage; `id` is its name. */
export type Bucket = Stored<
  'bucket',
  ComputeState,
  {
    region: string;
    objectLock: boolean;
    tags: Record<string, string>;
    objects: number;
    versioning: { status: string; mfaDelete: string } | null;
    encryption: string[] | null;
    lifecycle: LifecycleRule[] | null;
    publicAccessBlock: PublicAccessBlock | null;
  }
>;

export interface ResourceLimits {
  coresPerServer: number;
  coresPerContract: number;
  /** MB. */
  ramPerServer: number;
  ramPerContract: number;
  /** MB. */
  hddLimitPerVolume: number;
  hddLimitPerContract: number;
  ssdLimitPerVolume: number;
  ssdLimitPerContract: number;
  reservableIps: number;
  k8sClusterLimitTotal: number;
  nlbLimitTotal: number;
  natGatewayLimitTotal: number;
}

export interface Contract {
  contractNumber: number;
  owner: string;
  status: string;
  regDomain: string;
  limits: ResourceLimits;
}

/** Everything there is, by kind and id. LANs are keyed `<datacenter>/<lan>`, shares `<group>/<resource>`, because their ids repeat. */
export interface CloudState {
  version: 1;
  contract: Contract;
  datacenters: Record<string, Datacenter>;
  lans: Record<string, Lan>;
  ipBlocks: Record<string, IpBlock>;
  clusters: Record<string, Cluster>;
  nodePools: Record<string, NodePool>;
  groups: Record<string, Group>;
  shares: Record<string, Share>;
  users: Record<string, User>;
  buckets: Record<string, Bucket>;
  /** Oldest first. */
  requests: RequestRecord[];
}

export type Kind = Exclude<keyof CloudState, 'version' | 'contract' | 'requests'>;
export type Resource<K extends Kind = Kind> = CloudState[K][string];

export interface CloudChange {
  kind: Kind;
  /** Key of the resource in `CloudState[kind]`. */
  key: string;
  event: 'created' | 'changed' | 'deleted';
}
