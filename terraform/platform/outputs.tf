output "platform" {
  description = "Name of the platform."
  value       = var.platform
}

output "location" {
  description = "Location of the data centre; the tenants' addresses must be in the same one."
  value       = module.network.location
}

output "datacenter_id" {
  description = "UUID of the data centre."
  value       = module.network.datacenter_id
}

output "lan_id" {
  description = "Number of the private LAN within the data centre, as a string."
  value       = module.network.lan_id
}

output "lan_cidr" {
  description = "IPv4 range that IONOS gave the private LAN."
  value       = module.network.lan_cidr
}

output "cluster_id" {
  description = "UUID of the cluster; the kubeconfig is fetched with it through the API and never passes through terraform."
  value       = module.kubernetes.cluster_id
}

output "cluster_name" {
  description = "Name of the cluster."
  value       = module.kubernetes.name
}

output "k8s_version" {
  description = "Release that the control plane runs; newer than the input after a maintenance window."
  value       = module.kubernetes.k8s_version
}

output "node_pool_id" {
  description = "UUID of the first node pool in the order of the names."
  value       = values(module.node_pool)[0].node_pool_id
}

output "node_pool_ids" {
  description = "UUIDs of all node pools, by the names in node_pools."
  value       = { for name, pool in module.node_pool : name => pool.node_pool_id }
}

output "node_public_ips" {
  description = "Public addresses that the nodes of all pools may take; they include the spare one of each pool."
  value       = flatten(values(module.node_pool)[*].public_ips)
}

output "bucket" {
  description = "Name of the bucket; absent when none was asked for."
  value       = one(module.storage[*].bucket)
}
