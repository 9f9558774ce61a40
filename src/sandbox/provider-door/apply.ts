import { CloudError } from '../cloud/cloud-error.js';
import type { SandboxCloud } from '../cloud/sandbox-cloud.js';
import type { ResourceDefinition, Run } from './definition.js';
import { problemOf } from './diagnostics.js';
import type { Problem } from './diagnostics.js';
import { conform } from './schema.js';
import { knownOnly } from './values.js';
import type { Value, Values } from './values.js';

export interface Applied {
  /** The object as it is now: null when there is none. With problems it is what terraform has to remember nevertheless. */
  state: Values | null;
  problems: Problem[];
}

const nameOf = (values: Values): string | undefined => {
  const name = values['name'] ?? values['bucket'];
  return typeof name === 'string' ? name : undefined;
};

const stopped = (doing: string, values: Values): Problem => ({
  summary: `${doing}: interrupted. The cloud goes on with it, terraform no longer waits`,
  ...(nameOf(values) === undefined ? {} : { detail: `Resource Name: ${nameOf(values) ?? ''}` }),
});

const failed = (doing: string, error: unknown, values: Values, signal: AbortSignal): Problem =>
  signal.aborted && error === signal.reason ? stopped(doing, values) : problemOf(doing, error, nameOf(values));

/** The object as the cloud has it now, on top of what only terraform knows of it. Null when it is gone. */
export const readState = (definition: ResourceDefinition, state: Values, cloud: SandboxCloud): Values | null => {
  try {
    return conform(definition.schema, { ...state, ...definition.read(state, cloud) });
  } catch (error) {
    if (error instanceof CloudError && error.httpStatus === 404) return null;
    throw error;
  }
};

const create = async (definition: ResourceDefinition, planned: Values, run: Run): Promise<Applied> => {
  const doing = `error creating ${definition.noun}`;
  const input = knownOnly(planned) as Values;
  let found: Values | undefined;
  try {
    await run.begin();
    const creation = definition.create(input, run);
    run.answered();
    found = { ...input, ...creation.found };
    await creation.finish();
    const state = readState(definition, found, run.cloud);
    if (state === null) {
      const reason = run.cloud.failureOf(String(found['id']));
      return { state: null, problems: [{ summary: `${doing}: ${reason === undefined ? 'it is gone again' : `Request failed with following error: ${reason}`}` }] };
    }
    const deployed = deploymentProblem(definition, state, run.cloud);
    return { state, problems: deployed };
  } catch (error) {
    // What the cloud has begun must not be lost: terraform remembers it as tainted.
    const state = found === undefined ? null : readState(definition, found, run.cloud);
    return { state, problems: [failed(doing, error, planned, run.signal)] };
  }
};

const update = async (definition: ResourceDefinition, prior: Values, planned: Values, run: Run): Promise<Applied> => {
  const input = knownOnly(planned) as Values;
  try {
    await run.begin();
    await definition.update(prior, input, run);
    return { state: readState(definition, input, run.cloud), problems: [] };
  } catch (error) {
    return {
      state: readState(definition, prior, run.cloud),
      problems: [failed(`error updating ${definition.noun}`, error, planned, run.signal)],
    };
  }
};

const remove = async (definition: ResourceDefinition, prior: Values, run: Run): Promise<Applied> => {
  try {
    await run.begin();
    await definition.remove(prior, run);
    return { state: null, problems: [] };
  } catch (error) {
    if (error instanceof CloudError && error.httpStatus === 404) return { state: null, problems: [] };
    return {
      state: readState(definition, prior, run.cloud),
      problems: [failed(`error deleting ${definition.noun}`, error, prior, run.signal)],
    };
  }
};

const deploymentProblem = (definition: ResourceDefinition, state: Values, cloud: SandboxCloud): Problem[] => {
  const id = state['id'];
  if (typeof id !== 'string') return [];
  const failure = cloud.failureOf(id);
  return failure === undefined ? [] : [{ summary: `error while checking if ${definition.noun} is ready ${id}, state ${failure}` }];
};

/** Carries out one planned change: create without `prior`, delete without `planned`, else update. Never throws for what the cloud refuses. */
export const applyChange = (definition: ResourceDefinition, prior: Value, planned: Value, run: Run): Promise<Applied> => {
  if (planned === null) return remove(definition, prior as Values, run);
  return prior === null ? create(definition, planned as Values, run) : update(definition, prior as Values, planned as Values, run);
};
