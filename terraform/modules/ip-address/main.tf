# One public IPv4 address, reserved as a block of its own, so that it outlives the Service that uses it.
#
# A Service of type LoadBalancer takes the address by `spec.loadBalancerIP`; that only works in the location
# of the cluster. The block must have no consumer any more when it is destroyed: remove the Service first.

resource "ionoscloud_ipblock" "this" {
  name     = var.name
  location = var.location
  size     = 1

  lifecycle {
    postcondition {
      condition     = try(length(self.ips), 0) == 1
      error_message = "The block ${var.name} must hold exactly one address."
    }

    postcondition {
      condition     = self.location == var.location
      error_message = "The block ${var.name} is in ${self.location}; a cluster in ${var.location} cannot use its address."
    }
  }
}
