# The cell as it is by default, and with everything that it may have.
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

run "makes_a_cell_with_one_pool" {
  command = plan

  assert {
    condition     = output.platform == "starter" && output.location == "de/txl" && output.datacenter_id == "11111111-1111-4111-8111-111111111111"
    error_message = "The outputs must name the data centre and its location."
  }

  assert {
    condition     = output.lan_id == "1" && output.lan_cidr == "10.7.222.0/23"
    error_message = "The outputs must name the LAN."
  }

  assert {
    condition     = output.cluster_name == "ionos-tenants-starter" && output.cluster_id == "33333333-3333-4333-8333-333333333333" && output.k8s_version == "1.34.4"
    error_message = "The outputs must name the cluster and its release."
  }

  assert {
    condition     = output.node_pool_id == "44444444-4444-4444-8444-444444444444" && output.node_pool_ids == { shared = "44444444-4444-4444-8444-444444444444" }
    error_message = "The outputs must name the pool."
  }

  assert {
    condition     = length(output.node_public_ips) == 3
    error_message = "Two nodes have three addresses between them."
  }

  assert {
    condition     = module.node_pool["shared"].name == "ionos-tenants-starter-shared" && module.node_pool["shared"].labels == tomap({ "ionos-tenants.io/pool" = "shared" })
    error_message = "The pool must be named after the platform, and its nodes marked as shared."
  }

  assert {
    condition     = output.bucket == null
    error_message = "A bucket must only be made on request."
  }
}

run "makes_several_pools" {
  command = plan

  variables {
    node_pools = {
      shared-b = { node_count = 3, cores_count = 8, ram_size = 32768, storage_size = 200, autoscaling = { min_node_count = 3, max_node_count = 6 } }
      shared   = { node_count = 2, cores_count = 4, ram_size = 16384, server_type = "VCPU" }
    }
  }

  assert {
    condition     = keys(output.node_pool_ids) == ["shared", "shared-b"]
    error_message = "The outputs must name both pools."
  }

  assert {
    condition     = length(output.node_public_ips) == 3 + 7
    error_message = "Two nodes have three addresses, up to six nodes seven."
  }

  assert {
    condition     = module.node_pool["shared-b"].labels["ionos-tenants.io/pool"] == "shared"
    error_message = "Workloads must be able to move from one pool to the other."
  }
}

run "makes_a_bucket_and_writes_the_audit_log_into_it" {
  command = plan

  variables {
    storage = {
      name   = "example-org-ionos-tenants"
      region = "eu-central-4"
    }
    audit_log_bucket      = "example-org-ionos-tenants"
    api_subnet_allow_list = ["203.0.113.0/24"]
  }

  assert {
    condition     = output.bucket == "example-org-ionos-tenants" && module.storage[0].region == "eu-central-4"
    error_message = "The bucket must be where it was asked for."
  }

  assert {
    condition     = module.kubernetes.audit_log_bucket == "example-org-ionos-tenants"
    error_message = "The audit log must go into the bucket that was made."
  }
}

run "writes_the_audit_log_into_a_bucket_that_is_there" {
  command = plan

  variables {
    audit_log_bucket = "example-org-logs"
  }

  assert {
    condition     = module.kubernetes.audit_log_bucket == "example-org-logs" && length(module.storage) == 0
    error_message = "The audit log must go into the bucket that was named, and none is made."
  }
}

run "writes_no_audit_log_unless_asked" {
  command = plan

  assert {
    condition     = module.kubernetes.audit_log_bucket == null
    error_message = "Without a bucket there is no audit log."
  }
}
