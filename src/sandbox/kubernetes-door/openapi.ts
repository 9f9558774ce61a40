import { createHash } from 'node:crypto';

import { apiVersionOf, groups } from './kinds.js';
import type { KindInfo } from './kinds.js';
import type { Loose } from './objects.js';

const pathOf = (group: string, version: string): string => (group === '' ? `api/${version}` : `apis/${group}/${version}`);

/** `/openapi/v3`: where each group's document is. Clients cache by the hash. */
export const openApiIndex = (): Loose => ({
  paths: Object.fromEntries(
    groups().map(({ group, version }) => {
      const path = pathOf(group, version);
      const hash = createHash('sha256').update(JSON.stringify(openApiDocument(path))).digest('hex').slice(0, 32).toUpperCase();
      return [path, { serverRelativeURL: `/openapi/v3/${path}?hash=${hash}` }];
    }),
  ),
});

const schemaName = (info: KindInfo): string => `io.k8s.api.${info.group === '' ? 'core' : info.group.split('.')[0]}.${info.version}.${info.kind}`;

const parameter = (name: string, type = 'string'): Loose => ({ name, in: 'query', schema: { type, uniqueItems: true } });

/**
 * The document of one group. It has what clients look for and no more: which kinds there are, that the server
 * understands `dryRun` and `fieldValidation`, and that objects may hold anything. A client that wants merge keys
 * falls back to those that it was built with, because strategic merge is not among the listed patch formats.
 */
export const openApiDocument = (path: string): Loose | undefined => {
  const found = groups().find(({ group, version }) => pathOf(group, version) === path);
  if (!found) return undefined;
  const paths: Loose = {};
  const schemas: Loose = {};
  for (const info of found.kinds) {
    const gvk = { group: info.group, version: info.version, kind: info.kind };
    const reference = { $ref: `#/components/schemas/${schemaName(info)}` };
    const content = { 'application/json': { schema: reference } };
    const collection = `/${path}${info.namespaced ? '/namespaces/{namespace}' : ''}/${info.plural}`;
    const writeParameters = ['dryRun', 'fieldManager', 'fieldValidation'].map((name) => parameter(name));
    const operation = (action: string, extra: Loose): Loose => ({
      operationId: `${action}${info.group}${info.version}${info.kind}`,
      'x-kubernetes-action': action,
      'x-kubernetes-group-version-kind': gvk,
      responses: { 200: { description: 'OK', content } },
      ...extra,
    });
    paths[collection] = {
      get: operation('list', {}),
      post: operation('post', { parameters: writeParameters, requestBody: { content } }),
    };
    paths[`${collection}/{name}`] = {
      get: operation('get', {}),
      put: operation('put', { parameters: writeParameters, requestBody: { content } }),
      patch: operation('patch', {
        parameters: [...writeParameters, parameter('force', 'boolean')],
        requestBody: { content: { 'application/apply-patch+yaml': { schema: {} }, 'application/json-patch+json': { schema: {} }, 'application/merge-patch+json': { schema: {} } } },
      }),
      delete: operation('delete', { parameters: [parameter('dryRun')] }),
    };
    schemas[schemaName(info)] = {
      type: 'object',
      description: `${info.kind} as the sandbox stores it: without a schema.`,
      'x-kubernetes-preserve-unknown-fields': true,
      'x-kubernetes-group-version-kind': [gvk],
      properties: { apiVersion: { type: 'string' }, kind: { type: 'string' }, metadata: { type: 'object' } },
    };
  }
  return {
    openapi: '3.0.0',
    info: { title: `IONOS tenants sandbox: ${apiVersionOf(found)}`, version: 'unversioned' },
    paths,
    components: { schemas },
  };
};
