# One address, in the right place.
mock_provider "ionoscloud" {
  override_during = plan

  mock_resource "ionoscloud_ipblock" {
    defaults = {
      id  = "22222222-2222-4222-8222-222222222222"
      ips = ["203.0.113.10"]
    }
  }
}

variables {
  name     = "ionos-tenants-starter-acme"
  location = "de/txl"
}

run "reserves_one_address" {
  command = plan

  assert {
    condition     = ionoscloud_ipblock.this.size == 1
    error_message = "The block must hold one address."
  }

  assert {
    condition     = output.ip == "203.0.113.10" && output.ipblock_id == "22222222-2222-4222-8222-222222222222" && output.location == "de/txl"
    error_message = "The outputs must name the address, its block and its location."
  }
}

run "refuses_a_block_without_an_address" {
  command = plan

  override_resource {
    target          = ionoscloud_ipblock.this
    override_during = plan
    values          = { ips = [] }
  }

  expect_failures = [ionoscloud_ipblock.this]
}

run "refuses_a_block_with_two_addresses" {
  command = plan

  override_resource {
    target          = ionoscloud_ipblock.this
    override_during = plan
    values          = { ips = ["203.0.113.10", "203.0.113.11"] }
  }

  expect_failures = [ionoscloud_ipblock.this]
}
