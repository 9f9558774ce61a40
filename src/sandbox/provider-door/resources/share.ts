import { notBlank, uuid } from '../checks.js';
import type { ResourceDefinition } from '../definition.js';
import { block, id, optional, required, timeouts } from '../schema.js';
import type { Values } from '../values.js';
import { flag, pair, text } from './common.js';

const keyOf = (values: Values): string => `${text(values, 'group_id')}/${text(values, 'resource_id')}`;

export const share: ResourceDefinition = {
  noun: 'share',
  version: 0,
  legacy: true,
  schema: block(
    {
      edit_privilege: optional('bool'),
      // Neither id makes a new share: the real provider sends the change to a share that does not exist, and gets a 404.
      group_id: required('string', { check: uuid }),
      id: id(),
      resource_id: required('string', { check: notBlank }),
      share_privilege: optional('bool'),
    },
    { timeouts: timeouts('create', 'default', 'delete', 'update') },
  ),
  create(planned, { cloud, signal }) {
    const [groupId, resourceId] = [text(planned, 'group_id'), text(planned, 'resource_id')];
    cloud.identity.createShare(groupId, resourceId, {
      editPrivilege: flag(planned, 'edit_privilege'),
      sharePrivilege: flag(planned, 'share_privilege'),
    });
    const found = { id: resourceId, group_id: groupId, resource_id: resourceId };
    return { found, finish: () => cloud.settled('shares', keyOf(found), signal) };
  },
  read(state, cloud) {
    const { id, groupId, resourceId, properties } = cloud.identity.share(text(state, 'group_id'), text(state, 'resource_id'));
    return {
      id,
      group_id: groupId,
      resource_id: resourceId,
      edit_privilege: properties.editPrivilege,
      share_privilege: properties.sharePrivilege,
    };
  },
  async update(_prior, planned, { cloud, signal }) {
    cloud.identity.updateShare(text(planned, 'group_id'), text(planned, 'resource_id'), {
      editPrivilege: flag(planned, 'edit_privilege'),
      sharePrivilege: flag(planned, 'share_privilege'),
    });
    await cloud.settled('shares', keyOf(planned), signal);
  },
  async remove(prior, { cloud, signal }) {
    cloud.identity.deleteShare(text(prior, 'group_id'), text(prior, 'resource_id'));
    await cloud.settled('shares', keyOf(prior), signal);
  },
  import(given) {
    const [groupId, resourceId] = pair(given, 'group-id', 'resource-id');
    return { id: resourceId, group_id: groupId, resource_id: resourceId };
  },
};
