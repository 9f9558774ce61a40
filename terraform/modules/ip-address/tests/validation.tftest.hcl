# Each rule of the variables refuses what it should.
mock_provider "ionoscloud" {}

variables {
  name     = "ionos-tenants-starter-acme"
  location = "de/txl"
}

run "name_too_short" {
  command = plan

  variables {
    name = "ab"
  }

  expect_failures = [var.name]
}

run "name_with_path" {
  command = plan

  variables {
    name = "../acme"
  }

  expect_failures = [var.name]
}

run "name_too_long" {
  command = plan

  variables {
    name = join("", [for number in range(81) : "a"])
  }

  expect_failures = [var.name]
}

run "location_of_another_cloud" {
  command = plan

  variables {
    location = "eu-central-1"
  }

  expect_failures = [var.location]
}
