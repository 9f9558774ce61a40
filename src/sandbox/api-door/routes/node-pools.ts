import { notFound } from '../../cloud/cloud-error.js';
import type { NodePoolInput } from '../../cloud/node-pools.js';
import type { NodePoolLan } from '../../cloud/types.js';
import { answers, param } from '../answers.js';
import type { CloudRoutesOptions } from '../answers.js';
import { propertyFields, sent } from '../body.js';
import type { Fields } from '../body.js';
import type { Call, Route } from '../router.js';
import type { Shown } from '../representation.js';
import { showNode, showNodePool } from '../shown.js';
import { maintenanceWindowOf } from './maintenance-window.js';

const lanOf = (lan: Fields): NodePoolLan => ({
  id: lan.required('id', lan.integer('id')),
  dhcp: lan.flag('dhcp') ?? true,
  routes: (lan.objects('routes') ?? []).map((route) => ({
    network: route.required('network', route.text('network')),
    gatewayIp: route.required('gatewayIp', route.text('gatewayIp')),
  })),
});

/** An empty object, which the real provider sends where nothing is configured, says nothing. */
const rangeOf = (fields: Fields): NodePoolInput['autoScaling'] => {
  const range = fields.object('autoScaling');
  const [least, most] = [range?.integer('minNodeCount'), range?.integer('maxNodeCount')];
  if (range == null || (least == null && most == null)) return undefined;
  return { minNodeCount: range.required('minNodeCount', least), maxNodeCount: range.required('maxNodeCount', most) };
};

/** The properties that were sent. A PUT of the real provider sends node count, version and what has changed. */
const patchOf = (fields: Fields): Partial<NodePoolInput> =>
  sent({
    name: fields.text('name') ?? undefined,
    datacenterId: fields.text('datacenterId') ?? undefined,
    nodeCount: fields.integer('nodeCount') ?? undefined,
    cpuFamily: fields.text('cpuFamily'),
    serverType: fields.text('serverType') ?? undefined,
    coresCount: fields.integer('coresCount') ?? undefined,
    ramSize: fields.integer('ramSize') ?? undefined,
    availabilityZone: fields.text('availabilityZone') ?? undefined,
    storageType: fields.text('storageType') ?? undefined,
    storageSize: fields.integer('storageSize') ?? undefined,
    k8sVersion: fields.text('k8sVersion'),
    maintenanceWindow: maintenanceWindowOf(fields),
    autoScaling: rangeOf(fields),
    lans: fields.objects('lans')?.map(lanOf),
    labels: fields.textMap('labels') ?? undefined,
    annotations: fields.textMap('annotations') ?? undefined,
    publicIps: fields.texts('publicIps') ?? undefined,
  });

const inputOf = (fields: Fields): NodePoolInput => {
  const patch = patchOf(fields);
  return {
    ...patch,
    name: fields.required('name', patch.name),
    datacenterId: fields.required('datacenterId', patch.datacenterId),
    nodeCount: fields.required('nodeCount', patch.nodeCount),
    coresCount: fields.required('coresCount', patch.coresCount),
    ramSize: fields.required('ramSize', patch.ramSize),
    availabilityZone: fields.required('availabilityZone', patch.availabilityZone),
    storageType: fields.required('storageType', patch.storageType),
    storageSize: fields.required('storageSize', patch.storageSize),
  };
};

export const nodePoolRoutes = (options: CloudRoutesOptions): Record<string, Route> => {
  const { cloud } = options;
  const { one, many, accepted } = answers(options);
  const ids = (call: Call): [string, string] => [param(call, 'cluster'), param(call, 'pool')];
  const node = (call: Call): Shown => {
    const pool = cloud.nodePools.get(...ids(call));
    const found = pool.nodes.find(({ id }) => id === param(call, 'node'));
    if (found === undefined) throw notFound();
    return showNode(found, pool);
  };
  return {
    'GET /k8s/:cluster/nodepools': many((call) => cloud.nodePools.list(param(call, 'cluster')).map(showNodePool)),
    'POST /k8s/:cluster/nodepools': (call) =>
      accepted(call, showNodePool(cloud.nodePools.create(param(call, 'cluster'), inputOf(propertyFields(call))))),
    'GET /k8s/:cluster/nodepools/:pool': one((call) => showNodePool(cloud.nodePools.get(...ids(call)))),
    'PUT /k8s/:cluster/nodepools/:pool': (call) =>
      accepted(call, showNodePool(cloud.nodePools.update(...ids(call), patchOf(propertyFields(call))))),
    'DELETE /k8s/:cluster/nodepools/:pool': (call) => {
      cloud.nodePools.delete(...ids(call));
      return accepted(call, undefined);
    },
    'GET /k8s/:cluster/nodepools/:pool/nodes': many((call) => {
      const pool = cloud.nodePools.get(...ids(call));
      return pool.nodes.map((entry) => showNode(entry, pool));
    }),
    'GET /k8s/:cluster/nodepools/:pool/nodes/:node': one(node),
  };
};
