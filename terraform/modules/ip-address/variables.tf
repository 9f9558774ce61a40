variable "name" {
  description = "Name of the IP block."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[a-z0-9]([a-z0-9-]{1,78}[a-z0-9])$", var.name))
    error_message = "name must have 3 to 80 lower-case letters, digits or hyphens, and neither start nor end with a hyphen."
  }
}

variable "location" {
  description = "IONOS location of the cluster that will use the address. It never changes."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[a-z]{2}/[a-z]{3}(/[1-9])?$", var.location))
    error_message = "location must look like de/txl or de/fra/2."
  }
}
