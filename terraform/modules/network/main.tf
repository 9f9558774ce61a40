# A virtual data centre and one private LAN in it.
#
# The LAN's IPv4 range is chosen by IONOS (a /23 out of 10.0.0.0/8). Managed Kubernetes uses parts of that
# space itself, so a LAN that was given such a part is refused before any node joins it.

locals {
  # Used by managed Kubernetes and managed Kafka inside their own networks (documentation of the provider).
  ionos_reserved_cidrs = [
    "10.208.0.0/12",
    "10.233.0.0/18",
    "10.233.64.0/18",
    "10.233.114.0/24",
    "192.168.230.0/24",
    "10.224.0.0/11",
  ]
}

resource "ionoscloud_datacenter" "this" {
  name        = var.name
  location    = var.location
  description = var.description

  lifecycle {
    postcondition {
      condition     = self.location == var.location
      error_message = "The data centre ${var.name} is in ${self.location}, not in ${var.location}: everything else of this stack would be made in the wrong place."
    }
  }
}

resource "ionoscloud_lan" "this" {
  datacenter_id = ionoscloud_datacenter.this.id
  name          = var.lan_name
  public        = false

  lifecycle {
    # A node pool must leave the LAN before the LAN goes, also when it is replaced: the API refuses to delete
    # a LAN that still has network cards.
    create_before_destroy = true

    postcondition {
      # Two ranges overlap exactly when they are equal after cutting both to the shorter prefix.
      condition = alltrue([
        for reserved in local.ionos_reserved_cidrs : !try(
          cidrhost("${split("/", self.ipv4_cidr_block)[0]}/${min(split("/", self.ipv4_cidr_block)[1], split("/", reserved)[1])}", 0) ==
          cidrhost("${split("/", reserved)[0]}/${min(split("/", self.ipv4_cidr_block)[1], split("/", reserved)[1])}", 0),
          false
        )
      ])
      error_message = "The LAN was given ${coalesce(self.ipv4_cidr_block, "no range")}, which overlaps a range that managed Kubernetes or Kafka uses itself. Make it anew: terraform apply -replace on this LAN."
    }
  }
}
