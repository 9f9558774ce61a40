module "storage" {
  source = "../.."

  name   = "example-org-tenant-backups"
  region = "eu-central-3"

  lifecycle_rules = [
    { id = "backups", prefix = "backups/", expiration_days = 35, noncurrent_days = 7 },
    { id = "unfinished-uploads", abort_upload_days = 7 },
  ]
}
