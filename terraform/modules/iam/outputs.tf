output "group_id" {
  description = "UUID of the group."
  value       = ionoscloud_group.this.id
}

output "name" {
  description = "Name of the group."
  value       = ionoscloud_group.this.name
}
