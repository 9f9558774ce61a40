import { parse } from 'yaml';
import { DEFAULT_K8S_VERSION, K8S_VERSIONS, LOCATIONS } from '../cloud/catalog.js';
import { notFound, refused } from '../cloud/cloud-error.js';
import type { SandboxCloud } from '../cloud/sandbox-cloud.js';
import { depthOf, showCollection, showResource } from './representation.js';
import type { Shown } from './representation.js';
import type { Call, Reply, Route } from './router.js';
import {
  showCluster,
  showContract,
  showDatacenter,
  showGroup,
  showIpBlock,
  showLan,
  showLocation,
  showNode,
  showNodePool,
  showShare,
  showUser,
} from './shown.js';

/** Where the Cloud API lies below the host. */
export const CLOUD_API = '/cloudapi/v6';

export interface CloudRoutesOptions {
  cloud: SandboxCloud;
  /** The door's own address, without a final slash. */
  url: () => string;
  /** The kubeconfig of a cluster, as YAML. */
  kubeconfig: (clusterId: string) => string;
}

const param = (call: Call, name: string): string => call.params[name] ?? '';

/** The reads of Cloud API v6, keyed by method and path below the API's root. */
export const cloudRoutes = ({ cloud, url, kubeconfig }: CloudRoutesOptions): Record<string, Route> => {
  const view = ({ query }: Call) => ({ base: `${url()}${CLOUD_API}`, query });
  const one =
    (find: (call: Call) => Shown): Route =>
    (call): Reply => ({ status: 200, body: showResource(find(call), depthOf(call.query), view(call)) });
  const many =
    (find: (call: Call) => Shown[]): Route =>
    (call): Reply => ({ status: 200, body: showCollection(call.path, find(call), view(call)) });

  const locationsOf = (region: string): Shown[] => {
    const found = LOCATIONS.filter(({ id }) => id.startsWith(`${region}/`));
    if (found.length === 0) throw notFound();
    return found.map(showLocation);
  };
  const location = (id: string): Shown => {
    const found = LOCATIONS.find((candidate) => candidate.id === id);
    if (found === undefined) throw notFound();
    return showLocation(found);
  };
  const node = (call: Call): Shown => {
    const pool = cloud.nodePools.get(param(call, 'cluster'), param(call, 'pool'));
    const found = pool.nodes.find(({ id }) => id === param(call, 'node'));
    if (found === undefined) throw notFound();
    return showNode(found, pool);
  };
  const kubeconfigOf = (call: Call): Reply => {
    const { id, metadata } = cloud.clusters.get(param(call, 'cluster'));
    if (metadata.state === 'DEPLOYING' || metadata.state === 'FAILED') {
      throw refused(`Kubeconfig cannot be had until Cluster state is ACTIVE. Current state: ${metadata.state}`);
    }
    const yaml = kubeconfig(id);
    if (call.headers.accept === 'application/json') return { status: 200, body: parse(yaml) };
    return { status: 200, body: yaml, contentType: 'application/yaml' };
  };

  return {
    'GET /': (call) => ({ status: 200, body: { href: view(call).base, name: 'CLOUD API', version: '6.0' } }),
    'GET /contracts': many(() => [showContract(cloud)]),
    'GET /locations': many(() => LOCATIONS.map(showLocation)),
    'GET /locations/:region': many((call) => locationsOf(param(call, 'region'))),
    'GET /locations/:region/:city': one((call) => location(`${param(call, 'region')}/${param(call, 'city')}`)),
    'GET /locations/:region/:city/:part': one((call) => location(`${param(call, 'region')}/${param(call, 'city')}/${param(call, 'part')}`)),
    'GET /k8s/versions': () => ({ status: 200, body: [...K8S_VERSIONS].reverse() }),
    'GET /k8s/versions/default': () => ({ status: 200, body: JSON.stringify(DEFAULT_K8S_VERSION), contentType: 'application/json' }),
    'GET /k8s': many(() => cloud.clusters.list().map((cluster) => showCluster(cluster, cloud))),
    'GET /k8s/:cluster': one((call) => showCluster(cloud.clusters.get(param(call, 'cluster')), cloud)),
    'GET /k8s/:cluster/kubeconfig': kubeconfigOf,
    'GET /k8s/:cluster/nodepools': many((call) => cloud.nodePools.list(param(call, 'cluster')).map(showNodePool)),
    'GET /k8s/:cluster/nodepools/:pool': one((call) => showNodePool(cloud.nodePools.get(param(call, 'cluster'), param(call, 'pool')))),
    'GET /k8s/:cluster/nodepools/:pool/nodes': many((call) => {
      const pool = cloud.nodePools.get(param(call, 'cluster'), param(call, 'pool'));
      return pool.nodes.map((entry) => showNode(entry, pool));
    }),
    'GET /k8s/:cluster/nodepools/:pool/nodes/:node': one(node),
    'GET /datacenters': many(() => cloud.datacenters.list().map((datacenter) => showDatacenter(datacenter, cloud))),
    'GET /datacenters/:datacenter': one((call) => showDatacenter(cloud.datacenters.get(param(call, 'datacenter')), cloud)),
    'GET /datacenters/:datacenter/lans': many((call) => cloud.lans.list(cloud.datacenters.get(param(call, 'datacenter')).id).map(showLan)),
    'GET /datacenters/:datacenter/lans/:lan': one((call) => showLan(cloud.lans.get(param(call, 'datacenter'), param(call, 'lan')))),
    'GET /ipblocks': many(() => cloud.ipBlocks.list().map(showIpBlock)),
    'GET /ipblocks/:block': one((call) => showIpBlock(cloud.ipBlocks.get(param(call, 'block')))),
    'GET /um/users': many(() => cloud.identity.users().map(showUser)),
    'GET /um/users/:user': one((call) => showUser(cloud.identity.user(param(call, 'user')))),
    'GET /um/groups': many(() => cloud.identity.groups().map((group) => showGroup(group, cloud))),
    'GET /um/groups/:group': one((call) => showGroup(cloud.identity.group(param(call, 'group')), cloud)),
    'GET /um/groups/:group/shares': many((call) => cloud.identity.shares(param(call, 'group')).map(showShare)),
  };
};
