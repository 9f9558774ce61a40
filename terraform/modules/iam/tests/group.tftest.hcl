# The group, its privileges, and none, one or two shares.
mock_provider "ionoscloud" {
  override_during = plan

  mock_resource "ionoscloud_group" {
    defaults = {
      id = "55555555-5555-4555-8555-555555555555"
    }
  }
}

variables {
  name = "ionos-tenants-starter-acme"
}

run "makes_a_group_without_any_right" {
  command = plan

  assert {
    condition     = length([for key, value in ionoscloud_group.this : key if can(regex("^(access|create|manage)_|^reserve_ip$|_privilege$", key))]) == 25 && alltrue([for key, value in ionoscloud_group.this : value == false if can(regex("^(access|create|manage)_|^reserve_ip$|_privilege$", key))])
    error_message = "A group must have no privilege that was not asked for."
  }

  assert {
    condition     = ionoscloud_group.this.get_users_data == false
    error_message = "Names and addresses of people must stay out of the state."
  }

  assert {
    condition     = length(ionoscloud_share.first) == 0 && length(ionoscloud_share.second) == 0
    error_message = "Nothing must be shared that was not asked for."
  }

  assert {
    condition     = output.group_id == "55555555-5555-4555-8555-555555555555" && output.name == "ionos-tenants-starter-acme"
    error_message = "The outputs must name the group."
  }
}

run "gives_the_privileges_that_were_asked_for" {
  command = plan

  variables {
    privileges = ["s3_privilege", "access_and_manage_dns"]
    user_ids   = ["66666666-6666-4666-8666-666666666666"]
  }

  assert {
    condition     = sort([for key, value in ionoscloud_group.this : key if can(regex("^(access|create|manage)_|^reserve_ip$|_privilege$", key)) && value == true]) == tolist(["access_and_manage_dns", "s3_privilege"])
    error_message = "The group must have these two privileges and no other."
  }

  assert {
    condition     = ionoscloud_group.this.user_ids == toset(["66666666-6666-4666-8666-666666666666"])
    error_message = "The user must be a member."
  }
}

run "knows_every_privilege_by_its_name" {
  command = plan

  variables {
    privileges = [
      "access_activity_log", "access_and_manage_ai_model_hub", "access_and_manage_api_gateway", "access_and_manage_cdn",
      "access_and_manage_certificates", "access_and_manage_dns", "access_and_manage_iam_resources", "access_and_manage_kaas",
      "access_and_manage_logging", "access_and_manage_monitoring", "access_and_manage_network_file_storage", "access_and_manage_vpn",
      "create_backup_unit", "create_datacenter", "create_flow_log", "create_internet_access", "create_k8s_cluster",
      "create_network_security_groups", "create_pcc", "create_snapshot", "manage_dataplatform", "manage_dbaas", "manage_registry",
      "reserve_ip", "s3_privilege",
    ]
  }

  assert {
    condition     = length([for key, value in ionoscloud_group.this : key if value == true && can(regex("^(access|create|manage)_|^reserve_ip$|_privilege$", key))]) == 25 && alltrue([for key, value in ionoscloud_group.this : value == true if can(regex("^(access|create|manage)_|^reserve_ip$|_privilege$", key))])
    error_message = "Every privilege that the provider knows must be given by its own name."
  }
}

run "shares_one_object_to_be_seen" {
  command = plan

  variables {
    shares = [{ resource_id = "22222222-2222-4222-8222-222222222222" }]
  }

  assert {
    condition     = ionoscloud_share.first[0].resource_id == "22222222-2222-4222-8222-222222222222" && ionoscloud_share.first[0].group_id == output.group_id
    error_message = "The object must be shared with the group."
  }

  assert {
    condition     = ionoscloud_share.first[0].edit_privilege == false && ionoscloud_share.first[0].share_privilege == false && length(ionoscloud_share.second) == 0
    error_message = "It must be shared to be seen only, and nothing else with it."
  }
}

run "shares_two_objects" {
  command = plan

  variables {
    shares = [
      { resource_id = "22222222-2222-4222-8222-222222222222" },
      { resource_id = "11111111-1111-4111-8111-111111111111", edit = true, share = true },
    ]
  }

  assert {
    condition     = ionoscloud_share.first[0].resource_id == "22222222-2222-4222-8222-222222222222" && ionoscloud_share.second[0].resource_id == "11111111-1111-4111-8111-111111111111"
    error_message = "Both objects must be shared."
  }

  assert {
    condition     = ionoscloud_share.second[0].edit_privilege && ionoscloud_share.second[0].share_privilege && !ionoscloud_share.first[0].edit_privilege
    error_message = "Each share must have its own rights."
  }
}
