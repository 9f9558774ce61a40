import type { DataSourceDefinition } from '../definition.js';
import { block, computed } from '../schema.js';
import type { Values } from '../values.js';

const LIMITS = [
  'cores_per_contract',
  'cores_per_server',
  'cores_provisioned',
  'das_volume_provisioned',
  'hdd_limit_per_contract',
  'hdd_limit_per_volume',
  'hdd_volume_provisioned',
  'k8s_cluster_limit_total',
  'k8s_clusters_provisioned',
  'nat_gateway_limit_total',
  'nat_gateway_provisioned',
  'nlb_limit_total',
  'nlb_provisioned',
  'ram_per_contract',
  'ram_per_server',
  'ram_provisioned',
  'reservable_ips',
  'reserved_ips_in_use',
  'reserved_ips_on_contract',
  'rules_per_security_group',
  'security_groups_per_resource',
  'security_groups_per_vdc',
  'ssd_limit_per_contract',
  'ssd_limit_per_volume',
  'ssd_volume_provisioned',
];

const camelCase = (name: string): string => name.replace(/_(\w)/g, (_match, letter: string) => letter.toUpperCase());

export const contracts: DataSourceDefinition = {
  noun: 'contract',
  schema: block({
    contracts: computed({
      nesting: 'list',
      attributes: {
        contract_number: computed('number'),
        owner: computed('string'),
        reg_domain: computed('string'),
        resource_limits: computed({ nesting: 'single', attributes: Object.fromEntries(LIMITS.map((name) => [name, computed('number')])) }),
        status: computed('string'),
      },
    }),
  }),
  read(_config, { cloud }) {
    const { contractNumber, owner, regDomain, status } = cloud.contract.get();
    const usage = cloud.contract.usage() as unknown as Record<string, number>;
    const limits: Values = Object.fromEntries(LIMITS.map((name) => [name, usage[camelCase(name)] ?? null]));
    return { contracts: [{ contract_number: contractNumber, owner, reg_domain: regDomain, status, resource_limits: limits }] };
  },
};
