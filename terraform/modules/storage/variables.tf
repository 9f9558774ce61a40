variable "name" {
  description = "Name of the bucket, unique across all of IONOS Object Storage."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$", var.name)) && !can(regex("\\.\\.|^[0-9.]+$", var.name))
    error_message = "name must have 3 to 63 lower-case letters, digits, dots or hyphens, start and end with a letter or digit, and not look like an IP address."
  }
}

variable "region" {
  description = "Region of the bucket, such as eu-central-3. A free string, because regions come and go and compatible stores have their own."
  type        = string
  nullable    = false
  default     = "eu-central-3"

  validation {
    condition     = can(regex("^[a-z0-9][a-z0-9-]{0,62}$", var.region))
    error_message = "region must have 1 to 63 lower-case letters, digits or hyphens."
  }
}

variable "versioning" {
  description = "Whether overwritten and deleted objects are kept as old versions."
  type        = bool
  nullable    = false
  default     = true
}

variable "lifecycle_rules" {
  description = "What is cleared away, and after how many days: objects (expiration_days), old versions (noncurrent_days), unfinished uploads (abort_upload_days). Without a prefix a rule is for all objects; an empty list means no rules."
  type = list(object({
    id                = string
    prefix            = optional(string)
    expiration_days   = optional(number)
    noncurrent_days   = optional(number)
    abort_upload_days = optional(number)
  }))
  nullable = false
  default = [
    { id = "old-versions", noncurrent_days = 30 },
    { id = "unfinished-uploads", abort_upload_days = 7 },
  ]

  validation {
    condition     = length(distinct(var.lifecycle_rules[*].id)) == length(var.lifecycle_rules) && alltrue([for rule in var.lifecycle_rules : can(regex("^[A-Za-z0-9_-]{1,255}$", rule.id))])
    error_message = "Each lifecycle rule needs an id of its own, of letters, digits, hyphens or underscores."
  }

  validation {
    condition     = alltrue([for rule in var.lifecycle_rules : rule.prefix == null || try(length(rule.prefix) >= 1 && length(rule.prefix) <= 1024, false)])
    error_message = "The prefix of a lifecycle rule must have 1 to 1024 characters, or be left out for all objects."
  }

  validation {
    condition = alltrue([
      for rule in var.lifecycle_rules :
      length(compact([rule.expiration_days, rule.noncurrent_days, rule.abort_upload_days])) > 0
    ])
    error_message = "Each lifecycle rule must set expiration_days, noncurrent_days or abort_upload_days."
  }

  validation {
    condition = alltrue(flatten([
      for rule in var.lifecycle_rules : [
        for days in [rule.expiration_days, rule.noncurrent_days, rule.abort_upload_days] :
        days == null || try(days >= 1 && floor(days) == days, false)
      ]
    ]))
    error_message = "The days of a lifecycle rule must be whole numbers, at least 1."
  }
}

variable "tags" {
  description = "Tags of the bucket."
  type        = map(string)
  nullable    = false
  default     = {}
}
