output "datacenter_id" {
  description = "UUID of the data centre."
  value       = ionoscloud_datacenter.this.id
}

output "location" {
  description = "Location of the data centre; IP blocks must be in the same one."
  value       = ionoscloud_datacenter.this.location
}

output "lan_id" {
  description = "Number of the private LAN within its data centre, as a string."
  value       = ionoscloud_lan.this.id
}

output "lan_cidr" {
  description = "IPv4 range that IONOS gave the private LAN."
  value       = ionoscloud_lan.this.ipv4_cidr_block
}
