# A pool that scales itself: addresses for the greatest size, and no way back to the size to start with.
mock_provider "ionoscloud" {
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

  autoscaling = {
    min_node_count = 2
    max_node_count = 5
  }
}

run "makes_the_autoscaled_pool" {
  assert {
    condition     = length(ionoscloud_k8s_node_pool.this) == 0 && length(ionoscloud_k8s_node_pool.autoscaled) == 1
    error_message = "With autoscaling there must be the autoscaled pool and no other."
  }

  assert {
    condition     = ionoscloud_k8s_node_pool.autoscaled[0].auto_scaling[0].min_node_count == 2 && ionoscloud_k8s_node_pool.autoscaled[0].auto_scaling[0].max_node_count == 5
    error_message = "The pool must scale between two and five nodes."
  }

  assert {
    condition     = length(ionoscloud_ipblock.nodes) == 6 && length(output.public_ips) == 6
    error_message = "Five nodes at most need six addresses."
  }

  assert {
    condition     = ionoscloud_k8s_node_pool.autoscaled[0].allow_replace == false && output.node_pool_id == "44444444-4444-4444-8444-444444444444"
    error_message = "The outputs must name the autoscaled pool, and the provider must never replace it."
  }
}

run "leaves_the_number_of_nodes_to_the_autoscaler" {
  variables {
    node_count = 4
  }

  assert {
    condition     = ionoscloud_k8s_node_pool.autoscaled[0].node_count == 2
    error_message = "A changed node_count must not reach a pool that scales itself."
  }
}

run "joins_lans_with_routes" {
  command = plan

  variables {
    lans = [{ id = 1, routes = [{ network = "172.16.0.0/16", gateway_ip = "10.7.1.1" }] }]
  }

  assert {
    condition     = one(flatten([for lan in ionoscloud_k8s_node_pool.autoscaled[0].lans : [for route in lan.routes : "${lan.id} ${lan.dhcp} ${route.network} ${route.gateway_ip}"]])) == "1 true 172.16.0.0/16 10.7.1.1"
    error_message = "The autoscaled pool must join the LAN with its route."
  }
}
