module "kubernetes" {
  source = "../.."

  name                  = "ionos-tenants-starter"
  k8s_version           = "1.34.4"
  api_subnet_allow_list = ["203.0.113.7/32"]

  maintenance_window = {
    day_of_the_week = "Sunday"
    time            = "01:00:00Z"
  }
}
