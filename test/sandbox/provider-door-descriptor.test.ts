import { execFileSync } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import protobuf from 'protobufjs';
import { describe, expect, it } from 'vitest';
import { TFPLUGIN6 } from '../../src/sandbox/provider-door/descriptor.js';

/** The version of the protocol's definition that the descriptor is compared with. */
const MODULE = 'github.com/hashicorp/terraform-plugin-go@v0.26.0';

const publishedProto = async (): Promise<protobuf.Namespace> => {
  const { Dir } = JSON.parse(execFileSync('go', ['mod', 'download', '-json', MODULE], { cwd: tmpdir(), encoding: 'utf8' })) as {
    Dir: string;
  };
  const text = await readFile(join(Dir, 'tfprotov6/internal/tfplugin6/tfplugin6.proto'), 'utf8');
  return protobuf.parse(text, { keepCase: true }).root.lookup('tfplugin6') as protobuf.Namespace;
};

interface Named {
  path: string;
  facts: unknown;
}

/** Everything a namespace defines, one line each, so that the lists of two namespaces can be compared. */
const factsOf = (namespace: protobuf.NamespaceBase, path = ''): Named[] =>
  namespace.nestedArray.flatMap((entry) => {
    const here = `${path}${entry.name}`;
    if (entry instanceof protobuf.Enum)
      return Object.entries(entry.values).map(([name, value]) => ({ path: `${here}.${name}`, facts: value }));
    if (entry instanceof protobuf.Service) {
      return entry.methodsArray.map((method) => ({ path: `${here}.${method.name}`, facts: [method.requestType, method.responseType] }));
    }
    if (!(entry instanceof protobuf.Type)) return [];
    const fields = entry.fieldsArray.map((field) => ({
      path: `${here}.${field.name}`,
      facts: { id: field.id, type: field.type, repeated: field.repeated, map: field.map, oneof: field.partOf?.name ?? null },
    }));
    return [...fields, ...factsOf(entry, `${here}.`)];
  });

describe('the descriptor of the provider protocol', () => {
  it('says of every message, field and call what the published .proto says', async () => {
    const published = new Map(factsOf(await publishedProto()).map(({ path, facts }) => [path, facts]));
    const own = factsOf(protobuf.Root.fromJSON(TFPLUGIN6 as protobuf.INamespace).lookup('tfplugin6') as protobuf.Namespace);
    expect(own.length).toBeGreaterThan(80);
    for (const { path, facts } of own) expect({ path, facts: published.get(path) }).toEqual({ path, facts });
  });
});
