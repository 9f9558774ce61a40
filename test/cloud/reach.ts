import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { connect, type Cluster } from '../../src/cluster/client.js';
import { connectIonos, type IonosApi } from '../../src/ionos/client.js';
import { listClusters, readKubeconfig } from '../../src/ionos/reads.js';
import { clusterName } from '../../src/tenant/resource-names.js';

/** The account, or the sandbox that the commands use. */
export const reachCloud = async (env: NodeJS.ProcessEnv, state: string, rehearsal: boolean): Promise<IonosApi> => {
  if (!rehearsal) return connectIonos({ kind: 'token', token: env['IONOS_TOKEN'] ?? '' }, { apiUrl: env['IONOS_API_URL'], contractNumber: env['IONOS_CONTRACT_NUMBER'] });
  const { apiUrl } = JSON.parse(await readFile(join(state, 'sandbox/process.json'), 'utf8')) as { apiUrl: string };
  return connectIonos({ kind: 'token', token: 'sandbox-token' }, { apiUrl });
};

/** The platform's cluster; undefined while it has none that can be asked. */
export const reachCluster = async (api: IonosApi, platform: string): Promise<{ cluster: Cluster; id: string } | undefined> => {
  const found = (await listClusters(api)).find(({ name, state }) => name === clusterName(platform) && state === 'ACTIVE');
  return found && { cluster: connect(await readKubeconfig(api, found.id)), id: found.id };
};
