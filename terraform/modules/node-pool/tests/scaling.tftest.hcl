# A pool of a fixed size that grows and shrinks: the addresses that stay must not be made anew.
mock_provider "ionoscloud" {
  # No ids here: each object gets one of its own, so that a new one shows.
  mock_resource "ionoscloud_ipblock" {
    defaults = {
      ips = ["203.0.113.10"]
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

run "starts_with_two_nodes" {
  assert {
    condition     = ionoscloud_k8s_node_pool.this[0].node_count == 2 && length(ionoscloud_ipblock.nodes) == 3
    error_message = "Two nodes need three addresses."
  }
}

run "grows" {
  variables {
    node_count = 4
  }

  assert {
    condition     = ionoscloud_k8s_node_pool.this[0].node_count == 4 && length(ionoscloud_ipblock.nodes) == 5
    error_message = "Four nodes need five addresses."
  }

  assert {
    condition     = slice(output.ipblock_ids, 0, 3) == run.starts_with_two_nodes.ipblock_ids
    error_message = "The addresses that the pool had must stay."
  }

  assert {
    condition     = output.node_pool_id == run.starts_with_two_nodes.node_pool_id
    error_message = "The pool must grow in place."
  }
}

run "shrinks" {
  variables {
    node_count = 1
  }

  assert {
    condition     = ionoscloud_k8s_node_pool.this[0].node_count == 1 && length(ionoscloud_ipblock.nodes) == 2
    error_message = "One node needs two addresses."
  }

  assert {
    condition     = output.ipblock_ids == slice(run.starts_with_two_nodes.ipblock_ids, 0, 2)
    error_message = "The addresses that are still needed must stay."
  }

  assert {
    condition     = output.node_pool_id == run.starts_with_two_nodes.node_pool_id
    error_message = "The pool must shrink in place."
  }
}
