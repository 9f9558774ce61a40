# The bucket with everything that belongs to it, and each kind of rule.
mock_provider "ionoscloud" {}

variables {
  name = "example-org-backups"
}

run "makes_a_private_encrypted_versioned_bucket" {
  command = plan

  assert {
    condition     = ionoscloud_s3_bucket.this.force_destroy == false && ionoscloud_s3_bucket.this.region == "eu-central-3"
    error_message = "The bucket must be in the default region and must not be emptied by terraform."
  }

  assert {
    condition     = ionoscloud_s3_bucket_versioning.this.versioning_configuration.status == "Enabled"
    error_message = "Old versions must be kept."
  }

  assert {
    condition     = one(ionoscloud_s3_bucket_server_side_encryption_configuration.this.rule).apply_server_side_encryption_by_default.sse_algorithm == "AES256"
    error_message = "Objects must be encrypted at rest."
  }

  assert {
    condition = alltrue([
      ionoscloud_s3_bucket_public_access_block.this.block_public_acls,
      ionoscloud_s3_bucket_public_access_block.this.block_public_policy,
      ionoscloud_s3_bucket_public_access_block.this.ignore_public_acls,
      ionoscloud_s3_bucket_public_access_block.this.restrict_public_buckets,
    ])
    error_message = "Nothing in the bucket may be public."
  }

  assert {
    condition     = ionoscloud_s3_bucket.this.tags == null
    error_message = "No tags are no set of tags: an empty one would be a difference on every plan."
  }

  assert {
    condition     = output.bucket == "example-org-backups" && output.region == "eu-central-3"
    error_message = "The outputs must name the bucket and its region."
  }
}

run "clears_old_versions_and_broken_uploads_by_default" {
  command = plan

  assert {
    condition     = [for rule in ionoscloud_s3_bucket_lifecycle_configuration.this[0].rule : rule.id] == ["old-versions", "unfinished-uploads"]
    error_message = "There must be the two default rules."
  }

  assert {
    condition     = ionoscloud_s3_bucket_lifecycle_configuration.this[0].rule[0].noncurrent_version_expiration.noncurrent_days == 30 && ionoscloud_s3_bucket_lifecycle_configuration.this[0].rule[0].expiration == null && ionoscloud_s3_bucket_lifecycle_configuration.this[0].rule[0].filter == null
    error_message = "Old versions must go after 30 days, objects never."
  }

  assert {
    condition     = ionoscloud_s3_bucket_lifecycle_configuration.this[0].rule[1].abort_incomplete_multipart_upload.days_after_initiation == 7
    error_message = "Unfinished uploads must go after a week."
  }
}

run "takes_what_was_asked_for" {
  command = plan

  variables {
    region          = "test-1"
    versioning      = false
    tags            = { owner = "platform" }
    lifecycle_rules = [{ id = "backups", prefix = "backups/", expiration_days = 35 }]
  }

  assert {
    condition     = ionoscloud_s3_bucket.this.region == "test-1" && ionoscloud_s3_bucket.this.tags["owner"] == "platform"
    error_message = "The region must be free to choose, and tags must reach the bucket."
  }

  assert {
    condition     = ionoscloud_s3_bucket_versioning.this.versioning_configuration.status == "Suspended"
    error_message = "Versioning must be suspended."
  }

  assert {
    condition     = ionoscloud_s3_bucket_lifecycle_configuration.this[0].rule[0].filter.prefix == "backups/" && ionoscloud_s3_bucket_lifecycle_configuration.this[0].rule[0].expiration.days == 35
    error_message = "Objects below the prefix must go after 35 days."
  }
}

run "makes_no_rules_when_there_are_none" {
  command = plan

  variables {
    lifecycle_rules = []
  }

  assert {
    condition     = length(ionoscloud_s3_bucket_lifecycle_configuration.this) == 0
    error_message = "An empty list must not make a configuration without rules."
  }
}
