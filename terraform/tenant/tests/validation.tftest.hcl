# Each rule of the variables refuses what it should.
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

run "name_too_short" {
  command = plan

  variables {
    name = "ab"
  }

  expect_failures = [var.name]
}

run "name_too_long" {
  command = plan

  variables {
    name = join("", [for number in range(31) : "a"])
  }

  expect_failures = [var.name]
}

run "name_that_yaml_reads_as_a_number" {
  command = plan

  variables {
    name = "1e3"
  }

  expect_failures = [var.name]
}

run "name_with_path" {
  command = plan

  variables {
    name = "../x"
  }

  expect_failures = [var.name]
}

run "name_of_the_shared_nodes" {
  command = plan

  variables {
    name = "shared"
  }

  expect_failures = [var.name]
}

run "name_and_platform_too_long_for_a_node_pool" {
  command = plan

  variables {
    name          = join("", [for number in range(25) : "a"])
    platform      = join("", [for number in range(25) : "b"])
    isolation     = "node-pool"
    datacenter_id = "11111111-1111-4111-8111-111111111111"
    cluster_id    = "33333333-3333-4333-8333-333333333333"
    k8s_version   = "1.34.4"
    node_pool     = { node_count = 1, cores_count = 4, ram_size = 8192 }
  }

  expect_failures = [var.name]
}

run "platform_with_capitals" {
  command = plan

  variables {
    platform = "Starter"
  }

  expect_failures = [var.platform]
}

run "location_of_another_cloud" {
  command = plan

  variables {
    location = "eu-central-1"
  }

  expect_failures = [var.location]
}

run "isolation_that_does_not_exist" {
  command = plan

  variables {
    isolation = "vm"
  }

  expect_failures = [var.isolation]
}

run "datacenter_id_is_a_name" {
  command = plan

  variables {
    datacenter_id = "starter"
  }

  expect_failures = [var.datacenter_id]
}

run "cluster_id_is_a_name" {
  command = plan

  variables {
    cluster_id = "starter"
  }

  expect_failures = [var.cluster_id]
}

run "version_without_patch" {
  command = plan

  variables {
    k8s_version = "1.34"
  }

  expect_failures = [var.k8s_version]
}

run "own_nodes_without_a_datacenter" {
  command = plan

  variables {
    isolation   = "node-pool"
    cluster_id  = "33333333-3333-4333-8333-333333333333"
    k8s_version = "1.34.4"
    node_pool   = { node_count = 1, cores_count = 4, ram_size = 8192 }
  }

  expect_failures = [var.datacenter_id]
}

run "own_nodes_without_a_cluster" {
  command = plan

  variables {
    isolation     = "node-pool"
    datacenter_id = "11111111-1111-4111-8111-111111111111"
    k8s_version   = "1.34.4"
    node_pool     = { node_count = 1, cores_count = 4, ram_size = 8192 }
  }

  expect_failures = [var.cluster_id]
}

run "own_nodes_without_a_version" {
  command = plan

  variables {
    isolation     = "node-pool"
    datacenter_id = "11111111-1111-4111-8111-111111111111"
    cluster_id    = "33333333-3333-4333-8333-333333333333"
    node_pool     = { node_count = 1, cores_count = 4, ram_size = 8192 }
  }

  expect_failures = [var.k8s_version]
}

run "own_nodes_without_a_size" {
  command = plan

  variables {
    isolation     = "node-pool"
    datacenter_id = "11111111-1111-4111-8111-111111111111"
    cluster_id    = "33333333-3333-4333-8333-333333333333"
    k8s_version   = "1.34.4"
  }

  expect_failures = [var.node_pool]
}

run "own_cluster_without_a_version" {
  command = plan

  variables {
    isolation = "cluster"
    node_pool = { cores_count = 4, ram_size = 8192 }
  }

  expect_failures = [var.k8s_version]
}

run "own_cluster_without_a_size" {
  command = plan

  variables {
    isolation   = "cluster"
    k8s_version = "1.34.4"
  }

  expect_failures = [var.node_pool]
}

run "privilege_access_activity_log" {
  command = plan

  variables {
    iam = { enabled = true, privileges = ["access_activity_log"] }
  }

  expect_failures = [var.iam]
}

run "privilege_access_and_manage_iam_resources" {
  command = plan

  variables {
    iam = { enabled = true, privileges = ["access_and_manage_iam_resources"] }
  }

  expect_failures = [var.iam]
}

run "privilege_access_and_manage_kaas" {
  command = plan

  variables {
    iam = { enabled = true, privileges = ["access_and_manage_kaas"] }
  }

  expect_failures = [var.iam]
}

run "privilege_access_and_manage_vpn" {
  command = plan

  variables {
    iam = { enabled = true, privileges = ["access_and_manage_vpn"] }
  }

  expect_failures = [var.iam]
}

run "privilege_create_network_security_groups" {
  command = plan

  variables {
    iam = { enabled = true, privileges = ["create_network_security_groups"] }
  }

  expect_failures = [var.iam]
}

run "privilege_create_pcc" {
  command = plan

  variables {
    iam = { enabled = true, privileges = ["create_pcc"] }
  }

  expect_failures = [var.iam]
}
