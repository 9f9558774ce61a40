module "address" {
  source = "../.."

  name     = "ionos-tenants-starter-acme"
  location = "de/txl"
}
