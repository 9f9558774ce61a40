import { parse } from 'yaml';
import { refused } from '../../cloud/cloud-error.js';
import type { ClusterInput } from '../../cloud/clusters.js';
import { answers, param } from '../answers.js';
import type { CloudRoutesOptions } from '../answers.js';
import { propertyFields, sent } from '../body.js';
import type { Fields } from '../body.js';
import type { Call, Reply, Route } from '../router.js';
import { showCluster } from '../shown.js';
import { maintenanceWindowOf } from './maintenance-window.js';

/** The properties that were sent. A PUT of the real provider sends the name and what has changed. */
const patchOf = (fields: Fields): Partial<ClusterInput> =>
  sent({
    name: fields.text('name') ?? undefined,
    k8sVersion: fields.text('k8sVersion'),
    maintenanceWindow: maintenanceWindowOf(fields),
    public: fields.flag('public') ?? undefined,
    location: fields.text('location'),
    natGatewayIp: fields.text('natGatewayIp'),
    nodeSubnet: fields.text('nodeSubnet'),
    apiSubnetAllowList: fields.texts('apiSubnetAllowList') ?? undefined,
    s3Buckets: fields.objects('s3Buckets')?.map((bucket) => ({ name: bucket.required('name', bucket.text('name')) })),
  });

export const clusterRoutes = (options: CloudRoutesOptions): Record<string, Route> => {
  const { cloud, kubeconfig } = options;
  const { one, many, accepted } = answers(options);
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
    'GET /k8s': many(() => cloud.clusters.list().map((cluster) => showCluster(cluster, cloud))),
    'POST /k8s': (call) => {
      const fields = propertyFields(call);
      const patch = patchOf(fields);
      return accepted(call, showCluster(cloud.clusters.create({ ...patch, name: fields.required('name', patch.name) }), cloud));
    },
    'GET /k8s/:cluster': one((call) => showCluster(cloud.clusters.get(param(call, 'cluster')), cloud)),
    'PUT /k8s/:cluster': (call) =>
      accepted(call, showCluster(cloud.clusters.update(param(call, 'cluster'), patchOf(propertyFields(call))), cloud)),
    'DELETE /k8s/:cluster': (call) => {
      cloud.clusters.delete(param(call, 'cluster'));
      return accepted(call, undefined);
    },
    'GET /k8s/:cluster/kubeconfig': kubeconfigOf,
  };
};
