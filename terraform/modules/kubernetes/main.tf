# A public managed Kubernetes cluster (control plane only; see the module node-pool for its nodes).
#
# Public, because Services of type LoadBalancer only get an address in public node pools.
#
# `k8s_version` carries no `ignore_changes`: IONOS installs patch releases by itself in the maintenance
# window, and the provider shows no difference when the running patch is newer than the one asked for.
# Ignoring the attribute would also ignore every upgrade that is wanted. A release at its end of life is
# upgraded by force to the next minor release: then `k8s_version` has to follow, because the API refuses
# downgrades.

resource "ionoscloud_k8s_cluster" "this" {
  name                  = var.name
  k8s_version           = var.k8s_version
  public                = true
  api_subnet_allow_list = length(var.api_subnet_allow_list) == 0 ? null : var.api_subnet_allow_list

  maintenance_window {
    day_of_the_week = var.maintenance_window.day_of_the_week
    time            = var.maintenance_window.time
  }

  dynamic "s3_buckets" {
    for_each = var.audit_log_bucket[*]

    content {
      name = s3_buckets.value
    }
  }
}
