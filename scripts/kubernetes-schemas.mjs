#!/usr/bin/env node
// Makes strict JSON Schemas of Kubernetes' own objects, one file a kind, from the OpenAPI document in the k8s.io/kubernetes
// Go module, into the cache, once per version. Prints the folder. Names are those that kubeconform looks for:
//   kubeconform -strict -schema-location '<folder>/{{.ResourceKind}}{{.KindSuffix}}.json'
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cached } from './cache.mjs';

/** The newest version that the tests' control plane is built from as well. */
const VERSION = process.argv[2] ?? '1.34.4';

const cache = cached('kubernetes-schemas');

/** Types that are written in more than one way, which the document does not say. */
const SCALARS = {
  'io.k8s.apimachinery.pkg.api.resource.Quantity': { type: ['string', 'number'] },
  'io.k8s.apimachinery.pkg.util.intstr.IntOrString': { type: ['string', 'integer'] },
};

/** A definition with everything it refers to inside it, refusing fields that it does not name. */
const resolve = (definitions, schema, open = []) => {
  if (schema.$ref) {
    const name = schema.$ref.replace('#/definitions/', '');
    if (SCALARS[name]) return SCALARS[name];
    // A type that contains itself (schemas of custom resources) is not followed twice.
    if (open.includes(name)) return {};
    return resolve(definitions, definitions[name], [...open, name]);
  }
  const { type, enum: values, required } = schema;
  const resolved = { ...(type && { type }), ...(values && { enum: values }), ...(required && { required }) };
  if (schema.items) resolved.items = resolve(definitions, schema.items, open);
  if (schema.properties) {
    resolved.properties = Object.fromEntries(Object.entries(schema.properties).map(([key, value]) => [key, resolve(definitions, value, open)]));
    resolved.additionalProperties = false;
  } else if (schema.additionalProperties) {
    resolved.additionalProperties = resolve(definitions, schema.additionalProperties, open);
  }
  return resolved;
};

const folder = join(cache, VERSION);
if (!existsSync(folder)) {
  // Outside any module, so that no go.mod nearby matters.
  const download = execFileSync('go', ['mod', 'download', '-json', `k8s.io/kubernetes@v${VERSION}`], {
    cwd: tmpdir(),
    encoding: 'utf8',
    env: { ...process.env, GOFLAGS: '-mod=mod' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const { definitions } = JSON.parse(readFileSync(join(JSON.parse(download).Dir, 'api', 'openapi-spec', 'swagger.json'), 'utf8'));
  mkdirSync(cache, { recursive: true });
  const work = mkdtempSync(join(cache, 'making-'));
  for (const [name, definition] of Object.entries(definitions)) {
    for (const { group, version, kind } of definition['x-kubernetes-group-version-kind'] ?? []) {
      const schema = resolve(definitions, definition, [name]);
      if (!schema.properties?.apiVersion) continue;
      schema.required = [...new Set([...(schema.required ?? []), 'apiVersion', 'kind'])];
      const suffix = [...(group ? [group.split('.')[0]] : []), version].join('-');
      writeFileSync(join(work, `${kind}-${suffix}.json`.toLowerCase()), JSON.stringify(schema));
    }
  }
  try {
    renameSync(work, folder);
  } catch (error) {
    // Another process was quicker; its folder is the same.
    rmSync(work, { recursive: true, force: true });
    if (!existsSync(folder)) throw error;
  }
}
console.log(folder);
