name        = "acme"
platform    = "starter"
location    = "de/txl"
isolation   = "cluster"
k8s_version = "1.34.4"

node_pool = {
  node_count  = 2
  cores_count = 4
  ram_size    = 8192
}

# Whoever operates the platform, and nobody else.
api_subnet_allow_list = ["203.0.113.0/24"]

iam = {
  enabled    = true
  privileges = ["s3_privilege"]
}
