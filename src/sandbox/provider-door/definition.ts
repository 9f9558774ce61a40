import type { SandboxCloud } from '../cloud/sandbox-cloud.js';
import type { Problem } from './diagnostics.js';
import type { Block } from './schema.js';
import type { Values } from './values.js';

/** What an apply gets to work with. */
export interface Run {
  cloud: SandboxCloud;
  /** Aborted when terraform asks to stop, or is gone. */
  signal: AbortSignal;
  /** What stands before the request: waits, and refusals. */
  begin: () => Promise<void>;
  /** Throws where the answer to a creation is lost on its way. */
  answered: () => void;
}

export interface ResourceDefinition {
  /** As in error messages: `k8s cluster`. */
  noun: string;
  version: number;
  /** Made with Terraform's older SDK, for which terraform overlooks that defaults are planned that nobody configured. */
  legacy: boolean;
  schema: Block;
  /** What only the whole configuration shows to be wrong. */
  validate?(config: Values): Problem[];
  /** What is wrong with a change; `prior` is null on create. */
  checkPlan?(prior: Values | null, planned: Values): Problem[];
  /** Asks the cloud for the object and returns at once what is needed to find it again, as attributes; `finish` waits for the cloud. */
  create(planned: Values, run: Run): { found: Values; finish: () => Promise<void> };
  /** The object's attributes, or throws the API's 404. Called with what `create` found, the state, or an imported identity. */
  read(state: Values, cloud: SandboxCloud): Values;
  update(prior: Values, planned: Values, run: Run): Promise<void>;
  remove(prior: Values, run: Run): Promise<void>;
  /** The attributes that identify the object of an import; throws when the id has the wrong form. */
  import(id: string): Values;
}

export interface DataSourceDefinition {
  noun: string;
  schema: Block;
  read(config: Values, context: DataSourceContext): Values;
}

export interface DataSourceContext {
  cloud: SandboxCloud;
  /** The kubeconfig of a cluster, as YAML. */
  kubeconfig: (clusterId: string) => string;
}
