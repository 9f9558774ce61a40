variable "name" {
  description = "Name of the node pool. It never changes."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[a-z0-9]([a-z0-9-]{1,61}[a-z0-9])$", var.name))
    error_message = "name must have 3 to 63 lower-case letters, digits or hyphens, and neither start nor end with a hyphen."
  }
}

variable "location" {
  description = "IONOS location of the data centre, for the addresses of the nodes."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[a-z]{2}/[a-z]{3}(/[1-9])?$", var.location))
    error_message = "location must look like de/txl or de/fra/2."
  }
}

variable "datacenter_id" {
  description = "UUID of the data centre in which the nodes are made. It never changes."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$", var.datacenter_id))
    error_message = "datacenter_id must be a UUID in lower case."
  }
}

variable "k8s_cluster_id" {
  description = "UUID of the cluster that the nodes join. It never changes."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$", var.k8s_cluster_id))
    error_message = "k8s_cluster_id must be a UUID in lower case."
  }
}

variable "k8s_version" {
  description = "Kubernetes release of the nodes with its patch number, such as 1.34.4; not newer than the control plane."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^1\\.[0-9]{1,3}\\.[0-9]{1,3}$", var.k8s_version))
    error_message = "k8s_version must be a full release, such as 1.34.4."
  }
}

variable "node_count" {
  description = "Number of nodes; with autoscaling only the number to start with."
  type        = number
  nullable    = false

  validation {
    condition     = var.node_count >= 1 && floor(var.node_count) == var.node_count
    error_message = "node_count must be a whole number, at least 1."
  }
}

variable "autoscaling" {
  description = "Least and greatest number of nodes; null means no autoscaling. IONOS cannot take autoscaling off a pool again."
  type = object({
    min_node_count = number
    max_node_count = number
  })
  default = null

  validation {
    condition = var.autoscaling == null || try(
      var.autoscaling.min_node_count >= 1 &&
      floor(var.autoscaling.min_node_count) == var.autoscaling.min_node_count &&
      floor(var.autoscaling.max_node_count) == var.autoscaling.max_node_count &&
      var.autoscaling.min_node_count < var.autoscaling.max_node_count,
      false
    )
    error_message = "autoscaling needs whole numbers with 1 <= min_node_count < max_node_count."
  }

  validation {
    condition = var.autoscaling == null || try(
      var.node_count >= var.autoscaling.min_node_count && var.node_count <= var.autoscaling.max_node_count,
      false
    )
    error_message = "node_count must lie between autoscaling.min_node_count and autoscaling.max_node_count."
  }
}

variable "server_type" {
  description = "DedicatedCore, or VCPU for shared and cheaper cores. It should not change for a pool in use."
  type        = string
  nullable    = false
  default     = "DedicatedCore"

  validation {
    condition     = contains(["DedicatedCore", "VCPU"], var.server_type)
    error_message = "server_type must be DedicatedCore or VCPU."
  }
}

variable "cores_count" {
  description = "Cores of each node. It never changes."
  type        = number
  nullable    = false

  validation {
    condition     = var.cores_count >= 1 && floor(var.cores_count) == var.cores_count
    error_message = "cores_count must be a whole number, at least 1."
  }
}

variable "ram_size" {
  description = "RAM of each node in MB, in steps of 1024. About 1.1 GiB of it go to the system. It never changes."
  type        = number
  nullable    = false

  validation {
    condition     = var.ram_size >= 2048 && var.ram_size % 1024 == 0
    error_message = "ram_size must be a multiple of 1024 MB, at least 2048."
  }
}

variable "storage_type" {
  description = "Kind of the disk of each node. It never changes."
  type        = string
  nullable    = false
  default     = "SSD"

  validation {
    condition     = contains(["SSD", "HDD", "ESSENTIAL", "PERFORMANCE"], var.storage_type)
    error_message = "storage_type must be SSD, HDD, ESSENTIAL or PERFORMANCE."
  }
}

