output "cluster_id" {
  description = "UUID of the cluster."
  value       = ionoscloud_k8s_cluster.this.id
}

output "name" {
  description = "Name of the cluster."
  value       = ionoscloud_k8s_cluster.this.name
}

output "k8s_version" {
  description = "Release that the control plane runs; newer than the input after a maintenance window."
  value       = ionoscloud_k8s_cluster.this.k8s_version
}

output "audit_log_bucket" {
  description = "Bucket that the audit log of the Kubernetes API is written to; null where none is written."
  value       = one(ionoscloud_k8s_cluster.this.s3_buckets[*].name)
}
