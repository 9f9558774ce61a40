import { chooseStorageClass, discoverDns } from '../cluster/facts.js';
import { usageError } from '../engine/errors.js';
import { task, type Task } from '../engine/task-list.js';
import { addressNote, usesCloud } from '../tenant/address-source.js';
import { platformContractNeed } from '../tenant/sizing.js';
import { openAdopted } from './adopted-platforms.js';
import { requireContractRoom } from './contract-room.js';
import { cellOf, hasCell, ionosOf, type Onboarding } from './onboarding.js';
import { findPlatform, isFinished, openPlatform } from './open-platform.js';
import { isUnfinished, refuseWhileClaimed } from './platform-claim.js';
import { requirePlatformState } from './platform-state.js';

export const findThePlatform: Task<Onboarding> = task('platform', 'Platform', async (run, self) => {
  const { name } = run.input.platform;
  if (run.link) {
    run.platform = await openAdopted(run.context, run.folder, name, run.link);
    const version = await run.platform.cluster.version.getCode();
    run.location = run.platform.location ?? '';
    self.output = `${name}, adopted, Kubernetes ${version.gitVersion}, ${usesCloud(run.platform.addresses) ? `addresses in ${run.location}` : addressNote(run.platform.addresses)}`;
    return;
  }
  const api = ionosOf(run);
  const summary = await findPlatform(api, name);
  if (!summary) {
    run.platformNeed = platformContractNeed(run.platformPreset.nodes);
    requireContractRoom(run.contract, run.platformNeed);
    run.location = run.input.platform.location;
    self.output = `${name} does not exist yet and would be created first`;
    return;
  }
  await refuseWhileClaimed(run.context, name);
  if (!(await isFinished(api, summary)) || (await isUnfinished(run.context, name))) {
    await requirePlatformState(run.context, name);
    run.location = run.input.platform.location;
    self.output = `${name} was begun and would be finished first`;
    return;
  }
  run.platform = await openPlatform(run.context, run.folder, api, name, summary);
  const version = await run.platform.cluster.version.getCode();
  run.location = run.platform.location ?? run.input.platform.location;
  self.output = `${name}, Kubernetes ${version.gitVersion}, ${(run.platform.managed?.pools ?? []).reduce((sum, each) => sum + each.nodeCount, 0)} nodes in ${run.location}`;
});

/** What only an address in IONOS Cloud can give. */
export const checkAddresses: Task<Onboarding> = task(
  'addresses',
  'Addresses',
  (run, self) => {
    const source = run.platform?.addresses ?? 'ip-block';
    const { isolation, access, wordpress } = run.tenant;
    const refuse = (what: string, why: string, next: string): never => {
      throw usageError({ code: 'trial-platform', what, why, next: [next, 'Nothing was changed.'] });
    };
    if (isolation !== 'namespace' && !run.platform?.managed) refuse(`isolation ${isolation} is not possible on platform ${run.input.platform.name}`, 'nodes of its own are made in IONOS Cloud, in a cluster that it manages', 'Take --isolation namespace.');
    if (source === 'node-port' && !access.allow.includes('0.0.0.0/0')) refuse('access cannot be narrowed on node ports', 'only a load balancer can refuse networks', 'Take --allow 0.0.0.0/0 for a trial, or a platform with a load balancer.');
    if (source === 'node-port' && wordpress.domain !== null) refuse('domains are not possible on node ports', 'certificates are fetched over the ports 80 and 443', 'Leave the domains out.');
    self.output = usesCloud(source) ? 'one reserved address for this tenant' : addressNote(source);
  },
  { skip: (run) => (run.platform ? false : 'after the platform') },
);

export const checkCluster: Task<Onboarding> = task(
  'cluster',
  'Cluster',
  async (run, self) => {
    const { cluster } = cellOf(run);
    [run.dns, run.storageClass] = await Promise.all([discoverDns(cluster), chooseStorageClass(cluster)]);
    self.output = `volumes of class ${run.storageClass}, DNS found`;
  },
  { skip: (run) => (hasCell(run) ? false : run.platform ? 'after its own cluster' : 'after the platform') },
);
