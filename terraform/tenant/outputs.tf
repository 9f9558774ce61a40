output "name" {
  description = "Name of the tenant."
  value       = var.name
}

output "isolation" {
  description = "Isolation of the tenant: namespace, node-pool or cluster."
  value       = var.isolation
}

output "location" {
  description = "Location of the tenant's address."
  value       = module.address.location
}

output "ip" {
  description = "The tenant's public IPv4 address, for spec.loadBalancerIP of its gateway."
  value       = module.address.ip
}

output "ipblock_id" {
  description = "UUID of the IP block that holds the address."
  value       = module.address.ipblock_id
}

output "datacenter_id" {
  description = "UUID of the tenant's own data centre; absent unless isolation is cluster."
  value       = one(module.network[*].datacenter_id)
}

output "lan_id" {
  description = "Number of the private LAN in the tenant's own data centre, as a string; absent unless isolation is cluster."
  value       = one(module.network[*].lan_id)
}

output "cluster_id" {
  description = "UUID of the tenant's own cluster; absent unless isolation is cluster."
  value       = one(module.kubernetes[*].cluster_id)
}

output "k8s_version" {
  description = "Release that the tenant's own nodes run; absent with isolation namespace."
  value       = one(module.node_pool[*].k8s_version)
}

output "node_pool_id" {
  description = "UUID of the tenant's own node pool; absent with isolation namespace."
  value       = one(module.node_pool[*].node_pool_id)
}

output "node_public_ips" {
  description = "Public addresses that the tenant's own nodes may take; empty with isolation namespace."
  value       = flatten(module.node_pool[*].public_ips)
}

output "pool_label" {
  description = "Value of the label ionos-tenants.io/pool on the nodes that the tenant runs on."
  value       = local.own_nodes ? var.name : "shared"
}

output "iam_group_id" {
  description = "UUID of the group of IONOS users; absent unless iam is enabled."
  value       = one(module.iam[*].group_id)
}
