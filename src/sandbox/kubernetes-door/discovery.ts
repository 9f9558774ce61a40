import { createHash } from 'node:crypto';

import { apiVersionOf, groups } from './kinds.js';
import type { KindInfo } from './kinds.js';
import type { Loose } from './objects.js';

const VERBS = ['create', 'delete', 'deletecollection', 'get', 'list', 'patch', 'update', 'watch'];
const AGGREGATED = /application\/json;(?=[^,]*g=apidiscovery\.k8s\.io)(?=[^,]*v=(v2|v2beta1))(?=[^,]*as=APIGroupDiscoveryList)/;

/** `/version`. */
export const versionInfo = (version: string): Loose => {
  const gitVersion = version.startsWith('v') ? version : `v${version}`;
  const [major = '1', minor = '34'] = gitVersion.slice(1).split('.');
  return {
    major,
    minor,
    gitVersion,
    gitCommit: 'sandbox',
    gitTreeState: 'clean',
    buildDate: '2026-01-01T00:00:00Z',
    goVersion: 'sandbox',
    compiler: 'sandbox',
    platform: 'linux/amd64',
  };
};

const partOf = (info: KindInfo, part: string): { kind: string; group: string; version: string; verbs: string[] } => {
  switch (part) {
    case 'scale':
      return { kind: 'Scale', group: 'autoscaling', version: 'v1', verbs: ['get', 'patch', 'update'] };
    case 'eviction':
      return { kind: 'Eviction', group: 'policy', version: 'v1', verbs: ['create'] };
    case 'log':
      return { kind: info.kind, group: info.group, version: info.version, verbs: ['get'] };
    default:
      return { kind: info.kind, group: info.group, version: info.version, verbs: part === 'finalize' ? ['update'] : ['get', 'patch', 'update'] };
  }
};

const verbsOf = (info: KindInfo): string[] => (info.review ? ['create'] : VERBS);

/** `/api/v1` and `/apis/<group>/<version>`: the resources of one group, in the old format. */
export const resourceList = (group: string, version: string): Loose | undefined => {
  const found = groups().find((candidate) => candidate.group === group && candidate.version === version);
  if (!found) return undefined;
  return {
    kind: 'APIResourceList',
    ...(group === '' ? {} : { apiVersion: 'v1' }),
    groupVersion: apiVersionOf(found),
    resources: found.kinds.flatMap((info) => [
      {
        name: info.plural,
        singularName: info.singular,
        namespaced: info.namespaced,
        kind: info.kind,
        verbs: verbsOf(info),
        ...(info.shortNames.length > 0 ? { shortNames: info.shortNames } : {}),
        ...(info.categories.length > 0 ? { categories: info.categories } : {}),
        storageVersionHash: createHash('sha256').update(`${group}/${info.kind}`).digest('base64').slice(0, 11),
      },
      ...info.subresources.map((part) => ({ name: `${info.plural}/${part}`, singularName: '', namespaced: info.namespaced, ...partOf(info, part) })),
    ]),
  };
};

const aggregatedResource = (info: KindInfo): Loose => ({
  resource: info.plural,
  responseKind: { group: info.group, version: info.version, kind: info.kind },
  scope: info.namespaced ? 'Namespaced' : 'Cluster',
  singularResource: info.singular,
  verbs: verbsOf(info),
  ...(info.shortNames.length > 0 ? { shortNames: info.shortNames } : {}),
  ...(info.categories.length > 0 ? { categories: info.categories } : {}),
  ...(info.subresources.length > 0 ?
    {
      subresources: info.subresources.map((part) => {
        const { kind, group, version, verbs } = partOf(info, part);
        return { subresource: part, responseKind: { group, version, kind }, verbs };
      }),
    }
  : {}),
});

const aggregated = (legacy: boolean, version: string): Loose => ({
  kind: 'APIGroupDiscoveryList',
  apiVersion: `apidiscovery.k8s.io/${version}`,
  metadata: {},
  items: groups()
    .filter(({ group }) => (group === '') === legacy)
    .map(({ group, version: groupVersion, kinds }) => ({
      metadata: { ...(group === '' ? {} : { name: group }), creationTimestamp: null },
      versions: [{ version: groupVersion, resources: kinds.map(aggregatedResource), freshness: 'Current' }],
    })),
});

/** `/api` and `/apis`, aggregated if the client accepts that. Returns the body with its content type. */
export const discoveryRoot = (root: 'api' | 'apis', accept: string, host: string): { body: Loose; type: string } => {
  const wanted = AGGREGATED.exec(accept)?.[1];
  if (wanted) {
    return { body: aggregated(root === 'api', wanted), type: `application/json;g=apidiscovery.k8s.io;v=${wanted};as=APIGroupDiscoveryList` };
  }
  const body =
    root === 'api' ?
      { kind: 'APIVersions', versions: ['v1'], serverAddressByClientCIDRs: [{ clientCIDR: '0.0.0.0/0', serverAddress: host }] }
    : {
        kind: 'APIGroupList',
        apiVersion: 'v1',
        groups: groups().filter(({ group }) => group !== '').map(({ group }) => apiGroup(group)),
      };
  return { body, type: 'application/json' };
};

/** `/apis/<group>`. */
export const apiGroup = (name: string): Loose | undefined => {
  const found = groups().filter(({ group }) => group === name && name !== '');
  const versions = found.map((entry) => ({ groupVersion: apiVersionOf(entry), version: entry.version }));
  return versions[0] && { kind: 'APIGroup', apiVersion: 'v1', name, versions, preferredVersion: versions[0] };
};
