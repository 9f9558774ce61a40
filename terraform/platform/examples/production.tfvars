platform    = "production"
location    = "de/fra"
k8s_version = "1.34.4"

node_pools = {
  shared = {
    node_count   = 3
    cores_count  = 8
    ram_size     = 32768
    storage_size = 200
    autoscaling = {
      min_node_count = 3
      max_node_count = 6
    }
  }
}

# The operators' own networks: nobody else reaches the Kubernetes API.
api_subnet_allow_list = ["203.0.113.0/24"]

storage = {
  name = "example-org-ionos-tenants"
}

audit_log_bucket = "example-org-ionos-tenants"
