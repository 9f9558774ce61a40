output "node_pool_id" {
  description = "UUID of the node pool."
  value       = local.pool.id
}

output "name" {
  description = "Name of the node pool."
  value       = local.pool.name
}

output "k8s_version" {
  description = "Release that the nodes run."
  value       = local.pool.k8s_version
}

output "labels" {
  description = "Kubernetes labels of the nodes."
  value       = local.pool.labels
}

output "public_ips" {
  description = "Public addresses that the nodes may take, in the order in which the pool was given them; one more than nodes."
  value       = local.public_ips
}

output "ipblock_ids" {
  description = "UUIDs of the IP blocks of the nodes' addresses."
  value       = ionoscloud_ipblock.nodes[*].id
}

output "lan_ids" {
  description = "Ids of the private LANs that the nodes are in."
  value       = [for lan in local.pool.lans : lan.id]
}
