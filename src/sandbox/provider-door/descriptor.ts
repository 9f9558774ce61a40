/**
 * Terraform's provider protocol 6 (`tfplugin6`), written down as the messages and field numbers that we use. protobufjs takes it as JSON,
 * so that no .proto file has to travel with the package. A test compares it with the .proto in terraform-plugin-go.
 */

interface Field {
  id: number;
  type: string;
  rule?: 'repeated';
  keyType?: 'string';
}

interface Message {
  fields: Record<string, Field>;
  oneofs?: Record<string, { oneof: string[] }>;
  nested?: Record<string, Message | Enum>;
}

interface Enum {
  values: Record<string, number>;
}

/** A field as `<number> <type>`, `<number> repeated <type>` or `<number> map <type>` (keys are strings). */
const field = (text: string): Field => {
  const [id, ...words] = text.split(' ');
  const type = words.at(-1);
  if (type === undefined) throw new Error(`not a field: ${text}`);
  if (words[0] === 'repeated') return { id: Number(id), type, rule: 'repeated' };
  if (words[0] === 'map') return { id: Number(id), type, keyType: 'string' };
  return { id: Number(id), type };
};

const message = (fields: Record<string, string>, extra: Omit<Message, 'fields'> = {}): Message => ({
  fields: Object.fromEntries(Object.entries(fields).map(([name, text]) => [name, field(text)])),
  ...extra,
});

const call = (request: Record<string, string>, response: Record<string, string>, nested: Record<string, Message> = {}): Message =>
  message({}, { nested: { Request: message(request), Response: message(response), ...nested } });

const diagnostics = 'repeated Diagnostic';

const calls: Record<string, Message> = {
  GetProviderSchema: call(
    {},
    {
      provider: '1 Schema',
      resource_schemas: '2 map Schema',
      data_source_schemas: '3 map Schema',
      diagnostics: `4 ${diagnostics}`,
      server_capabilities: '6 ServerCapabilities',
    },
  ),
  ValidateProviderConfig: call({ config: '1 DynamicValue' }, { diagnostics: `2 ${diagnostics}` }),
  ValidateResourceConfig: call({ type_name: '1 string', config: '2 DynamicValue' }, { diagnostics: `1 ${diagnostics}` }),
  ValidateDataResourceConfig: call({ type_name: '1 string', config: '2 DynamicValue' }, { diagnostics: `1 ${diagnostics}` }),
  UpgradeResourceState: call(
    { type_name: '1 string', version: '2 int64', raw_state: '3 RawState' },
    { upgraded_state: '1 DynamicValue', diagnostics: `2 ${diagnostics}` },
  ),
  ConfigureProvider: call({ terraform_version: '1 string', config: '2 DynamicValue' }, { diagnostics: `1 ${diagnostics}` }),
  ReadResource: call(
    { type_name: '1 string', current_state: '2 DynamicValue', private: '3 bytes' },
    { new_state: '1 DynamicValue', diagnostics: `2 ${diagnostics}`, private: '3 bytes' },
  ),
  PlanResourceChange: call(
    {
      type_name: '1 string',
      prior_state: '2 DynamicValue',
      proposed_new_state: '3 DynamicValue',
      config: '4 DynamicValue',
      prior_private: '5 bytes',
    },
    {
      planned_state: '1 DynamicValue',
      requires_replace: '2 repeated AttributePath',
      planned_private: '3 bytes',
      diagnostics: `4 ${diagnostics}`,
      legacy_type_system: '5 bool',
    },
  ),
  ApplyResourceChange: call(
    {
      type_name: '1 string',
      prior_state: '2 DynamicValue',
      planned_state: '3 DynamicValue',
      config: '4 DynamicValue',
      planned_private: '5 bytes',
    },
    { new_state: '1 DynamicValue', private: '2 bytes', diagnostics: `3 ${diagnostics}`, legacy_type_system: '4 bool' },
  ),
  ImportResourceState: call(
    { type_name: '1 string', id: '2 string' },
    { imported_resources: '1 repeated ImportedResource', diagnostics: `2 ${diagnostics}` },
    { ImportedResource: message({ type_name: '1 string', state: '2 DynamicValue', private: '3 bytes' }) },
  ),
  ReadDataSource: call({ type_name: '1 string', config: '2 DynamicValue' }, { state: '1 DynamicValue', diagnostics: `2 ${diagnostics}` }),
  GetFunctions: call({}, { diagnostics: `2 ${diagnostics}` }),
  StopProvider: call({}, { Error: '1 string' }),
};

const service = {
  methods: Object.fromEntries(
    Object.keys(calls).map((name) => [name, { requestType: `${name}.Request`, responseType: `${name}.Response` }]),
  ),
};

/** The descriptor, in protobufjs' JSON form, for `protoLoader.fromJSON`. */
export const TFPLUGIN6 = {
  nested: {
    tfplugin6: {
      nested: {
        Provider: service,
        DynamicValue: message({ msgpack: '1 bytes', json: '2 bytes' }),
        Diagnostic: message(
          { severity: '1 Severity', summary: '2 string', detail: '3 string', attribute: '4 AttributePath' },
          { nested: { Severity: { values: { INVALID: 0, ERROR: 1, WARNING: 2 } } } },
        ),
        AttributePath: message(
          { steps: '1 repeated Step' },
          {
            nested: {
              Step: message(
                { attribute_name: '1 string', element_key_string: '2 string', element_key_int: '3 int64' },
                { oneofs: { selector: { oneof: ['attribute_name', 'element_key_string', 'element_key_int'] } } },
              ),
            },
          },
        ),
        RawState: message({ json: '1 bytes', flatmap: '2 map string' }),
        StringKind: { values: { PLAIN: 0, MARKDOWN: 1 } },
        Schema: message(
          { version: '1 int64', block: '2 Block' },
          {
            nested: {
              Block: message({
                version: '1 int64',
                attributes: '2 repeated Attribute',
                block_types: '3 repeated NestedBlock',
                description: '4 string',
                description_kind: '5 StringKind',
                deprecated: '6 bool',
              }),
              Attribute: message({
                name: '1 string',
                type: '2 bytes',
                nested_type: '10 Object',
                description: '3 string',
                required: '4 bool',
                optional: '5 bool',
                computed: '6 bool',
                sensitive: '7 bool',
                description_kind: '8 StringKind',
                deprecated: '9 bool',
              }),
              NestedBlock: message(
                { type_name: '1 string', block: '2 Block', nesting: '3 NestingMode', min_items: '4 int64', max_items: '5 int64' },
                { nested: { NestingMode: { values: { INVALID: 0, SINGLE: 1, LIST: 2, SET: 3, MAP: 4, GROUP: 5 } } } },
              ),
              Object: message(
                { attributes: '1 repeated Attribute', nesting: '3 NestingMode' },
                { nested: { NestingMode: { values: { INVALID: 0, SINGLE: 1, LIST: 2, SET: 3, MAP: 4 } } } },
              ),
            },
          },
        ),
        ServerCapabilities: message({ plan_destroy: '1 bool', get_provider_schema_optional: '2 bool', move_resource_state: '3 bool' }),
        ...calls,
      },
    },
  },
};
