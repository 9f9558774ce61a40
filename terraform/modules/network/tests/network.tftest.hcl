# The data centre and its LAN, and the refusal of a LAN in a range that IONOS uses itself.
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
}

variables {
  name     = "ionos-tenants-starter"
  location = "de/fra/2"
}

run "makes_a_private_lan_in_the_data_centre" {
  command = plan

  assert {
    condition     = ionoscloud_datacenter.this.location == "de/fra/2"
    error_message = "The data centre must be where it was asked for."
  }

  assert {
    condition     = ionoscloud_lan.this.public == false
    error_message = "The LAN must be private."
  }

  assert {
    condition     = ionoscloud_lan.this.datacenter_id == output.datacenter_id && output.datacenter_id == "11111111-1111-4111-8111-111111111111"
    error_message = "The LAN must be in the data centre that the output names."
  }

  assert {
    condition     = output.lan_id == "1" && output.lan_cidr == "10.7.222.0/23" && output.location == "de/fra/2"
    error_message = "The outputs must name the LAN and the location."
  }
}

run "refuses_a_lan_inside_a_reserved_range" {
  command = plan

  override_resource {
    target          = ionoscloud_lan.this
    override_during = plan
    values          = { id = "1", ipv4_cidr_block = "10.210.4.0/23" }
  }

  expect_failures = [ionoscloud_lan.this]
}

run "refuses_a_lan_around_a_reserved_range" {
  command = plan

  override_resource {
    target          = ionoscloud_lan.this
    override_during = plan
    values          = { id = "1", ipv4_cidr_block = "192.168.0.0/16" }
  }

  expect_failures = [ionoscloud_lan.this]
}

run "refuses_the_first_address_of_a_reserved_range" {
  command = plan

  override_resource {
    target          = ionoscloud_lan.this
    override_during = plan
    values          = { id = "1", ipv4_cidr_block = "10.208.0.0/28" }
  }

  expect_failures = [ionoscloud_lan.this]
}

run "refuses_the_last_addresses_of_a_reserved_range" {
  command = plan

  override_resource {
    target          = ionoscloud_lan.this
    override_during = plan
    values          = { id = "1", ipv4_cidr_block = "10.255.254.0/23" }
  }

  expect_failures = [ionoscloud_lan.this]
}

run "takes_a_lan_just_below_a_reserved_range" {
  command = plan

  override_resource {
    target          = ionoscloud_lan.this
    override_during = plan
    values          = { id = "1", ipv4_cidr_block = "10.207.254.0/23" }
  }

  assert {
    condition     = output.lan_cidr == "10.207.254.0/23"
    error_message = "The range ends before the reserved one begins."
  }
}

run "takes_a_lan_beside_a_reserved_range" {
  command = plan

  override_resource {
    target          = ionoscloud_lan.this
    override_during = plan
    values          = { id = "1", ipv4_cidr_block = "192.168.231.0/24" }
  }

  assert {
    condition     = output.lan_cidr == "192.168.231.0/24"
    error_message = "The range begins after the reserved one ends."
  }
}
