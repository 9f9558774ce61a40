# The control plane, with and without an allow list and an audit log.
mock_provider "ionoscloud" {
  override_during = plan

  mock_resource "ionoscloud_k8s_cluster" {
    defaults = {
      id = "33333333-3333-4333-8333-333333333333"
    }
  }
}

variables {
  name        = "ionos-tenants-starter"
  k8s_version = "1.34.4"
}

run "makes_an_open_public_cluster_by_default" {
  command = plan

  assert {
    condition     = ionoscloud_k8s_cluster.this.public
    error_message = "The cluster must be public, or load balancers get no address."
  }

  assert {
    condition     = ionoscloud_k8s_cluster.this.api_subnet_allow_list == null
    error_message = "Without a list the API must be open."
  }

  assert {
    condition     = length(ionoscloud_k8s_cluster.this.s3_buckets) == 0
    error_message = "Without a bucket there must be no audit log."
  }

  assert {
    condition     = ionoscloud_k8s_cluster.this.maintenance_window[0].day_of_the_week == "Sunday" && ionoscloud_k8s_cluster.this.maintenance_window[0].time == "01:00:00Z"
    error_message = "The maintenance window must be the default one."
  }

  assert {
    condition     = output.cluster_id == "33333333-3333-4333-8333-333333333333" && output.name == "ionos-tenants-starter" && output.k8s_version == "1.34.4"
    error_message = "The outputs must name the cluster and its release."
  }
}

run "restricts_the_api_and_writes_an_audit_log" {
  command = plan

  variables {
    api_subnet_allow_list = ["203.0.113.0/24", "2001:db8::/32"]
    audit_log_bucket      = "example-org-audit"

    maintenance_window = {
      day_of_the_week = "Wednesday"
      time            = "23:59:59Z"
    }
  }

  assert {
    condition     = ionoscloud_k8s_cluster.this.api_subnet_allow_list == tolist(["203.0.113.0/24", "2001:db8::/32"])
    error_message = "The API must only be open to the list."
  }

  assert {
    condition     = one(ionoscloud_k8s_cluster.this.s3_buckets).name == "example-org-audit"
    error_message = "The audit log must go to the bucket."
  }

  assert {
    condition     = ionoscloud_k8s_cluster.this.maintenance_window[0].day_of_the_week == "Wednesday" && ionoscloud_k8s_cluster.this.maintenance_window[0].time == "23:59:59Z"
    error_message = "The maintenance window must be the one that was asked for."
  }
}
