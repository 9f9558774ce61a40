variable "platform" {
  description = "Name of the platform; part of the names of everything that is made. It never changes."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[a-z]([a-z0-9-]{1,28}[a-z0-9])$", var.platform))
    error_message = "platform must have 3 to 30 lower-case letters, digits or hyphens, start with a letter and not end with a hyphen."
  }
}

variable "location" {
  description = "IONOS location, such as de/txl or de/fra/2. It never changes."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[a-z]{2}/[a-z]{3}(/[1-9])?$", var.location))
    error_message = "location must look like de/txl or de/fra/2."
  }
}

variable "k8s_version" {
  description = "Kubernetes release with its patch number for the control plane and all nodes, such as 1.34.4, out of those that GET /k8s/versions lists."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^1\\.[0-9]{1,3}\\.[0-9]{1,3}$", var.k8s_version))
    error_message = "k8s_version must be a full release, such as 1.34.4."
  }
}

variable "node_pools" {
  description = "The shared node pools by name: nodes, cores, ram_size in MB, storage_size in GB per node. Autoscaling is off unless given. See the module node-pool."
  type = map(object({
    node_count        = number
    server_type       = optional(string, "DedicatedCore")
    cores_count       = number
    ram_size          = number
    storage_type      = optional(string, "SSD")
    storage_size      = optional(number, 100)
    availability_zone = optional(string, "AUTO")
    autoscaling = optional(object({
      min_node_count = number
      max_node_count = number
    }))
  }))
  nullable = false

  validation {
    condition     = length(var.node_pools) > 0
    error_message = "node_pools must hold at least one pool."
  }

  validation {
    # IONOS allows 63 characters: "ionos-tenants-", 30 for the platform, a hyphen, 18 for the pool.
    condition     = alltrue([for name in keys(var.node_pools) : can(regex("^[a-z0-9]([a-z0-9-]{0,16}[a-z0-9])?$", name))])
    error_message = "The names of node_pools must have 1 to 18 lower-case letters, digits or hyphens, and neither start nor end with a hyphen."
  }
}

variable "maintenance_window" {
  description = "Weekly time (UTC) at which IONOS may update the control plane."
  type = object({
    day_of_the_week = string
    time            = string
  })
  nullable = false
  default = {
    day_of_the_week = "Sunday"
    time            = "01:00:00Z"
  }
}

variable "node_maintenance_window" {
  description = "Weekly time (UTC) from which IONOS rebuilds the nodes, one after the other."
  type = object({
    day_of_the_week = string
    time            = string
  })
  nullable = false
  default = {
    day_of_the_week = "Sunday"
    time            = "03:00:00Z"
  }
}

variable "api_subnet_allow_list" {
  description = "CIDRs from which the Kubernetes API may be reached; empty means from everywhere. It must contain the operator's own address."
  type        = list(string)
  nullable    = false
  default     = []
}

variable "audit_log_bucket" {
  description = "Object Storage bucket for the audit log of the Kubernetes API; null means none is written. It may be the bucket of storage."
  type        = string
  default     = null
}

variable "storage" {
  description = "A bucket for backups and audit logs; null means none. Needs IONOS_S3_ACCESS_KEY and IONOS_S3_SECRET_KEY in the environment. See the module storage."
  type = object({
    name       = string
    region     = optional(string, "eu-central-3")
    versioning = optional(bool, true)
    lifecycle_rules = optional(list(object({
      id                = string
      prefix            = optional(string)
      expiration_days   = optional(number)
      noncurrent_days   = optional(number)
      abort_upload_days = optional(number)
      })), [
      { id = "old-versions", noncurrent_days = 30 },
      { id = "unfinished-uploads", abort_upload_days = 7 },
    ])
  })
  default = null
}
