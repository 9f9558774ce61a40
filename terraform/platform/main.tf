# The shared cell of a platform: one data centre with a private LAN, one public managed Kubernetes cluster with
# its node pools, and, on request, a bucket. Tenants are not part of it; each has a state of its own.
#
# A node pool cannot be changed in most respects. To change one, add a pool under a new key, drain the old one,
# then remove its key. All pools carry the label `ionos-tenants.io/pool=shared`, so workloads move by themselves.

locals {
  prefix = "ionos-tenants-${var.platform}"
}

module "network" {
  source = "../modules/network"

  name        = local.prefix
  location    = var.location
  description = "Shared cell of the platform ${var.platform}, managed by ionos-tenants"
}

module "storage" {
  source = "../modules/storage"
  count  = var.storage == null ? 0 : 1

  name            = var.storage.name
  region          = var.storage.region
  versioning      = var.storage.versioning
  lifecycle_rules = var.storage.lifecycle_rules
  tags            = { platform = var.platform }
}

module "kubernetes" {
  source = "../modules/kubernetes"

  name                  = local.prefix
  k8s_version           = var.k8s_version
  maintenance_window    = var.maintenance_window
  api_subnet_allow_list = var.api_subnet_allow_list
  # Through the module where it makes this bucket, so that the bucket is there before the cluster.
  audit_log_bucket = try(var.storage.name, null) == var.audit_log_bucket ? one(module.storage[*].bucket) : var.audit_log_bucket
}

module "node_pool" {
  source   = "../modules/node-pool"
  for_each = var.node_pools

  name           = "${local.prefix}-${each.key}"
  location       = module.network.location
  datacenter_id  = module.network.datacenter_id
  k8s_cluster_id = module.kubernetes.cluster_id
  k8s_version    = var.k8s_version

  node_count         = each.value.node_count
  autoscaling        = each.value.autoscaling
  server_type        = each.value.server_type
  cores_count        = each.value.cores_count
  ram_size           = each.value.ram_size
  storage_type       = each.value.storage_type
  storage_size       = each.value.storage_size
  availability_zone  = each.value.availability_zone
  maintenance_window = var.node_maintenance_window

  lans   = [{ id = module.network.lan_id }]
  labels = { "ionos-tenants.io/pool" = "shared" }
}
