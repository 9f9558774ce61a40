# Each rule of the variables refuses what it should.
mock_provider "ionoscloud" {}

variables {
  name = "ionos-tenants-starter-acme"
}

run "name_too_short" {
  command = plan

  variables {
    name = "ab"
  }

  expect_failures = [var.name]
}

run "name_with_blank" {
  command = plan

  variables {
    name = "acme staff"
  }

  expect_failures = [var.name]
}

run "privilege_that_does_not_exist" {
  command = plan

  variables {
    privileges = ["s3_privilege", "rule_the_world"]
  }

  expect_failures = [var.privileges]
}

run "user_by_mail" {
  command = plan

  variables {
    user_ids = ["web@acme.example"]
  }

  expect_failures = [var.user_ids]
}

run "three_shares" {
  command = plan

  variables {
    shares = [
      { resource_id = "11111111-1111-4111-8111-111111111111" },
      { resource_id = "22222222-2222-4222-8222-222222222222" },
      { resource_id = "33333333-3333-4333-8333-333333333333" },
    ]
  }

  expect_failures = [var.shares]
}

run "share_by_name" {
  command = plan

  variables {
    shares = [{ resource_id = "acme" }]
  }

  expect_failures = [var.shares]
}