variable "storage_size" {
  description = "Disk of each node in GB, for images and temporary files; at least 100 is advised, 20 have been seen to fill up. It never changes."
  type        = number
  nullable    = false
  default     = 100

  validation {
    condition     = var.storage_size > 10 && var.storage_size <= 4096 && floor(var.storage_size) == var.storage_size
    error_message = "storage_size must be a whole number of GB, more than 10 and at most 4096."
  }
}

variable "availability_zone" {
  description = "Zone of the location in which the nodes are made. It never changes."
  type        = string
  nullable    = false
  default     = "AUTO"

  validation {
    condition     = contains(["AUTO", "ZONE_1", "ZONE_2"], var.availability_zone)
    error_message = "availability_zone must be AUTO, ZONE_1 or ZONE_2."
  }
}

variable "maintenance_window" {
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

  validation {
    condition     = contains(["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"], var.maintenance_window.day_of_the_week)
    error_message = "maintenance_window.day_of_the_week must be an English weekday, such as Sunday."
  }

  validation {
    condition     = can(regex("^([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]Z$", var.maintenance_window.time))
    error_message = "maintenance_window.time must be a UTC time with seconds, such as 03:00:00Z."
  }
}

variable "labels" {
  description = "Kubernetes labels of the nodes, by which workloads choose them. Prefer them to taints, which the provider cannot keep."
  type        = map(string)
  nullable    = false
  default     = {}

  validation {
    condition = alltrue([
      for key in keys(var.labels) :
      can(regex("^([a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?/)?[A-Za-z0-9]([A-Za-z0-9_.-]{0,61}[A-Za-z0-9])?$", key))
    ])
    error_message = "The keys of labels must be Kubernetes label keys, such as ionos-tenants.io/pool."
  }

  validation {
    condition     = alltrue([for value in values(var.labels) : can(regex("^([A-Za-z0-9]([A-Za-z0-9_.-]{0,61}[A-Za-z0-9])?)?$", value))])
    error_message = "The values of labels must be Kubernetes label values: at most 63 letters, digits, hyphens, underscores or dots."
  }
}

variable "annotations" {
  description = "Kubernetes annotations of the nodes."
  type        = map(string)
  nullable    = false
  default     = {}
}

variable "lans" {
  description = "Private LANs of the data centre that every node joins, by their numbers, with routes into networks behind them."
  type = list(object({
    id   = number
    dhcp = optional(bool, true)
    routes = optional(list(object({
      network    = string
      gateway_ip = string
    })), [])
  }))
  nullable = false
  default  = []

  validation {
    condition     = length(distinct(var.lans[*].id)) == length(var.lans)
    error_message = "lans must not name a LAN twice."
  }

  validation {
    condition     = alltrue([for route in flatten(var.lans[*].routes) : can(cidrhost(route.network, 0)) && can(cidrhost("${route.gateway_ip}/32", 0))])
    error_message = "Each route needs a CIDR as its network and an IP address as its gateway_ip."
  }

  validation {
    # Two ranges overlap exactly when they are equal after cutting both to the shorter prefix.
    condition = alltrue([
      for pair in setproduct(flatten(var.lans[*].routes[*].network), local.ionos_reserved_cidrs) : !try(
        cidrhost("${split("/", pair[0])[0]}/${min(split("/", pair[0])[1], split("/", pair[1])[1])}", 0) ==
        cidrhost("${split("/", pair[1])[0]}/${min(split("/", pair[0])[1], split("/", pair[1])[1])}", 0),
        false
      )
    ])
    error_message = "A route must not lead into the ranges that managed Kubernetes and Kafka use themselves: 10.208.0.0/12, 10.224.0.0/11 (with 10.233.0.0/18, 10.233.64.0/18 and 10.233.114.0/24) and 192.168.230.0/24."
  }
}
