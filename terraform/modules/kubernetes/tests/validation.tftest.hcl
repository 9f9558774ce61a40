# Each rule of the variables refuses what it should.
mock_provider "ionoscloud" {}

variables {
  name        = "ionos-tenants-starter"
  k8s_version = "1.34.4"
}

run "name_with_underscore" {
  command = plan

  variables {
    name = "my_cluster"
  }

  expect_failures = [var.name]
}

run "name_too_long" {
  command = plan

  variables {
    name = join("", [for number in range(64) : "a"])
  }

  expect_failures = [var.name]
}

run "version_without_patch" {
  command = plan

  variables {
    k8s_version = "1.34"
  }

  expect_failures = [var.k8s_version]
}

run "version_with_v" {
  command = plan

  variables {
    k8s_version = "v1.34.4"
  }

  expect_failures = [var.k8s_version]
}

run "version_default" {
  command = plan

  variables {
    k8s_version = "default"
  }

  expect_failures = [var.k8s_version]
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

run "allow_list_with_an_address" {
  command = plan

  variables {
    api_subnet_allow_list = ["203.0.113.7"]
  }

  expect_failures = [var.api_subnet_allow_list]
}

run "allow_list_with_host_bits" {
  command = plan

  variables {
    api_subnet_allow_list = ["203.0.113.7/24"]
  }

  expect_failures = [var.api_subnet_allow_list]
}

run "allow_list_with_a_word" {
  command = plan

  variables {
    api_subnet_allow_list = ["office"]
  }

  expect_failures = [var.api_subnet_allow_list]
}

run "allow_list_with_a_repetition" {
  command = plan

  variables {
    api_subnet_allow_list = ["203.0.113.0/24", "203.0.113.0/24"]
  }

  expect_failures = [var.api_subnet_allow_list]
}

run "audit_log_bucket_with_capitals" {
  command = plan

  variables {
    audit_log_bucket = "Audit"
  }

  expect_failures = [var.audit_log_bucket]
}
