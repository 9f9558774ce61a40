import { listReleases } from '../cluster/releases.js';
import { MODEL_HUB_URL } from '../ionos/models.js';
import { modelGatewayRelease } from '../tenant/resource-names.js';
import { cellOf, prefixOf, type Onboarding } from './onboarding.js';
import { openHelm } from './open-helm.js';

/**
 * Base URL of the model service: what the operator told, else the one that the model gateway uses already, for all tenants, else the AI
 * Model Hub. Who changes something else of a tenant does not have to repeat it. Read once in a run: the service that a token was tried
 * at is the one that gets it.
 */
export const modelsUrlOf = async (run: Onboarding): Promise<string> => (run.modelsUrl ??= run.input.modelsUrl ?? (await platformsModelsUrl(run)));

const platformsModelsUrl = async (run: Onboarding): Promise<string> => {
  if (!run.platform) return MODEL_HUB_URL;
  const { cluster, kubeconfig } = cellOf(run);
  const { release, namespace } = modelGatewayRelease;
  if (!(await listReleases(cluster, namespace)).some((each) => each.release === release)) return MODEL_HUB_URL;
  const { hub } = await openHelm(run.context, run.folder, run.tools, kubeconfig, prefixOf(run)).values(release, namespace);
  return (hub as { baseUrl?: string } | undefined)?.baseUrl ?? MODEL_HUB_URL;
};
