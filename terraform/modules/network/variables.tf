variable "name" {
  description = "Name of the data centre."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[a-z0-9]([a-z0-9.-]{1,61}[a-z0-9])$", var.name))
    error_message = "name must have 3 to 63 lower-case letters, digits, dots or hyphens, and start and end with a letter or digit."
  }
}

variable "location" {
  description = "IONOS location, such as de/fra or de/fra/2. It never changes."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[a-z]{2}/[a-z]{3}(/[1-9])?$", var.location))
    error_message = "location must look like de/txl or de/fra/2."
  }
}

variable "description" {
  description = "What the data centre is for, as shown in the Data Center Designer."
  type        = string
  nullable    = false
  default     = "Managed by ionos-tenants"

  validation {
    condition     = length(var.description) <= 255
    error_message = "description must have at most 255 characters."
  }
}

variable "lan_name" {
  description = "Name of the private LAN."
  type        = string
  nullable    = false
  default     = "nodes"

  validation {
    condition     = can(regex("^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$", var.lan_name))
    error_message = "lan_name must have 1 to 63 lower-case letters, digits or hyphens, and neither start nor end with a hyphen."
  }
}
