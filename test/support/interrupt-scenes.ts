import { listReleases } from '../../src/cluster/releases.js';
import { heldStateLock } from '../../src/cluster/state-lock.js';
import type { EngineEvent } from '../../src/engine/events.js';
import { modelGatewayRelease, releaseNames } from '../../src/tenant/resource-names.js';
import { clusterOf, cloudOf, newOperator, type Operator } from './cli.js';
import { eventIs, undisturbed, WITHOUT_TOOL, WITH_TOOL, type Moment, type Point, type Scene, type Way } from './interruption.js';

const create = (name: string): string[] => ['create', name, '--yes', '--sandbox', '--json'];
const escaped = (text: string): RegExp => new RegExp(`^${text.replaceAll(/[.[\]"/]/g, '\\$&')}$`);

/** A machine on which this command has succeeded, after what `from` has; its sandbox rests. */
const machineAfter = async (args: string[], from?: Operator): Promise<Operator> => {
  const operator = await newOperator(from ? { from } : {});
  const { result } = await operator.run(args);
  if (!result.ok) throw new Error(`${args.join(' ')} failed: ${JSON.stringify(result.error)}`);
  await operator.halt();
  return operator;
};

/** A platform on which another tenant lives; each point begins with a copy of it. */
export const platformWithNeighbour = (): Promise<Operator> => machineAfter(create('globex'));

/** The same, with the tenant there as well. */
export const platformWithTenant = (from: Operator): Promise<Operator> => machineAfter(create('acme'), from);

export interface Played {
  scene: Scene;
  /** Of the undisturbed run. */
  events: EngineEvent[];
}

const play = async (scene: Omit<Scene, 'expected'>): Promise<Played> => {
  const { events, endState } = await undisturbed(scene);
  return { scene: { ...scene, expected: endState }, events };
};

const ANSWERS = { tenant: { http: { wordpress: 200, openwebui: 200 } } };

/** `create` on that platform. */
export const onPlatform = (from: Operator): Promise<Played> => play({ from, args: create('acme'), others: ['globex'], succeeds: ANSWERS });
/** `create` on a machine on which nothing is: it makes the platform first. */
export const onNothing = (): Promise<Played> => play({ args: create('acme'), others: [], succeeds: ANSWERS });
/** `update` of the tenant to another size. */
export const updating = (from: Operator): Promise<Played> => play({ from, args: ['update', 'acme', '--preset', 'medium', '--yes', '--sandbox', '--json'], others: ['globex'], succeeds: ANSWERS });
const moving = (isolation: string): string[] => ['update', 'acme', '--isolation', isolation, '--yes', '--sandbox', '--json'];
/** `update` of the tenant from the shared nodes to nodes of its own. */
export const movingToOwn = (from: Operator): Promise<Played> => play({ from, args: moving('node-pool'), others: ['globex'], succeeds: ANSWERS });
/** And back, from a machine on which it has them. */
export const movingBack = (from: Operator): Promise<Played> => play({ from, args: moving('namespace'), others: ['globex'], succeeds: ANSWERS });
/** That machine. */
export const platformWithOwnNodes = (from: Operator): Promise<Operator> => machineAfter(moving('node-pool'), from);
/** `delete` of the tenant. */
export const deleting = (from: Operator): Promise<Played> => play({ from, args: ['delete', 'acme', '--yes', '--sandbox', '--json'], others: ['globex'], succeeds: {} });

/** Every beginning and end of a task in a run, once. */
export const momentsOf = (events: EngineEvent[]): Moment[] => {
  const names = new Set(events.flatMap((event) => (event.type === 'task' && (event.state === 'started' || event.state === 'done') ? [`${event.task} ${event.state}`] : [])));
  return [...names].map((name) => {
    const [task = '', state = ''] = name.split(' ');
    return { name, event: eventIs(escaped(task), state) };
  });
};

const lockIsHeld = async (operator: Operator): Promise<boolean> => (await heldStateLock(await clusterOf(operator), 'acme')) !== undefined;
const addressIsMade = async (operator: Operator): Promise<boolean> => JSON.stringify(await cloudOf(operator)).includes('ionos-tenants-main-acme');
/** Whether the cloud has something of this name in one of its lists: data centres with their LANs, IP blocks, clusters with their node pools. */
const cloudHas = (list: 0 | 1 | 2, name: string) => async (operator: Operator): Promise<boolean> => JSON.stringify(((await cloudOf(operator)) as unknown[])[list]).includes(`"name":"${name}"`);
const releaseIsPending = (namespace: string, release: string) => async (operator: Operator): Promise<boolean> => {
  const newest = (await listReleases(await clusterOf(operator), namespace)).find((each) => each.release === release);
  return newest?.status.startsWith('pending-') === true;
};

