import { DURATIONS } from './catalog.js';
import { badField, notFound, refused } from './cloud-error.js';
import type { Ledger } from './ledger.js';
import type { Group, Share, User } from './types.js';

/** Privileges of a group, named as in the API (camelCase booleans). */
export const PRIVILEGES = [
  'accessActivityLog',
  'accessAndManageAiModelHub',
  'accessAndManageApiGateway',
  'accessAndManageCdn',
  'accessAndManageCertificates',
  'accessAndManageDns',
  'accessAndManageIamResources',
  'accessAndManageKaas',
  'accessAndManageLogging',
  'accessAndManageMonitoring',
  'accessAndManageNetworkFileStorage',
  'accessAndManageVpn',
  'createBackupUnit',
  'createDataCenter',
  'createFlowLog',
  'createInternetAccess',
  'createK8sCluster',
  'createNetworkSecurityGroups',
  'createPcc',
  'createSnapshot',
  'manageDataplatform',
  'manageDBaaS',
  'manageRegistry',
  'reserveIp',
  's3Privilege',
] as const;

export interface GroupInput {
  name: string;
  privileges?: Record<string, boolean>;
  userIds?: string[];
}

export interface ShareInput {
  editPrivilege?: boolean;
  sharePrivilege?: boolean;
}

/** Users, groups, and the resources that are shared with a group. */
export class Identity {
  readonly #ledger: Ledger;

  constructor(ledger: Ledger) {
    this.#ledger = ledger;
  }

  users(): User[] {
    return this.#ledger.list('users');
  }

  user(id: string): User {
    return this.#ledger.get('users', id);
  }

  groups(): Group[] {
    return this.#ledger.list('groups');
  }

  group(id: string): Group {
    return this.#ledger.get('groups', id);
  }

  createGroup(input: GroupInput): Group {
    this.#ledger.faults.permit('groups', 'create');
    if (input.name.trim() === '') throw badField('name', 'must not be empty');
    if (this.groups().some(({ properties }) => properties.name === input.name))
      throw refused(`A group named '${input.name}' exists already`);
    this.#assertUsers(input.userIds ?? []);
    const id = this.#ledger.newId();
    const privileges = Object.fromEntries(PRIVILEGES.map((privilege) => [privilege, input.privileges?.[privilege] ?? false]));
    this.#ledger.insert('groups', id, {
      id,
      type: 'group',
      metadata: this.#ledger.metadata('BUSY'),
      properties: { name: input.name, privileges },
      userIds: [...(input.userIds ?? [])],
    });
    this.#ledger.begin('groups', id, { ms: DURATIONS.identity, then: 'ready' });
    return this.group(id);
  }

  updateGroup(id: string, patch: Partial<GroupInput>): Group {
    this.#ledger.faults.permit('groups', 'update');
    const group = this.#ledger.open('groups', id);
    this.#assertUsers(patch.userIds ?? []);
    if (patch.name !== undefined) group.properties.name = patch.name;
    Object.assign(group.properties.privileges, patch.privileges);
    if (patch.userIds !== undefined) group.userIds = [...patch.userIds];
    group.metadata.state = 'BUSY';
    this.#ledger.begin('groups', id, { ms: DURATIONS.identity, then: 'ready' });
    return group;
  }

  /** Adding a member again changes nothing. */
  addUser(groupId: string, userId: string): User {
    const user = this.user(userId);
    this.updateGroup(groupId, { userIds: [...new Set([...this.group(groupId).userIds, userId])] });
    return user;
  }

  removeUser(groupId: string, userId: string): void {
    const { userIds } = this.group(groupId);
    if (!userIds.includes(userId)) throw notFound();
    this.updateGroup(groupId, { userIds: userIds.filter((id) => id !== userId) });
  }

  deleteGroup(id: string): void {
    this.#ledger.faults.permit('groups', 'delete');
    this.group(id).metadata.state = 'BUSY';
    for (const share of this.#ledger.list('shares')) if (share.groupId === id) this.#ledger.drop('shares', `${id}/${share.resourceId}`);
    this.#ledger.begin('groups', id, { ms: DURATIONS.identity, then: 'gone' });
  }

  shares(groupId: string): Share[] {
    this.group(groupId);
    return this.#ledger.list('shares').filter((share) => share.groupId === groupId);
  }

  share(groupId: string, resourceId: string): Share {
    return this.#ledger.get('shares', `${groupId}/${resourceId}`);
  }

  createShare(groupId: string, resourceId: string, input: ShareInput): Share {
    this.#ledger.faults.permit('shares', 'create');
    this.#ledger.open('groups', groupId);
    const shareable = (['datacenters', 'ipBlocks', 'clusters'] as const).some((kind) => this.#ledger.find(kind, resourceId) !== undefined);
    if (!shareable) throw refused(`Resource ${resourceId} does not exist or cannot be shared`);
    const key = `${groupId}/${resourceId}`;
    if (this.#ledger.find('shares', key) !== undefined) throw refused(`Resource ${resourceId} is already shared with group ${groupId}`);
    this.#ledger.insert('shares', key, {
      id: resourceId,
      type: 'resource',
      groupId,
      resourceId,
      metadata: this.#ledger.metadata('BUSY'),
      properties: { editPrivilege: input.editPrivilege ?? false, sharePrivilege: input.sharePrivilege ?? false },
    });
    this.#ledger.begin('shares', key, { ms: DURATIONS.identity, then: 'ready' });
    return this.share(groupId, resourceId);
  }

  updateShare(groupId: string, resourceId: string, patch: ShareInput): Share {
    this.#ledger.faults.permit('shares', 'update');
    const share = this.#ledger.open('shares', `${groupId}/${resourceId}`);
    Object.assign(share.properties, patch);
    share.metadata.state = 'BUSY';
    this.#ledger.begin('shares', `${groupId}/${resourceId}`, { ms: DURATIONS.identity, then: 'ready' });
    return share;
  }

  deleteShare(groupId: string, resourceId: string): void {
    this.#ledger.faults.permit('shares', 'delete');
    this.share(groupId, resourceId).metadata.state = 'BUSY';
    this.#ledger.begin('shares', `${groupId}/${resourceId}`, { ms: DURATIONS.identity, then: 'gone' });
  }

  #assertUsers(ids: readonly string[]): void {
    for (const id of ids) if (this.#ledger.find('users', id) === undefined) throw refused(`User ${id} does not exist`);
  }
}
