# A pool of a fixed size: its nodes, their addresses, its LANs.
mock_provider "ionoscloud" {
  override_during = plan

  mock_resource "ionoscloud_ipblock" {
    defaults = {
      id  = "22222222-2222-4222-8222-222222222222"
      ips = ["203.0.113.10"]
    }
  }

  mock_resource "ionoscloud_k8s_node_pool" {
    defaults = {
      id = "44444444-4444-4444-8444-444444444444"
    }
  }
}

variables {
  name           = "ionos-tenants-starter-shared"
  location       = "de/txl"
  datacenter_id  = "11111111-1111-4111-8111-111111111111"
  k8s_cluster_id = "33333333-3333-4333-8333-333333333333"
  k8s_version    = "1.34.4"
  node_count     = 2
  cores_count    = 4
  ram_size       = 16384
}

run "makes_a_pool_of_a_fixed_size" {
  command = plan

  assert {
    condition     = length(ionoscloud_k8s_node_pool.this) == 1 && length(ionoscloud_k8s_node_pool.autoscaled) == 0
    error_message = "Without autoscaling there must be the pool of a fixed size and no other."
  }

  assert {
    condition     = ionoscloud_k8s_node_pool.this[0].node_count == 2 && length(ionoscloud_k8s_node_pool.this[0].auto_scaling) == 0
    error_message = "The pool must have two nodes and no autoscaling."
  }

  assert {
    condition     = ionoscloud_k8s_node_pool.this[0].allow_replace == false
    error_message = "The provider must never replace the pool."
  }

  assert {
    condition     = ionoscloud_k8s_node_pool.this[0].server_type == "DedicatedCore" && ionoscloud_k8s_node_pool.this[0].storage_type == "SSD" && ionoscloud_k8s_node_pool.this[0].storage_size == 100 && ionoscloud_k8s_node_pool.this[0].availability_zone == "AUTO"
    error_message = "The defaults of the nodes must be dedicated cores and 100 GB of SSD in any zone."
  }

  assert {
    condition     = ionoscloud_k8s_node_pool.this[0].maintenance_window[0].day_of_the_week == "Sunday" && ionoscloud_k8s_node_pool.this[0].maintenance_window[0].time == "03:00:00Z"
    error_message = "The maintenance window must be the default one."
  }

  assert {
    condition     = output.node_pool_id == "44444444-4444-4444-8444-444444444444" && output.name == "ionos-tenants-starter-shared" && output.k8s_version == "1.34.4"
    error_message = "The outputs must name the pool and its release."
  }
}

run "reserves_one_address_more_than_nodes" {
  command = plan

  assert {
    condition     = length(ionoscloud_ipblock.nodes) == 3 && alltrue([for block in ionoscloud_ipblock.nodes : block.size == 1 && block.location == "de/txl"])
    error_message = "Two nodes need three addresses, each in a block of its own, in the location of the pool."
  }

  assert {
    condition     = tolist(ionoscloud_ipblock.nodes[*].name) == tolist(["ionos-tenants-starter-shared.0", "ionos-tenants-starter-shared.1", "ionos-tenants-starter-shared.2"])
    error_message = "The blocks must be named after the pool."
  }

  assert {
    condition     = length(ionoscloud_k8s_node_pool.this[0].public_ips) == 3 && length(output.public_ips) == 3 && length(output.ipblock_ids) == 3
    error_message = "The pool and the outputs must name all three addresses."
  }
}

run "has_no_lan_and_no_label_by_default" {
  command = plan

  assert {
    condition     = length(ionoscloud_k8s_node_pool.this[0].lans) == 0 && length(output.labels) == 0 && length(ionoscloud_k8s_node_pool.this[0].annotations) == 0
    error_message = "Nothing must be attached that was not asked for."
  }
}

run "joins_lans_with_routes" {
  command = plan

  variables {
    lans = [
      { id = 1 },
      { id = 2, dhcp = false, routes = [{ network = "172.16.0.0/16", gateway_ip = "10.7.2.1" }] },
    ]
  }

  assert {
    condition     = { for lan in ionoscloud_k8s_node_pool.this[0].lans : lan.id => lan.dhcp } == { 1 = true, 2 = false }
    error_message = "The pool must join both LANs, by DHCP unless told otherwise."
  }

  assert {
    condition     = one(flatten([for lan in ionoscloud_k8s_node_pool.this[0].lans : [for route in lan.routes : "${lan.id} ${route.network} ${route.gateway_ip}"]])) == "2 172.16.0.0/16 10.7.2.1"
    error_message = "The second LAN must have its route, the first none."
  }
}

run "takes_what_was_asked_for" {
  command = plan

  variables {
    server_type       = "VCPU"
    storage_type      = "HDD"
    storage_size      = 200
    availability_zone = "ZONE_2"
    labels            = { "ionos-tenants.io/pool" = "shared" }
    annotations       = { purpose = "tenants" }

    maintenance_window = {
      day_of_the_week = "Monday"
      time            = "04:30:00Z"
    }
  }

  assert {
    condition     = ionoscloud_k8s_node_pool.this[0].server_type == "VCPU" && ionoscloud_k8s_node_pool.this[0].storage_type == "HDD" && ionoscloud_k8s_node_pool.this[0].storage_size == 200 && ionoscloud_k8s_node_pool.this[0].availability_zone == "ZONE_2"
    error_message = "The nodes must be of the kind that was asked for."
  }

  assert {
    condition     = output.labels == tomap({ "ionos-tenants.io/pool" = "shared" }) && ionoscloud_k8s_node_pool.this[0].annotations["purpose"] == "tenants"
    error_message = "Labels and annotations must reach the pool."
  }

  assert {
    condition     = ionoscloud_k8s_node_pool.this[0].maintenance_window[0].day_of_the_week == "Monday" && ionoscloud_k8s_node_pool.this[0].maintenance_window[0].time == "04:30:00Z"
    error_message = "The maintenance window must be the one that was asked for."
  }
}

run "refuses_a_block_without_an_address" {
  command = plan

  override_resource {
    target          = ionoscloud_ipblock.nodes
    override_during = plan
    values          = { ips = [] }
  }

  expect_failures = [ionoscloud_ipblock.nodes]
}
