import { parse } from 'yaml';
import type { DataSourceContext, DataSourceDefinition } from '../definition.js';
import { clusterValues } from '../resources/k8s-cluster.js';
import { block, computed, list, map, object, optionalComputed, timeouts } from '../schema.js';
import type { Type } from '../schema.js';
import type { Value, Values } from '../values.js';
import { findOne } from './find.js';

const configType: Type = list(
  object({
    api_version: 'string',
    clusters: list(object({ cluster: map('string'), name: 'string' })),
    contexts: list(object({ context: map('string'), name: 'string' })),
    current_context: 'string',
    kind: 'string',
    users: list(object({ name: 'string', user: map('string') })),
  }),
);

interface Named<Name extends string> {
  items: ({ name: string } & Record<Name, Record<string, unknown>>)[];
}

interface Kubeconfig {
  apiVersion?: string;
  kind?: string;
  'current-context'?: string;
  clusters?: Named<'cluster'>['items'];
  contexts?: Named<'context'>['items'];
  users?: Named<'user'>['items'];
}

const strings = (entries: Record<string, unknown>): Values =>
  Object.fromEntries(Object.entries(entries).map(([key, value]) => [key, String(value)]));

const accessValues = (yaml: string): Values => {
  const config = parse(yaml) as Kubeconfig;
  const cluster = config.clusters?.[0]?.cluster;
  const tokens: [string, Value][] = (config.users ?? []).flatMap(({ name, user }) =>
    user['token'] === undefined ? [] : [[name, String(user['token'])]],
  );
  return {
    kube_config: yaml,
    server: cluster?.['server'] === undefined ? null : String(cluster['server']),
    ca_crt:
      cluster?.['certificate-authority-data'] === undefined
        ? null
        : Buffer.from(String(cluster['certificate-authority-data']), 'base64').toString('utf8'),
    user_tokens: Object.fromEntries(tokens),
    config: [
      {
        api_version: config.apiVersion ?? null,
        kind: config.kind ?? null,
        current_context: config['current-context'] ?? null,
        clusters: (config.clusters ?? []).map((entry) => ({ name: entry.name, cluster: strings(entry.cluster) })),
        contexts: (config.contexts ?? []).map((entry) => ({ name: entry.name, context: strings(entry.context) })),
        users: (config.users ?? []).map((entry) => ({ name: entry.name, user: strings(entry.user) })),
      },
    ],
  };
};

export const k8sCluster: DataSourceDefinition = {
  noun: 'k8s cluster',
  schema: block(
    {
      api_subnet_allow_list: computed(list('string')),
      available_upgrade_versions: computed(list('string')),
      ca_crt: computed('string', { sensitive: true }),
      config: computed(configType, { sensitive: true }),
      id: optionalComputed('string'),
      k8s_version: computed('string'),
      kube_config: computed('string'),
      location: optionalComputed('string'),
      maintenance_window: computed(list(object({ day_of_the_week: 'string', time: 'string' }))),
      name: optionalComputed('string'),
      nat_gateway_ip: computed('string'),
      node_pools: computed(list('string')),
      node_subnet: computed('string'),
      public: computed('bool'),
      s3_buckets: computed(list(object({ name: 'string' }))),
      server: computed('string', { sensitive: true }),
      state: computed('string'),
      user_tokens: computed(map('string'), { sensitive: true }),
      viable_node_pool_versions: computed(list('string')),
    },
    { timeouts: timeouts('create', 'default', 'delete', 'update') },
  ),
  read(config, { cloud, kubeconfig }: DataSourceContext) {
    const cluster = findOne('cluster', config, cloud.clusters.list(), (id) => cloud.clusters.get(id));
    return {
      ...clusterValues(cluster),
      available_upgrade_versions: cluster.properties.availableUpgradeVersions,
      node_pools: cloud.nodePools.list(cluster.id).map(({ id }) => id),
      state: cluster.metadata.state,
      ...(cluster.metadata.state === 'DEPLOYING' ? {} : accessValues(kubeconfig(cluster.id))),
    };
  },
};
