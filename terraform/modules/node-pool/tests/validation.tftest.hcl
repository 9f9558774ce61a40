# Each rule of the variables refuses what it should.
mock_provider "ionoscloud" {
  # OpenTofu goes on planning behind a refused value, and would miss the address in its made-up blocks.
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

run "name_with_dot" {
  command = plan

  variables {
    name = "pool.one"
  }

  expect_failures = [var.name]
}

run "location_in_capitals" {
  command = plan

  variables {
    location = "DE/TXL"
  }

  expect_failures = [var.location]
}

run "datacenter_id_is_a_name" {
  command = plan

  variables {
    datacenter_id = "ionos-tenants-starter"
  }

  expect_failures = [var.datacenter_id]
}

run "cluster_id_is_a_name" {
  command = plan

  variables {
    k8s_cluster_id = "ionos-tenants-starter"
  }

  expect_failures = [var.k8s_cluster_id]
}

run "version_without_patch" {
  command = plan

  variables {
    k8s_version = "1.34"
  }

  expect_failures = [var.k8s_version]
}

run "no_nodes" {
  command = plan

  variables {
    node_count = 0
  }

  expect_failures = [var.node_count]
}

run "half_a_node" {
  command = plan

  variables {
    node_count = 1.5
  }

  expect_failures = [var.node_count]
}

run "autoscaling_from_zero" {
  command = plan

  variables {
    autoscaling = { min_node_count = 0, max_node_count = 3 }
  }

  expect_failures = [var.autoscaling]
}

run "autoscaling_without_a_range" {
  command = plan

  variables {
    autoscaling = { min_node_count = 2, max_node_count = 2 }
  }

  expect_failures = [var.autoscaling]
}

run "autoscaling_with_half_a_node" {
  command = plan

  variables {
    autoscaling = { min_node_count = 1.5, max_node_count = 3 }
  }

  expect_failures = [var.autoscaling]
}

run "autoscaling_above_the_start" {
  command = plan

  variables {
    autoscaling = { min_node_count = 3, max_node_count = 5 }
  }

  expect_failures = [var.autoscaling]
}

run "autoscaling_below_the_start" {
  command = plan

  variables {
    node_count  = 6
    autoscaling = { min_node_count = 3, max_node_count = 5 }
  }

  expect_failures = [var.autoscaling]
}

run "server_type_of_another_product" {
  command = plan

  variables {
    server_type = "CUBE"
  }

  expect_failures = [var.server_type]
}

run "no_cores" {
  command = plan

  variables {
    cores_count = 0
  }

  expect_failures = [var.cores_count]
}

run "half_a_core" {
  command = plan

  variables {
    cores_count = 0.5
  }

  expect_failures = [var.cores_count]
}

run "ram_in_gigabytes" {
  command = plan

  variables {
    ram_size = 16
  }

  expect_failures = [var.ram_size]
}

run "ram_below_the_least" {
  command = plan

  variables {
    ram_size = 1024
  }

  expect_failures = [var.ram_size]
}

run "ram_between_two_steps" {
  command = plan

  variables {
    ram_size = 3000
  }

  expect_failures = [var.ram_size]
}

run "storage_type_of_volumes" {
  command = plan

  variables {
    storage_type = "SSD Premium"
  }

  expect_failures = [var.storage_type]
}

run "storage_too_small" {
  command = plan

  variables {
    storage_size = 10
  }

  expect_failures = [var.storage_size]
}

run "storage_in_megabytes" {
  command = plan

  variables {
    storage_size = 102400
  }

  expect_failures = [var.storage_size]
}

run "storage_with_a_fraction" {
  command = plan

  variables {
    storage_size = 100.5
  }

  expect_failures = [var.storage_size]
}

run "zone_of_another_cloud" {
  command = plan

  variables {
    availability_zone = "A"
  }

  expect_failures = [var.availability_zone]
}

run "maintenance_window_on_no_weekday" {
  command = plan

  variables {
    maintenance_window = {
      day_of_the_week = "Sonntag"
      time            = "01:00:00Z"
    }
  }

  expect_failures = [var.maintenance_window]
}

run "maintenance_window_without_zone" {
  command = plan

  variables {
    maintenance_window = {
      day_of_the_week = "Sunday"
      time            = "01:00:00"
    }
  }

  expect_failures = [var.maintenance_window]
}

run "maintenance_window_after_midnight" {
  command = plan

  variables {
    maintenance_window = {
      day_of_the_week = "Sunday"
      time            = "24:00:00Z"
    }
  }

  expect_failures = [var.maintenance_window]
}

run "label_key_with_blank" {
  command = plan

  variables {
    labels = { "my pool" = "shared" }
  }

  expect_failures = [var.labels]
}

run "label_value_with_blank" {
  command = plan

  variables {
    labels = { pool = "a b" }
  }

  expect_failures = [var.labels]
}

run "label_value_too_long" {
  command = plan

  variables {
    labels = { pool = join("", [for number in range(64) : "a"]) }
  }

  expect_failures = [var.labels]
}

run "lan_named_twice" {
  command = plan

  variables {
    lans = [{ id = 1 }, { id = 1 }]
  }

  expect_failures = [var.lans]
}

run "route_without_a_network" {
  command = plan

  variables {
    lans = [{ id = 1, routes = [{ network = "office", gateway_ip = "10.7.0.1" }] }]
  }

  expect_failures = [var.lans]
}

run "route_without_a_gateway" {
  command = plan

  variables {
    lans = [{ id = 1, routes = [{ network = "172.16.0.0/16", gateway_ip = "router" }] }]
  }

  expect_failures = [var.lans]
}

run "route_into_the_pod_network" {
  command = plan

  variables {
    lans = [{ id = 1, routes = [{ network = "10.233.64.0/24", gateway_ip = "10.7.0.1" }] }]
  }

  expect_failures = [var.lans]
}

run "route_over_everything_private" {
  command = plan

  variables {
    lans = [{ id = 1, routes = [{ network = "10.0.0.0/8", gateway_ip = "10.7.0.1" }] }]
  }

  expect_failures = [var.lans]
}
