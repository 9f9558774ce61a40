module "address" {
  source = "../../../ip-address"

  name     = "ionos-tenants-starter-acme"
  location = "de/txl"
}

module "iam" {
  source = "../.."

  name       = "ionos-tenants-starter-acme"
  privileges = ["s3_privilege"]
  shares     = [{ resource_id = module.address.ipblock_id }]
}
