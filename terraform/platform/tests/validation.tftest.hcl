# Each rule of the variables refuses what it should.
mock_provider "ionoscloud" {
  # OpenTofu goes on planning behind a refused value, and its made-up ids are none.
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
}

variables {
  platform    = "starter"
  location    = "de/txl"
  k8s_version = "1.34.4"

  node_pools = {
    shared = {
      node_count  = 2
      cores_count = 4
      ram_size    = 16384
    }
  }
}

run "platform_too_short" {
  command = plan

  variables {
    platform = "ab"
  }

  expect_failures = [var.platform]
}

run "platform_too_long" {
  command = plan

  variables {
    platform = join("", [for number in range(31) : "a"])
  }

  expect_failures = [var.platform]
}

run "platform_starts_with_a_digit" {
  command = plan

  variables {
    platform = "1e3"
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

run "version_without_patch" {
  command = plan

  variables {
    k8s_version = "1.34"
  }

  expect_failures = [var.k8s_version]
}

run "no_pool" {
  command = plan

  variables {
    node_pools = {}
  }

  expect_failures = [var.node_pools]
}

run "pool_name_too_long" {
  command = plan

  variables {
    node_pools = { a-very-long-pool-name = { node_count = 1, cores_count = 2, ram_size = 4096 } }
  }

  expect_failures = [var.node_pools]
}

run "pool_name_with_underscore" {
  command = plan

  variables {
    node_pools = { pool_one = { node_count = 1, cores_count = 2, ram_size = 4096 } }
  }

  expect_failures = [var.node_pools]
}
