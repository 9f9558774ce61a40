# A private Object Storage bucket: versions kept, objects encrypted at rest, old versions and broken uploads
# cleared away, no public access.
#
# The provider needs IONOS_S3_ACCESS_KEY and IONOS_S3_SECRET_KEY in the environment for it, and IONOS_S3_REGION
# unset or equal to `region`. Keys are never made here: the provider would return them in the state.

resource "ionoscloud_s3_bucket" "this" {
  name   = var.name
  region = var.region
  # The provider reads a bucket without tags back as null, and calls an empty map inconsistent.
  tags = length(var.tags) == 0 ? null : var.tags
  # A bucket with objects in it is never emptied by terraform.
  force_destroy = false
}

resource "ionoscloud_s3_bucket_public_access_block" "this" {
  bucket = ionoscloud_s3_bucket.this.name

  block_public_acls       = true
  block_public_policy     = true
  ignore_public_acls      = true
  restrict_public_buckets = true
}

resource "ionoscloud_s3_bucket_versioning" "this" {
  bucket = ionoscloud_s3_bucket.this.name

  versioning_configuration {
    # "Suspended" and not "Disabled": versioning that was on once can only be suspended.
    status = var.versioning ? "Enabled" : "Suspended"
  }
}

resource "ionoscloud_s3_bucket_server_side_encryption_configuration" "this" {
  bucket = ionoscloud_s3_bucket.this.name

  rule {
    apply_server_side_encryption_by_default {
      sse_algorithm = "AES256"
    }
  }
}

resource "ionoscloud_s3_bucket_lifecycle_configuration" "this" {
  count = length(var.lifecycle_rules) == 0 ? 0 : 1

  bucket = ionoscloud_s3_bucket.this.name

  dynamic "rule" {
    for_each = var.lifecycle_rules

    content {
      id     = rule.value.id
      status = "Enabled"

      # Without a prefix there must be no filter at all: the provider refuses an empty one.
      dynamic "filter" {
        for_each = rule.value.prefix[*]

        content {
          prefix = filter.value
        }
      }

      dynamic "expiration" {
        for_each = rule.value.expiration_days[*]

        content {
          days = expiration.value
        }
      }

      dynamic "noncurrent_version_expiration" {
        for_each = rule.value.noncurrent_days[*]

        content {
          noncurrent_days = noncurrent_version_expiration.value
        }
      }

      dynamic "abort_incomplete_multipart_upload" {
        for_each = rule.value.abort_upload_days[*]

        content {
          days_after_initiation = abort_incomplete_multipart_upload.value
        }
      }
    }
  }

  # Rules for old versions are only accepted where versioning has been decided.
  depends_on = [ionoscloud_s3_bucket_versioning.this]
}
