# What a tenant owns with each isolation.
mock_provider "ionoscloud" {
  override_during = plan

  mock_resource "ionoscloud_datacenter" {
    defaults = {
      id = "11111111-1111-4111-8111-111111111111"
    }
  }

  mock_resource "ionoscloud_lan" {
    defaults = {
      id              = "1"
      ipv4_cidr_block = "10.7.222.0/23"
    }
  }

  mock_resource "ionoscloud_ipblock" {
    defaults = {
      id  = "22222222-2222-4222-8222-222222222222"
      ips = ["203.0.113.10"]
    }
  }

  mock_resource "ionoscloud_k8s_cluster" {
    defaults = {
      id = "33333333-3333-4333-8333-333333333333"
    }
  }

  mock_resource "ionoscloud_k8s_node_pool" {
    defaults = {
      id = "44444444-4444-4444-8444-444444444444"
    }
  }

  mock_resource "ionoscloud_group" {
    defaults = {
      id = "55555555-5555-4555-8555-555555555555"
    }
  }
}

variables {
  name     = "acme"
  platform = "starter"
  location = "de/txl"
}

run "owns_only_an_address_in_a_namespace" {
  command = plan

  assert {
    condition     = output.name == "acme" && output.isolation == "namespace" && output.location == "de/txl"
    error_message = "The outputs must name the tenant, its isolation and its location."
  }

  assert {
    condition     = output.ip == "203.0.113.10" && output.ipblock_id == "22222222-2222-4222-8222-222222222222"
    error_message = "The outputs must name the address and its block."
  }

  assert {
    condition     = output.node_pool_id == null && output.cluster_id == null && output.datacenter_id == null && output.lan_id == null && output.k8s_version == null && length(output.node_public_ips) == 0
    error_message = "There must be no nodes and no cluster of its own."
  }

  assert {
    condition     = output.iam_group_id == null && output.pool_label == "shared"
    error_message = "There must be no group, and the tenant runs on the shared nodes."
  }
}

run "takes_every_input_of_the_other_levels_in_a_namespace" {
  command = plan

  variables {
    datacenter_id = "11111111-1111-4111-8111-111111111111"
    cluster_id    = "33333333-3333-4333-8333-333333333333"
    k8s_version   = "1.34.4"
    node_pool     = { cores_count = 4, ram_size = 8192 }
  }

  assert {
    condition     = output.node_pool_id == null && output.cluster_id == null
    error_message = "Inputs of stronger isolation must not make anything by themselves."
  }
}

run "takes_long_names_in_a_namespace" {
  command = plan

  variables {
    name     = join("", [for number in range(30) : "a"])
    platform = join("", [for number in range(30) : "b"])
  }

  assert {
    condition     = length(output.name) == 30
    error_message = "Only clusters and node pools have a limit of 63 characters."
  }
}

run "owns_nodes_with_isolation_node_pool" {
  command = plan

  variables {
    isolation     = "node-pool"
    datacenter_id = "11111111-1111-4111-8111-111111111111"
    cluster_id    = "33333333-3333-4333-8333-333333333333"
    k8s_version   = "1.34.4"
    node_pool     = { cores_count = 4, ram_size = 8192 }
  }

  assert {
    condition     = output.node_pool_id == "44444444-4444-4444-8444-444444444444" && output.k8s_version == "1.34.4" && length(output.node_public_ips) == 2
    error_message = "There must be a pool of one node with two addresses."
  }

  assert {
    condition     = module.node_pool[0].name == "ionos-tenants-starter-acme" && module.node_pool[0].labels == tomap({ "ionos-tenants.io/pool" = "acme", "ionos-tenants.io/tenant" = "acme" })
    error_message = "The pool must be named after the tenant, and its nodes marked as the tenant's."
  }

  assert {
    condition     = output.cluster_id == null && output.datacenter_id == null && output.lan_id == null && output.pool_label == "acme"
    error_message = "Data centre and cluster must stay the platform's."
  }
}