/** Moments at which terraform works on the tenant's stack. */
export const TERRAFORM_AT_WORK: Moment[] = [
  { name: 'terraform init', tool: 'init' },
  { name: 'terraform plan', tool: 'plan' },
  { name: 'terraform plan, which holds the lock', tool: 'plan', seen: lockIsHeld, mends: /gave back the lock/ },
  { name: 'terraform apply, which holds the lock', tool: 'apply', seen: lockIsHeld, mends: /gave back the lock/ },
  { name: 'terraform apply, which has made the address', tool: 'apply', seen: addressIsMade, mends: /ionoscloud_ipblock.*taken over/ },
  { name: 'terraform output', tool: 'output' },
];

/** Moments at which terraform makes the platform, each when the cloud has begun with an object that the state does not know yet. */
export const PLATFORM_AT_WORK: Moment[] = [
  { name: 'terraform, which has made the data centre', tool: 'apply', seen: cloudHas(0, 'ionos-tenants-main'), mends: /taken over/ },
  { name: 'terraform, which has made an address of a node', tool: 'apply', seen: cloudHas(1, 'ionos-tenants-main-shared.0'), mends: /taken over/ },
  { name: 'terraform, which has made the network', tool: 'apply', seen: cloudHas(0, 'nodes'), mends: /taken over/ },
  { name: 'terraform, which has made the cluster', tool: 'apply', seen: cloudHas(2, 'ionos-tenants-main'), mends: /taken over/ },
  { name: 'terraform, which has made the node pool', tool: 'apply', seen: cloudHas(2, 'ionos-tenants-main-shared'), mends: /taken over/ },
];

/** Moments at which terraform makes nodes of the tenant's own. */
export const OWN_NODES_AT_WORK: Moment[] = [
  { name: 'terraform, which has made an address of an own node', tool: 'apply', seen: cloudHas(1, 'ionos-tenants-main-acme.0'), mends: /taken over/ },
  { name: 'terraform, which has made the own node pool', tool: 'apply', seen: cloudHas(2, 'ionos-tenants-main-acme'), mends: /taken over/ },
];

const without = (has: (operator: Operator) => Promise<boolean>) => async (operator: Operator): Promise<boolean> => !(await has(operator));
/** Moments at which it removes them. */
export const LEAVING_AT_WORK: Moment[] = [
  { name: 'terraform, which removes own nodes', tool: 'apply', seen: lockIsHeld, mends: /gave back the lock/ },
  { name: 'terraform, which has removed the own node pool', tool: 'apply', seen: without(cloudHas(2, 'ionos-tenants-main-acme')), mends: /gave back the lock/ },
];

const RELEASES = [releaseNames('acme').guardRails, modelGatewayRelease, releaseNames('acme').wordpress, releaseNames('acme').openwebui, releaseNames('acme').gateway];

/** Moments at which helm works: as soon as it has begun, and when it has noted a release as pending. */
export const HELM_AT_WORK: Moment[] = RELEASES.flatMap(({ namespace, release }) => [
  { name: `helm on ${release}`, tool: `${namespace}.${release}` },
  { name: `helm on ${release}, which is pending`, tool: `${namespace}.${release}`, seen: releaseIsPending(namespace, release), mends: /pending-install; repaired|pending-upgrade; repaired/ },
]);

/** Moments at which something is removed. */
export const REMOVAL_AT_WORK: Moment[] = [
  ...[releaseNames('acme').gateway, releaseNames('acme').wordpress, releaseNames('acme').guardRails].map(({ namespace, release }) => ({ name: `helm, which uninstalls ${release}`, tool: `${namespace}.${release}.uninstall` })),
  { name: 'terraform init', tool: 'init' },
  { name: 'terraform plan, which holds the lock', tool: 'plan', seen: lockIsHeld },
  { name: 'terraform, which destroys', tool: 'apply', seen: lockIsHeld },
];

/** Pairs each moment with the next `count` ways, so that all ways are used about as often. */
export const rotate = (moments: Moment[], ways: readonly Way[], count: number, speed: number): Point[] =>
  moments.flatMap((moment, index) => Array.from({ length: count }, (_, each) => ({ moment, way: ways[(index * count + each) % ways.length] as Way, speed })));

export const every = (moments: Moment[], ways: readonly Way[], speed: number): Point[] => moments.flatMap((moment) => ways.map((way) => ({ moment, way, speed })));

export const title = ({ moment, way }: Point): string => `${way} at ${moment.name}`;

export { WITHOUT_TOOL, WITH_TOOL };
