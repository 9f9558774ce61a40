# A group of IONOS users, what it may do in the contract, and which objects are shared with it.
#
# Shares are made one after the other, because the API refuses several at the same time; that is why there is
# a chain of two and no `for_each`. A Kubernetes cluster is better not shared: whoever may read it can fetch its
# kubeconfig, and that is the whole cluster.

locals {
  first_share  = try(var.shares[0], null)
  second_share = try(var.shares[1], null)
}

resource "ionoscloud_group" "this" {
  name     = var.name
  user_ids = var.user_ids
  # Otherwise names and e-mail addresses of the members would stand in the state.
  get_users_data = false

  access_activity_log                    = contains(var.privileges, "access_activity_log")
  access_and_manage_ai_model_hub         = contains(var.privileges, "access_and_manage_ai_model_hub")
  access_and_manage_api_gateway          = contains(var.privileges, "access_and_manage_api_gateway")
  access_and_manage_cdn                  = contains(var.privileges, "access_and_manage_cdn")
  access_and_manage_certificates         = contains(var.privileges, "access_and_manage_certificates")
  access_and_manage_dns                  = contains(var.privileges, "access_and_manage_dns")
  access_and_manage_iam_resources        = contains(var.privileges, "access_and_manage_iam_resources")
  access_and_manage_kaas                 = contains(var.privileges, "access_and_manage_kaas")
  access_and_manage_logging              = contains(var.privileges, "access_and_manage_logging")
  access_and_manage_monitoring           = contains(var.privileges, "access_and_manage_monitoring")
  access_and_manage_network_file_storage = contains(var.privileges, "access_and_manage_network_file_storage")
  access_and_manage_vpn                  = contains(var.privileges, "access_and_manage_vpn")
  create_backup_unit                     = contains(var.privileges, "create_backup_unit")
  create_datacenter                      = contains(var.privileges, "create_datacenter")
  create_flow_log                        = contains(var.privileges, "create_flow_log")
  create_internet_access                 = contains(var.privileges, "create_internet_access")
  create_k8s_cluster                     = contains(var.privileges, "create_k8s_cluster")
  create_network_security_groups         = contains(var.privileges, "create_network_security_groups")
  create_pcc                             = contains(var.privileges, "create_pcc")
  create_snapshot                        = contains(var.privileges, "create_snapshot")
  manage_dataplatform                    = contains(var.privileges, "manage_dataplatform")
  manage_dbaas                           = contains(var.privileges, "manage_dbaas")
  manage_registry                        = contains(var.privileges, "manage_registry")
  reserve_ip                             = contains(var.privileges, "reserve_ip")
  s3_privilege                           = contains(var.privileges, "s3_privilege")
}

resource "ionoscloud_share" "first" {
  count = length(var.shares) > 0 ? 1 : 0

  group_id        = ionoscloud_group.this.id
  resource_id     = local.first_share.resource_id
  edit_privilege  = local.first_share.edit
  share_privilege = local.first_share.share
}

resource "ionoscloud_share" "second" {
  count = length(var.shares) > 1 ? 1 : 0

  group_id        = ionoscloud_group.this.id
  resource_id     = local.second_share.resource_id
  edit_privilege  = local.second_share.edit
  share_privilege = local.second_share.share

  depends_on = [ionoscloud_share.first]
}
