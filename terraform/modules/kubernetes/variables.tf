variable "name" {
  description = "Name of the cluster."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[a-z0-9]([a-z0-9.-]{1,61}[a-z0-9])$", var.name))
    error_message = "name must have 3 to 63 lower-case letters, digits, dots or hyphens, and start and end with a letter or digit."
  }
}

variable "k8s_version" {
  description = "Kubernetes release with its patch number, such as 1.34.4, out of those that GET /k8s/versions lists. Downgrades are not possible."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^1\\.[0-9]{1,3}\\.[0-9]{1,3}$", var.k8s_version))
    error_message = "k8s_version must be a full release, such as 1.34.4."
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

  validation {
    condition     = contains(["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"], var.maintenance_window.day_of_the_week)
    error_message = "maintenance_window.day_of_the_week must be an English weekday, such as Sunday."
  }

  validation {
    condition     = can(regex("^([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]Z$", var.maintenance_window.time))
    error_message = "maintenance_window.time must be a UTC time with seconds, such as 01:00:00Z."
  }
}

variable "api_subnet_allow_list" {
  description = "CIDRs from which the Kubernetes API may be reached; empty means from everywhere. It must contain the operator's own address."
  type        = list(string)
  nullable    = false
  default     = []

  validation {
    # The API answers with network addresses; anything else would be a difference in every later plan.
    condition     = alltrue([for cidr in var.api_subnet_allow_list : try(cidrhost(cidr, 0) == split("/", cidr)[0], false)])
    error_message = "api_subnet_allow_list must hold CIDRs that start at their network address, such as 203.0.113.0/24 or 203.0.113.7/32."
  }

  validation {
    condition     = length(distinct(var.api_subnet_allow_list)) == length(var.api_subnet_allow_list)
    error_message = "api_subnet_allow_list must not name a CIDR twice."
  }
}

variable "audit_log_bucket" {
  description = "Object Storage bucket for the audit log of the Kubernetes API; null means none is written."
  type        = string
  default     = null

  validation {
    condition     = var.audit_log_bucket == null || can(regex("^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$", var.audit_log_bucket))
    error_message = "audit_log_bucket must be a bucket name: 3 to 63 lower-case letters, digits, dots or hyphens."
  }
}
