import { readKubeContext, type KubeContext } from '../cluster/kubeconfig.js';
import { readPlatformRecord } from '../cluster/platform-record.js';
import { InstallerError } from '../engine/errors.js';
import { listClusters, secretsOf } from '../ionos/reads.js';
import type { RunContext, RunFolder } from './context.js';
import { findPlatform, openIonos, openPlatform, reach, readManaged, type OpenPlatform } from './open-platform.js';
import { readLink, type PlatformLink } from './platform-link.js';

/** Puts the context's kubeconfig into the run's folder and connects. */
export const connectContext = async (context: RunContext, folder: RunFolder, found: KubeContext): Promise<Pick<OpenPlatform, 'cluster' | 'kubeconfig'>> => {
  for (const secret of secretsOf(found.text)) context.redactor.register(secret);
  return { cluster: reach(context, found.text), kubeconfig: await folder.writeSecretFile('kubeconfig', found.text) };
};

/** Opens an adopted platform. Throws InstallerError `platform-not-adopted` when the cluster behind the kubeconfig is not this platform. */
export const openAdopted = async (context: RunContext, folder: RunFolder, name: string, link: PlatformLink): Promise<OpenPlatform> => {
  const { cluster, kubeconfig } = await connectContext(context, folder, await readKubeContext(link.kubeconfig, link.context));
  const record = await readPlatformRecord(cluster);
  if (record?.name !== name) {
    throw new InstallerError({
      code: 'platform-not-adopted',
      what: `the cluster at ${cluster.server} is not the platform ${name}`,
      why: record ? `it is the platform ${record.name}` : 'it does not say that it was adopted; perhaps it was made anew',
      next: [`Adopt it again: ${context.command(`platform adopt --kubeconfig ${link.kubeconfig} --platform ${name}`)}`],
    });
  }
  const { addresses, location, clusterId } = record;
  const managed = clusterId !== undefined && context.credentials ? await managedById(context, clusterId) : undefined;
  return { name, cluster, kubeconfig, addresses, location, managed };
};

const managedById = async (context: RunContext, id: string): Promise<OpenPlatform['managed']> => {
  const api = openIonos(context);
  const summary = (await listClusters(api)).find((each) => each.id === id);
  return summary && (await readManaged(api, summary)).managed;
};

/** Opens a platform that should be there: one adopted on this machine, else the managed cluster of its name. Undefined when there is neither. */
export const findAndOpen = async (context: RunContext, folder: RunFolder, name: string): Promise<OpenPlatform | undefined> => {
  const link = await readLink(context.paths, name);
  if (link) return openAdopted(context, folder, name, link);
  const api = openIonos(context);
  const summary = await findPlatform(api, name);
  return summary && openPlatform(context, folder, api, name, summary);
};
