module "network" {
  source = "../../../network"

  name     = "ionos-tenants-starter"
  location = "de/txl"
}

module "kubernetes" {
  source = "../../../kubernetes"

  name        = "ionos-tenants-starter"
  k8s_version = "1.34.4"
}

module "node_pool" {
  source = "../.."

  name           = "ionos-tenants-starter-shared"
  location       = module.network.location
  datacenter_id  = module.network.datacenter_id
  k8s_cluster_id = module.kubernetes.cluster_id
  k8s_version    = "1.34.4"

  node_count   = 2
  server_type  = "VCPU"
  cores_count  = 4
  ram_size     = 16384
  storage_type = "SSD"
  storage_size = 100

  lans   = [{ id = module.network.lan_id }]
  labels = { "ionos-tenants.io/pool" = "shared" }
}
