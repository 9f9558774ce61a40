name          = "acme"
platform      = "starter"
location      = "de/txl"
isolation     = "node-pool"
datacenter_id = "00000000-0000-4000-8000-000000000001"
cluster_id    = "00000000-0000-4000-8000-000000000002"
k8s_version   = "1.34.4"

node_pool = {
  node_count  = 1
  cores_count = 4
  ram_size    = 8192
}
