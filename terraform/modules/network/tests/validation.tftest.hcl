# Each rule of the variables refuses what it should.
mock_provider "ionoscloud" {}

variables {
  name     = "ionos-tenants-starter"
  location = "de/txl"
}

run "name_too_short" {
  command = plan

  variables {
    name = "ab"
  }

  expect_failures = [var.name]
}

run "name_with_capitals" {
  command = plan

  variables {
    name = "Starter"
  }

  expect_failures = [var.name]
}

run "name_ends_with_hyphen" {
  command = plan

  variables {
    name = "starter-"
  }

  expect_failures = [var.name]
}

run "location_without_country" {
  command = plan

  variables {
    location = "txl"
  }

  expect_failures = [var.location]
}

run "location_with_blank" {
  command = plan

  variables {
    location = "de/txl "
  }

  expect_failures = [var.location]
}

run "description_too_long" {
  command = plan

  variables {
    description = join("", [for number in range(256) : "x"])
  }

  expect_failures = [var.description]
}

run "lan_name_with_blank" {
  command = plan

  variables {
    lan_name = "my nodes"
  }

  expect_failures = [var.lan_name]
}
