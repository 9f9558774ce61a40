# What one tenant owns in the cloud: its reserved public address, always; a group of IONOS users that may see it,
# on request; with isolation node-pool its own nodes in the platform's cluster; with isolation cluster its own data
# centre, LAN, cluster and nodes.
#
# Everything inside Kubernetes belongs to helm. The order of leaving: first the Service that uses the address and
# the claims on the tenant's nodes, then this stack.

locals {
  prefix      = "ionos-tenants-${var.platform}-${var.name}"
  own_cluster = var.isolation == "cluster"
  # With a dot, which no platform's name can have: the cluster of tenant acme is never taken for that of a platform main-acme.
  own_name  = "ionos-tenants-${var.platform}.${var.name}"
  own_nodes = var.isolation != "namespace"
}

# The address only works in the location of the cluster that uses it: with both arguments given, the provider refuses
# a data centre that is elsewhere. Where the data centre is gone already, a destroy needs -refresh=false.
data "ionoscloud_datacenter" "platform" {
  count = !local.own_cluster && var.datacenter_id != null ? 1 : 0

  id       = var.datacenter_id
  location = var.location
}

module "address" {
  source = "../modules/ip-address"

  name     = local.prefix
  location = var.location
}

module "network" {
  source = "../modules/network"
  count  = local.own_cluster ? 1 : 0

  name        = local.own_name
  location    = var.location
  description = "Tenant ${var.name} of the platform ${var.platform}, managed by ionos-tenants"
}

module "kubernetes" {
  source = "../modules/kubernetes"
  count  = local.own_cluster ? 1 : 0

  name                  = local.own_name
  k8s_version           = var.k8s_version
  maintenance_window    = var.maintenance_window
  api_subnet_allow_list = var.api_subnet_allow_list
  audit_log_bucket      = var.audit_log_bucket
}

module "node_pool" {
  source = "../modules/node-pool"
  count  = local.own_nodes ? 1 : 0

  name           = local.prefix
  location       = var.location
  datacenter_id  = local.own_cluster ? module.network[0].datacenter_id : data.ionoscloud_datacenter.platform[0].id
  k8s_cluster_id = local.own_cluster ? module.kubernetes[0].cluster_id : var.cluster_id
  k8s_version    = coalesce(var.node_pool.k8s_version, var.k8s_version)

  node_count         = var.node_pool.node_count
  autoscaling        = var.node_pool.autoscaling
  server_type        = var.node_pool.server_type
  cores_count        = var.node_pool.cores_count
  ram_size           = var.node_pool.ram_size
  storage_type       = var.node_pool.storage_type
  storage_size       = var.node_pool.storage_size
  availability_zone  = var.node_pool.availability_zone
  maintenance_window = var.node_maintenance_window

  # A tenant's nodes never join the shared LAN of the platform.
  lans = local.own_cluster ? [{ id = module.network[0].lan_id }] : []
  labels = {
    "ionos-tenants.io/pool"   = var.name
    "ionos-tenants.io/tenant" = var.name
  }
}

module "iam" {
  source = "../modules/iam"
  count  = var.iam.enabled ? 1 : 0

  name       = local.prefix
  privileges = var.iam.privileges
  user_ids   = var.iam.user_ids
  # To see, not to change; never a cluster, because whoever sees one can fetch its kubeconfig.
  shares = concat(
    [{ resource_id = module.address.ipblock_id }],
    [for network in module.network : { resource_id = network.datacenter_id }],
  )
}
