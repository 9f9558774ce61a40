platform    = "starter"
location    = "de/txl"
k8s_version = "1.34.4"

node_pools = {
  shared = {
    node_count   = 2
    server_type  = "VCPU"
    cores_count  = 4
    ram_size     = 16384
    storage_size = 100
  }
}
