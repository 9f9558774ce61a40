output "ip" {
  description = "The reserved public IPv4 address."
  value       = ionoscloud_ipblock.this.ips[0]
}

output "ipblock_id" {
  description = "UUID of the IP block that holds the address."
  value       = ionoscloud_ipblock.this.id
}

output "location" {
  description = "Location of the address."
  value       = ionoscloud_ipblock.this.location
}
