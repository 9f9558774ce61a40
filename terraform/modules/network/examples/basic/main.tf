module "network" {
  source = "../.."

  name     = "ionos-tenants-starter"
  location = "de/txl"
}
