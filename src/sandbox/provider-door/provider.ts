import { CloudError } from '../cloud/cloud-error.js';
import type { SandboxCloud } from '../cloud/sandbox-cloud.js';
import type { CallAction } from '../faults/catalog.js';
import { passProviderFaults, providerCall, requireAnswer } from '../faults/provider-gate.js';
import { applyChange, readState } from './apply.js';
import { DATA_SOURCES } from './data-sources/index.js';
import type { DataSourceDefinition, ResourceDefinition } from './definition.js';
import { pathMessage, problemMessage, problemOf } from './diagnostics.js';
import type { Problem } from './diagnostics.js';
import { planChange } from './plan.js';
import { checkCredentials, PROVIDER } from './provider-config.js';
import { RESOURCES } from './resources/index.js';
import { conform } from './schema.js';
import { validateBlock } from './validate.js';
import { fromWire, toWire } from './values.js';
import type { DynamicValue, Values } from './values.js';
import { schemaMessage } from './wire-schema.js';

export interface ProviderContext {
  cloud: SandboxCloud;
  kubeconfig: (clusterId: string) => string;
}

/** The fields of the protocol's requests that we read. */
export interface Request {
  type_name: string;
  config?: DynamicValue;
  current_state?: DynamicValue;
  prior_state?: DynamicValue;
  planned_state?: DynamicValue;
  proposed_new_state?: DynamicValue;
  raw_state?: { json?: Uint8Array };
  id: string;
}

export type Handler = (request: Request) => Promise<object> | object;

const resourceOf = (request: Request): ResourceDefinition => {
  const definition = RESOURCES[request.type_name];
  if (definition === undefined) throw new Error(`the sandbox does not know the resource type ${request.type_name}`);
  return definition;
};

const dataSourceOf = (request: Request): DataSourceDefinition => {
  const definition = DATA_SOURCES[request.type_name];
  if (definition === undefined) throw new Error(`the sandbox does not know the data source ${request.type_name}`);
  return definition;
};

const valuesOf = (message: DynamicValue | undefined): Values => (fromWire(message) ?? {}) as Values;

const problems = (found: readonly Problem[]): { diagnostics: object[] } => ({ diagnostics: found.map(problemMessage) });

/** A handler whose defects and refusals become an error that terraform shows. */
const guarded =
  (doing: (request: Request) => string, handler: Handler): Handler =>
  async (request) => {
    try {
      return await handler(request);
    } catch (error) {
      return problems([problemOf(doing(request), error)]);
    }
  };

/**
 * The provider as one client of it sees it: the answers to the protocol's calls. It has no state of its own except whether this client
 * asked to stop.
 */
export const createProvider = ({ cloud, kubeconfig }: ProviderContext, stop: AbortController): Record<string, Handler> => {
  const passing = (request: Request, action: CallAction): Promise<void> => passProviderFaults(cloud.faults, cloud.clock, providerCall(request.type_name, action), stop.signal);
  const calls: Record<string, Handler> = {
    GetProviderSchema: () => ({
      provider: schemaMessage(0, PROVIDER),
      resource_schemas: Object.fromEntries(
        Object.entries(RESOURCES).map(([name, { version, schema }]) => [name, schemaMessage(version, schema)]),
      ),
      data_source_schemas: Object.fromEntries(Object.entries(DATA_SOURCES).map(([name, { schema }]) => [name, schemaMessage(0, schema)])),
      server_capabilities: {},
    }),

    ValidateProviderConfig: (request) => problems(validateBlock(PROVIDER, valuesOf(request.config))),

    ConfigureProvider: (request) => problems(checkCredentials(valuesOf(request.config))),

    ValidateResourceConfig(request) {
      const definition = resourceOf(request);
      const config = valuesOf(request.config);
      return problems([...validateBlock(definition.schema, config), ...(definition.validate?.(config) ?? [])]);
    },

    ValidateDataResourceConfig: (request) => problems(validateBlock(dataSourceOf(request).schema, valuesOf(request.config))),

    UpgradeResourceState(request) {
      const definition = resourceOf(request);
      const state = JSON.parse(Buffer.from(request.raw_state?.json ?? []).toString('utf8')) as Values;
      return { upgraded_state: toWire(conform(definition.schema, state)) };
    },

    async ReadResource(request) {
      const state = fromWire(request.current_state);
      if (state === null) return { new_state: toWire(null) };
      try {
        await passing(request, 'read');
      } catch (error) {
        // To the provider, what is not found is gone.
        if (error instanceof CloudError && error.httpStatus === 404) return { new_state: toWire(null) };
        throw error;
      }
      return { new_state: toWire(readState(resourceOf(request), state as Values, cloud)) };
    },

    PlanResourceChange(request) {
      const definition = resourceOf(request);
      const proposed = fromWire(request.proposed_new_state);
      if (proposed === null) return { planned_state: toWire(null) };
      const prior = fromWire(request.prior_state) as Values | null;
      const { schema, legacy } = definition;
      const { planned, replaces } = planChange({ schema, prior, proposed: proposed as Values, config: valuesOf(request.config), legacy });
      return {
        planned_state: toWire(conform(schema, planned)),
        requires_replace: replaces.map(pathMessage),
        legacy_type_system: legacy,
        ...problems(definition.checkPlan?.(prior, planned) ?? []),
      };
    },

    async ApplyResourceChange(request) {
      const definition = resourceOf(request);
      const [prior, planned] = [fromWire(request.prior_state), fromWire(request.planned_state)];
      const action = planned === null ? 'delete' : prior === null ? 'create' : 'update';
      const run = {
        cloud,
        signal: stop.signal,
        begin: () => passing(request, action),
        answered: () => requireAnswer(cloud.faults, providerCall(request.type_name, action), request.type_name.replace('ionoscloud_', '')),
      };
      const applied = await applyChange(definition, prior, planned, run);
      return { new_state: toWire(applied.state), legacy_type_system: definition.legacy, ...problems(applied.problems) };
    },

    async ImportResourceState(request) {
      await passing(request, 'read');
      const definition = resourceOf(request);
      const identity = conform(definition.schema, definition.import(request.id));
      const state = readState(definition, identity, cloud);
      if (state === null) throw new Error(`unable to find ${definition.noun} "${request.id}"`);
      return { imported_resources: [{ type_name: request.type_name, state: toWire(state) }] };
    },

    async ReadDataSource(request) {
      await passing(request, 'read');
      const definition = dataSourceOf(request);
      const config = valuesOf(request.config);
      return { state: toWire(conform(definition.schema, { ...config, ...definition.read(config, { cloud, kubeconfig }) })) };
    },

    GetFunctions: () => ({}),

    StopProvider() {
      stop.abort(new Error('terraform asked the provider to stop'));
      return {};
    },
  };

  const doing = (request: Request): string => `error while working on ${request.type_name || 'the provider'}`;
  return Object.fromEntries(Object.entries(calls).map(([name, handler]) => [name, guarded(doing, handler)]));
};