run "leaves_own_nodes_at_their_release" {
  command = plan

  variables {
    isolation   = "cluster"
    k8s_version = "1.35.6"
    node_pool   = { k8s_version = "1.34.4", cores_count = 4, ram_size = 8192 }
  }

  assert {
    condition     = output.k8s_version == "1.34.4" && module.kubernetes[0].k8s_version == "1.35.6"
    error_message = "Nodes that are behind their cluster must stay where they are."
  }
}

run "owns_everything_with_isolation_cluster" {
  command = plan

  variables {
    isolation             = "cluster"
    k8s_version           = "1.34.4"
    node_pool             = { node_count = 2, cores_count = 4, ram_size = 8192 }
    api_subnet_allow_list = ["203.0.113.0/24"]
    audit_log_bucket      = "example-org-logs"
  }

  assert {
    condition     = module.kubernetes[0].audit_log_bucket == "example-org-logs"
    error_message = "The audit log of its API must go into the bucket that was named."
  }

  assert {
    condition     = output.datacenter_id == "11111111-1111-4111-8111-111111111111" && output.lan_id == "1" && output.cluster_id == "33333333-3333-4333-8333-333333333333" && output.node_pool_id == "44444444-4444-4444-8444-444444444444"
    error_message = "There must be a data centre, a LAN, a cluster and a pool."
  }

  assert {
    condition     = module.kubernetes[0].name == "ionos-tenants-starter.acme" && length(output.node_public_ips) == 3 && output.pool_label == "acme"
    error_message = "They must be named after the tenant, with three addresses for two nodes."
  }

  assert {
    condition     = [for id in module.node_pool[0].lan_ids : tostring(id)] == [output.lan_id]
    error_message = "The nodes must be in the tenant's own LAN, and in no other."
  }

  assert {
    condition     = length(data.ionoscloud_datacenter.platform) == 0
    error_message = "The platform's data centre is none of its business."
  }
}

run "ignores_the_platforms_ids_with_isolation_cluster" {
  command = plan

  variables {
    isolation     = "cluster"
    datacenter_id = "99999999-9999-4999-8999-999999999999"
    cluster_id    = "99999999-9999-4999-8999-999999999999"
    k8s_version   = "1.34.4"
    node_pool     = { cores_count = 4, ram_size = 8192 }
  }

  assert {
    condition     = output.cluster_id == "33333333-3333-4333-8333-333333333333" && output.datacenter_id == "11111111-1111-4111-8111-111111111111"
    error_message = "The tenant must own its cluster and its data centre."
  }

  assert {
    condition     = module.kubernetes[0].audit_log_bucket == null
    error_message = "Without a bucket there is no audit log."
  }
}

run "makes_a_group_on_request" {
  command = plan

  variables {
    iam = {
      enabled    = true
      privileges = ["s3_privilege"]
      user_ids   = ["66666666-6666-4666-8666-666666666666"]
    }
  }

  assert {
    condition     = output.iam_group_id == "55555555-5555-4555-8555-555555555555" && module.iam[0].name == "ionos-tenants-starter-acme"
    error_message = "There must be a group named after the tenant."
  }
}

run "checks_the_location_of_the_platform" {
  command = plan

  variables {
    datacenter_id = "11111111-1111-4111-8111-111111111111"
  }

  assert {
    condition     = one(data.ionoscloud_datacenter.platform).location == "de/txl" && one(data.ionoscloud_datacenter.platform).id == "11111111-1111-4111-8111-111111111111"
    error_message = "The provider must be asked whether the platform is where the address will be."
  }
}

run "ignores_privileges_of_a_group_that_is_not_wanted" {
  command = plan

  variables {
    iam = { privileges = ["s3_privilege"] }
  }

  assert {
    condition     = output.iam_group_id == null
    error_message = "A group must only be made on request."
  }
}
