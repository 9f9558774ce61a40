variable "name" {
  description = "Name of the tenant; part of the names of everything that is made. It never changes."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[a-z]([a-z0-9-]{1,28}[a-z0-9])$", var.name))
    error_message = "name must have 3 to 30 lower-case letters, digits or hyphens, start with a letter and not end with a hyphen."
  }

  validation {
    # The label ionos-tenants.io/pool of a tenant's nodes is the tenant's name, that of the platform's is "shared".
    condition     = var.name != "shared"
    error_message = "The name \"shared\" is taken: it marks the nodes of the platform."
  }

  validation {
    condition     = var.isolation == "namespace" || length("ionos-tenants-${var.platform}-${var.name}") <= 63
    error_message = "With nodes of its own, the tenant's name and the platform's name together may have 48 characters: IONOS allows 63 for a node pool and a cluster."
  }
}

variable "platform" {
  description = "Name of the platform that the tenant belongs to."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[a-z]([a-z0-9-]{1,28}[a-z0-9])$", var.platform))
    error_message = "platform must have 3 to 30 lower-case letters, digits or hyphens, start with a letter and not end with a hyphen."
  }
}

variable "location" {
  description = "IONOS location of the tenant's address, the same as the platform's (or, with isolation cluster, of all that the tenant owns). It never changes."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[a-z]{2}/[a-z]{3}(/[1-9])?$", var.location))
    error_message = "location must look like de/txl or de/fra/2."
  }
}

variable "isolation" {
  description = "namespace: shared nodes. node-pool: own nodes in the platform's cluster. cluster: own data centre, LAN, cluster and nodes."
  type        = string
  nullable    = false
  default     = "namespace"

  validation {
    condition     = contains(["namespace", "node-pool", "cluster"], var.isolation)
    error_message = "isolation must be namespace, node-pool or cluster."
  }
}

variable "datacenter_id" {
  description = "UUID of the platform's data centre: needed with isolation node-pool, otherwise used to check the location. Not used with isolation cluster."
  type        = string
  default     = null

  validation {
    condition     = var.datacenter_id == null || can(regex("^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$", var.datacenter_id))
    error_message = "datacenter_id must be a UUID in lower case."
  }

  validation {
    condition     = var.isolation != "node-pool" || var.datacenter_id != null
    error_message = "isolation node-pool needs datacenter_id, the data centre of the platform."
  }
}

variable "cluster_id" {
  description = "UUID of the platform's cluster: needed with isolation node-pool, not used with isolation cluster."
  type        = string
  default     = null

  validation {
    condition     = var.cluster_id == null || can(regex("^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$", var.cluster_id))
    error_message = "cluster_id must be a UUID in lower case."
  }

  validation {
    condition     = var.isolation != "node-pool" || var.cluster_id != null
    error_message = "isolation node-pool needs cluster_id, the cluster of the platform."
  }
}

variable "k8s_version" {
  description = "Kubernetes release with its patch number for the tenant's own nodes (and cluster): needed unless isolation is namespace."
  type        = string
  default     = null

  validation {
    condition     = var.k8s_version == null || can(regex("^1\\.[0-9]{1,3}\\.[0-9]{1,3}$", var.k8s_version))
    error_message = "k8s_version must be a full release, such as 1.34.4."
  }

  validation {
    condition     = var.isolation == "namespace" || var.k8s_version != null
    error_message = "isolation node-pool and cluster need k8s_version."
  }
}

variable "node_pool" {
  description = "The tenant's own nodes: cores, ram_size in MB, storage_size in GB per node; needed unless isolation is namespace. k8s_version where they are behind their cluster: another one rebuilds them. Autoscaling is off unless given. See the module node-pool."
  type = object({
    k8s_version       = optional(string)
    node_count        = optional(number, 1)
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
  })
  default = null

  validation {
    condition     = var.isolation == "namespace" || var.node_pool != null
    error_message = "isolation node-pool and cluster need node_pool."
  }
}

variable "maintenance_window" {
  description = "Weekly time (UTC) at which IONOS may update the control plane of the tenant's own cluster."
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
  description = "Weekly time (UTC) from which IONOS rebuilds the tenant's own nodes, one after the other."
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
  description = "CIDRs from which the Kubernetes API of the tenant's own cluster may be reached; empty means from everywhere. It must contain the operator's own address."
  type        = list(string)
  nullable    = false
  default     = []
}

variable "audit_log_bucket" {
  description = "Object Storage bucket for the audit log of the Kubernetes API of the tenant's own cluster; null means none is written."
  type        = string
  default     = null
}

variable "iam" {
  description = "On request a group of IONOS users that sees what the tenant owns: its privileges in the contract and its members, by UUID."
  type = object({
    enabled    = optional(bool, false)
    privileges = optional(set(string), [])
    user_ids   = optional(set(string), [])
  })
  nullable = false
  default  = {}

  validation {
    # Rights over users and over the log of the whole contract, over all its networks or all its clusters, would let
    # one tenant see or change another one.
    condition = length(setintersection(var.iam.privileges, [
      "access_activity_log",
      "access_and_manage_iam_resources",
      "access_and_manage_kaas",
      "access_and_manage_vpn",
      "create_network_security_groups",
      "create_pcc",
    ])) == 0
    error_message = "These privileges reach beyond one tenant and are refused: access_activity_log, access_and_manage_iam_resources, access_and_manage_kaas, access_and_manage_vpn, create_network_security_groups, create_pcc."
  }
}
