import type { Cluster } from '../cluster/client.js';
import { releaseValues } from '../cluster/releases.js';
import { MODEL_HUB_URL } from '../ionos/models.js';
import { modelGatewayRelease } from '../tenant/resource-names.js';
import { cellOf, type Onboarding } from './onboarding.js';

/** Base URL of the model service that a platform's model gateway uses already, for all tenants; undefined when it has none yet. */
export const platformsModelsUrl = async (cluster: Cluster): Promise<string | undefined> => {
  const values = await releaseValues(cluster, modelGatewayRelease.namespace, modelGatewayRelease.release);
  return (values?.['hub'] as { baseUrl?: string } | undefined)?.baseUrl;
};

/**
 * Base URL of the model service: what the operator told, else the one that the platform has, else the AI Model Hub. Who changes something
 * else of a tenant does not have to repeat it. Read once in a run: the service that a token was tried at is the one that gets it.
 */
export const modelsUrlOf = async (run: Onboarding): Promise<string> =>
  (run.modelsUrl ??= run.input.modelsUrl ?? (run.platform && (await platformsModelsUrl(cellOf(run).cluster))) ?? MODEL_HUB_URL);
