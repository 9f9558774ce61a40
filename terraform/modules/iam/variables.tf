variable "name" {
  description = "Name of the group."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[a-z0-9]([a-z0-9-]{1,78}[a-z0-9])$", var.name))
    error_message = "name must have 3 to 80 lower-case letters, digits or hyphens, and neither start nor end with a hyphen."
  }
}

variable "privileges" {
  description = "What the members may do anywhere in the contract, by the names that the provider gives to privileges, such as s3_privilege."
  type        = set(string)
  nullable    = false
  default     = []

  validation {
    condition = length(setsubtract(var.privileges, [
      "access_activity_log",
      "access_and_manage_ai_model_hub",
      "access_and_manage_api_gateway",
      "access_and_manage_cdn",
      "access_and_manage_certificates",
      "access_and_manage_dns",
      "access_and_manage_iam_resources",
      "access_and_manage_kaas",
      "access_and_manage_logging",
      "access_and_manage_monitoring",
      "access_and_manage_network_file_storage",
      "access_and_manage_vpn",
      "create_backup_unit",
      "create_datacenter",
      "create_flow_log",
      "create_internet_access",
      "create_k8s_cluster",
      "create_network_security_groups",
      "create_pcc",
      "create_snapshot",
      "manage_dataplatform",
      "manage_dbaas",
      "manage_registry",
      "reserve_ip",
      "s3_privilege",
    ])) == 0
    error_message = "privileges holds a name that is no privilege of an IONOS group."
  }
}

variable "user_ids" {
  description = "UUIDs of the users that are members. Users themselves are not made here: their passwords would have to pass through terraform."
  type        = set(string)
  nullable    = false
  default     = []

  validation {
    condition     = alltrue([for id in var.user_ids : can(regex("^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$", id))])
    error_message = "user_ids must hold UUIDs in lower case."
  }
}

variable "shares" {
  description = "Up to two objects that the members may see, by their UUIDs; with edit they may change them, with share pass them on."
  type = list(object({
    resource_id = string
    edit        = optional(bool, false)
    share       = optional(bool, false)
  }))
  nullable = false
  default  = []

  validation {
    condition     = length(var.shares) <= 2
    error_message = "shares may hold two objects at most."
  }

  validation {
    condition     = alltrue([for share in var.shares : can(regex("^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$", share.resource_id))])
    error_message = "resource_id must be a UUID in lower case."
  }
}
