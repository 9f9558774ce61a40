import { PRIVILEGES } from '../../cloud/identity.js';
import type { GroupInput, ShareInput } from '../../cloud/identity.js';
import type { Group, Share } from '../../cloud/types.js';
import { answers, param } from '../answers.js';
import type { CloudRoutesOptions } from '../answers.js';
import { bareFields, propertyFields, sent } from '../body.js';
import type { Fields } from '../body.js';
import type { Call, Reply, Route } from '../router.js';
import { showGroup, showShare, showUser } from '../shown.js';

/** A group is always sent whole: what is not in the body is not granted. */
const groupOf = (fields: Fields): GroupInput => ({
  name: fields.required('name', fields.text('name')),
  privileges: Object.fromEntries(PRIVILEGES.map((privilege) => [privilege, fields.flag(privilege) ?? false])),
});

const shareOf = (fields: Fields): ShareInput =>
  sent({
    editPrivilege: fields.flag('editPrivilege') ?? undefined,
    sharePrivilege: fields.flag('sharePrivilege') ?? undefined,
  });

/** User management: users, groups, their members, and what is shared with them. */
export const userRoutes = (options: CloudRoutesOptions): Record<string, Route> => {
  const { identity } = options.cloud;
  const { one, many, requested } = answers(options);
  const groupId = (call: Call): string => param(call, 'group');
  const shareIds = (call: Call): [string, string] => [groupId(call), param(call, 'resource')];
  const changed = (call: Call, group: Group): Reply => requested(call, 'groups', group.id, showGroup(group, options.cloud));
  const shared = (call: Call, share: Share): Reply =>
    requested(call, 'shares', `${share.groupId}/${share.resourceId}`, showShare(share));
  return {
    'GET /um/users': many(() => identity.users().map(showUser)),
    'GET /um/users/:user': one((call) => showUser(identity.user(param(call, 'user')))),
    'GET /um/groups': many(() => identity.groups().map((group) => showGroup(group, options.cloud))),
    'POST /um/groups': (call) => changed(call, identity.createGroup(groupOf(propertyFields(call)))),
    'GET /um/groups/:group': one((call) => showGroup(identity.group(groupId(call)), options.cloud)),
    'PUT /um/groups/:group': (call) => changed(call, identity.updateGroup(groupId(call), groupOf(propertyFields(call)))),
    'DELETE /um/groups/:group': (call) => {
      identity.deleteGroup(groupId(call));
      return requested(call, 'groups', groupId(call));
    },
    'GET /um/groups/:group/users': many((call) => identity.group(groupId(call)).userIds.map((id) => showUser(identity.user(id)))),
    'POST /um/groups/:group/users': (call) => {
      const fields = bareFields(call);
      const user = identity.addUser(groupId(call), fields.required('id', fields.text('id')));
      return requested(call, 'groups', groupId(call), showUser(user));
    },
    'DELETE /um/groups/:group/users/:user': (call) => {
      identity.removeUser(groupId(call), param(call, 'user'));
      return requested(call, 'groups', groupId(call));
    },
    'GET /um/groups/:group/shares': many((call) => identity.shares(groupId(call)).map(showShare)),
    'POST /um/groups/:group/shares/:resource': (call) =>
      shared(call, identity.createShare(...shareIds(call), shareOf(propertyFields(call)))),
    'GET /um/groups/:group/shares/:resource': one((call) => showShare(identity.share(...shareIds(call)))),
    'PUT /um/groups/:group/shares/:resource': (call) =>
      shared(call, identity.updateShare(...shareIds(call), shareOf(propertyFields(call)))),
    'DELETE /um/groups/:group/shares/:resource': (call) => {
      identity.deleteShare(...shareIds(call));
      return requested(call, 'shares', shareIds(call).join('/'));
    },
  };
};
