import type { SandboxCloud } from '../../cloud/sandbox-cloud.js';
import { notBlank } from '../checks.js';
import type { ResourceDefinition } from '../definition.js';
import { block, computed, id, object, optional, required, set, timeouts } from '../schema.js';
import type { Attribute } from '../schema.js';
import type { Value, Values } from '../values.js';
import { text, texts } from './common.js';

/** Attribute of the provider → privilege of the API. */
const PRIVILEGES: Record<string, string> = {
  access_activity_log: 'accessActivityLog',
  access_and_manage_ai_model_hub: 'accessAndManageAiModelHub',
  access_and_manage_api_gateway: 'accessAndManageApiGateway',
  access_and_manage_cdn: 'accessAndManageCdn',
  access_and_manage_certificates: 'accessAndManageCertificates',
  access_and_manage_dns: 'accessAndManageDns',
  access_and_manage_iam_resources: 'accessAndManageIamResources',
  access_and_manage_kaas: 'accessAndManageKaas',
  access_and_manage_logging: 'accessAndManageLogging',
  access_and_manage_monitoring: 'accessAndManageMonitoring',
  access_and_manage_network_file_storage: 'accessAndManageNetworkFileStorage',
  access_and_manage_vpn: 'accessAndManageVpn',
  create_backup_unit: 'createBackupUnit',
  create_datacenter: 'createDataCenter',
  create_flow_log: 'createFlowLog',
  create_internet_access: 'createInternetAccess',
  create_k8s_cluster: 'createK8sCluster',
  create_network_security_groups: 'createNetworkSecurityGroups',
  create_pcc: 'createPcc',
  create_snapshot: 'createSnapshot',
  manage_dataplatform: 'manageDataplatform',
  manage_dbaas: 'manageDBaaS',
  manage_registry: 'manageRegistry',
  reserve_ip: 'reserveIp',
  s3_privilege: 's3Privilege',
};

const privilegeAttributes: Record<string, Attribute> = Object.fromEntries(Object.keys(PRIVILEGES).map((name) => [name, optional('bool')]));

const privilegesOf = (planned: Values): Record<string, boolean> =>
  Object.fromEntries(Object.entries(PRIVILEGES).map(([attribute, privilege]) => [privilege, planned[attribute] === true]));

const usersOf = (cloud: SandboxCloud, ids: readonly string[]): Value[] =>
  ids.map((key) => {
    const { id, properties } = cloud.identity.user(key);
    return {
      id,
      administrator: properties.administrator,
      email: properties.email,
      first_name: properties.firstname,
      force_sec_auth: properties.forceSecAuth,
      last_name: properties.lastname,
    };
  });

/** `user_id` is the older way to name one user. */
const members = (planned: Values): string[] => [...new Set([...texts(planned['user_ids']), ...texts([planned['user_id'] ?? []].flat())])];

export const group: ResourceDefinition = {
  noun: 'group',
  version: 2,
  legacy: true,
  schema: block(
    {
      ...privilegeAttributes,
      get_users_data: optional('bool', { default: true }),
      id: id(),
      name: required('string', { check: notBlank }),
      user_id: optional('string', { deprecated: true }),
      user_ids: optional(set('string')),
      users: computed(
        set(
          object({
            administrator: 'bool',
            email: 'string',
            first_name: 'string',
            force_sec_auth: 'bool',
            id: 'string',
            last_name: 'string',
          }),
        ),
      ),
    },
    { timeouts: timeouts('create', 'default', 'delete', 'update') },
  ),
  create(planned, { cloud, signal }) {
    const created = cloud.identity.createGroup({
      name: text(planned, 'name'),
      privileges: privilegesOf(planned),
      userIds: members(planned),
    });
    return { found: { id: created.id }, finish: () => cloud.settled('groups', created.id, signal) };
  },
  read(state, cloud) {
    const { id, properties, userIds } = cloud.identity.group(text(state, 'id'));
    return {
      ...Object.fromEntries(
        Object.entries(PRIVILEGES).map(([attribute, privilege]) => [attribute, properties.privileges[privilege] ?? false]),
      ),
      id,
      name: properties.name,
      user_ids: state['user_id'] == null ? userIds : (state['user_ids'] ?? null),
      users: state['get_users_data'] === false ? [] : usersOf(cloud, userIds),
    };
  },
  async update(prior, planned, { cloud, signal }) {
    const key = text(prior, 'id');
    cloud.identity.updateGroup(key, { name: text(planned, 'name'), privileges: privilegesOf(planned), userIds: members(planned) });
    await cloud.settled('groups', key, signal);
  },
  async remove(prior, { cloud, signal }) {
    cloud.identity.deleteGroup(text(prior, 'id'));
    await cloud.settled('groups', text(prior, 'id'), signal);
  },
  import: (given) => ({ id: given }),
};
