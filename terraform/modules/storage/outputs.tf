output "bucket" {
  description = "Name of the bucket."
  value       = ionoscloud_s3_bucket.this.name
}

output "region" {
  description = "Region of the bucket."
  value       = ionoscloud_s3_bucket.this.region
}
