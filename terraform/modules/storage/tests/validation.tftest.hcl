# Each rule of the variables refuses what it should.
mock_provider "ionoscloud" {}

variables {
  name = "example-org-backups"
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
    name = "Backups"
  }

  expect_failures = [var.name]
}

run "name_with_two_dots" {
  command = plan

  variables {
    name = "example..backups"
  }

  expect_failures = [var.name]
}

run "name_like_an_address" {
  command = plan

  variables {
    name = "192.0.2.1"
  }

  expect_failures = [var.name]
}

run "region_with_blank" {
  command = plan

  variables {
    region = "eu central"
  }

  expect_failures = [var.region]
}

run "rules_with_the_same_id" {
  command = plan

  variables {
    lifecycle_rules = [{ id = "old", expiration_days = 1 }, { id = "old", expiration_days = 2 }]
  }

  expect_failures = [var.lifecycle_rules]
}

run "rule_with_a_blank_in_its_id" {
  command = plan

  variables {
    lifecycle_rules = [{ id = "old ones", expiration_days = 1 }]
  }

  expect_failures = [var.lifecycle_rules]
}

run "rule_with_an_empty_prefix" {
  command = plan

  variables {
    lifecycle_rules = [{ id = "old", prefix = "", expiration_days = 1 }]
  }

  expect_failures = [var.lifecycle_rules]
}

run "rule_that_does_nothing" {
  command = plan

  variables {
    lifecycle_rules = [{ id = "old" }]
  }

  expect_failures = [var.lifecycle_rules]
}

run "rule_of_no_days" {
  command = plan

  variables {
    lifecycle_rules = [{ id = "old", expiration_days = 0 }]
  }

  expect_failures = [var.lifecycle_rules]
}

run "rule_of_half_a_day" {
  command = plan

  variables {
    lifecycle_rules = [{ id = "old", noncurrent_days = 0.5 }]
  }

  expect_failures = [var.lifecycle_rules]
}
