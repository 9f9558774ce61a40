# Each rule of the variables refuses what it should.
mock_provider "ionoscloud" {}

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
