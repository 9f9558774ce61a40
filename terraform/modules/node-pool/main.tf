# A node pool of a managed Kubernetes cluster, and the public addresses of its nodes.
#
# Addresses: one per node and one to spare (`node_count + 1`, with autoscaling `max_node_count + 1`), because
# a node that is rebuilt gets its new address before the old node is gone. Each address is an IP block of its
# own: the size of a block never changes, so one block for all would have to be replaced, while nodes use it,
# whenever the pool grows.
#
# Autoscaling: the autoscaler changes `node_count`, so terraform must ignore that attribute then, and must not
# ignore it otherwise, or nobody could scale by hand. `ignore_changes` knows no conditions; hence the two
# variants `this` and `autoscaled`, of which exactly one exists. To switch autoscaling on for a pool that is
# in use, first move it in the state, then plan:
#
#     terraform state mv 'MODULE.ionoscloud_k8s_node_pool.this[0]' 'MODULE.ionoscloud_k8s_node_pool.autoscaled[0]'
#
# IONOS cannot take autoscaling off a pool again. That, and a change of name, cores, RAM, storage or
# availability zone, needs a new pool beside the old one, then a drain, then the removal of the old one.
# `allow_replace` stays off: with it the provider would destroy the pool first.
#
# `k8s_version` carries no `ignore_changes`: the provider shows no difference when the running patch release
# is newer than the one asked for.

locals {
  # Used by managed Kubernetes and managed Kafka inside their own networks (documentation of the provider).
  ionos_reserved_cidrs = [
    "10.208.0.0/12",
    "10.233.0.0/18",
    "10.233.64.0/18",
    "10.233.114.0/24",
    "192.168.230.0/24",
    "10.224.0.0/11",
  ]

  reserved_ips = (var.autoscaling == null ? var.node_count : var.autoscaling.max_node_count) + 1
  public_ips   = flatten(ionoscloud_ipblock.nodes[*].ips)
  pool         = one(concat(ionoscloud_k8s_node_pool.this, ionoscloud_k8s_node_pool.autoscaled))
}

resource "ionoscloud_ipblock" "nodes" {
  count = local.reserved_ips

  # With a dot, which no name of a pool or of a tenant can have: the second block of a pool acme is never taken for that of acme-1.
  name     = "${var.name}.${count.index}"
  location = var.location
  size     = 1

  lifecycle {
    # A pool that shrinks must let go of the address before its block is deleted.
    create_before_destroy = true

    postcondition {
      condition     = try(length(self.ips), 0) == 1
      error_message = "The block ${self.name} must hold exactly one address."
    }
  }
}

resource "ionoscloud_k8s_node_pool" "this" {
  count = var.autoscaling == null ? 1 : 0

  name              = var.name
  datacenter_id     = var.datacenter_id
  k8s_cluster_id    = var.k8s_cluster_id
  k8s_version       = var.k8s_version
  node_count        = var.node_count
  server_type       = var.server_type
  cores_count       = var.cores_count
  ram_size          = var.ram_size
  storage_type      = var.storage_type
  storage_size      = var.storage_size
  availability_zone = var.availability_zone
  public_ips        = local.public_ips
  labels            = var.labels
  annotations       = var.annotations
  allow_replace     = false

  maintenance_window {
    day_of_the_week = var.maintenance_window.day_of_the_week
    time            = var.maintenance_window.time
  }

  dynamic "lans" {
    for_each = var.lans

    content {
      id   = lans.value.id
      dhcp = lans.value.dhcp

      dynamic "routes" {
        for_each = lans.value.routes

        content {
          network    = routes.value.network
          gateway_ip = routes.value.gateway_ip
        }
      }
    }
  }
}

resource "ionoscloud_k8s_node_pool" "autoscaled" {
  count = var.autoscaling == null ? 0 : 1

  name              = var.name
  datacenter_id     = var.datacenter_id
  k8s_cluster_id    = var.k8s_cluster_id
  k8s_version       = var.k8s_version
  node_count        = var.node_count
  server_type       = var.server_type
  cores_count       = var.cores_count
  ram_size          = var.ram_size
  storage_type      = var.storage_type
  storage_size      = var.storage_size
  availability_zone = var.availability_zone
  public_ips        = local.public_ips
  labels            = var.labels
  annotations       = var.annotations
  allow_replace     = false

  auto_scaling {
    min_node_count = var.autoscaling.min_node_count
    max_node_count = var.autoscaling.max_node_count
  }

  maintenance_window {
    day_of_the_week = var.maintenance_window.day_of_the_week
    time            = var.maintenance_window.time
  }

  dynamic "lans" {
    for_each = var.lans

    content {
      id   = lans.value.id
      dhcp = lans.value.dhcp

      dynamic "routes" {
        for_each = lans.value.routes

        content {
          network    = routes.value.network
          gateway_ip = routes.value.gateway_ip
        }
      }
    }
  }

  lifecycle {
    ignore_changes = [node_count]
  }
}
