terraform {
  # 1.11: override_during in tests, write-only arguments in the provider. 2.0 may change the language.
  required_version = ">= 1.11, < 2.0"

  required_providers {
    ionoscloud = {
      source  = "ionos-cloud/ionoscloud"
      version = "~> 6.7"
    }
  }

  # One state per tenant, in the cluster of the platform: a Secret with a Lease as its lock. The command line gives
  # namespace and secret_suffix at init, and the kubeconfig by KUBE_CONFIG_PATH.
  backend "kubernetes" {}
}

# Credentials, endpoint and contract number come from the environment (IONOS_TOKEN and so on), never from variables.
provider "ionoscloud" {}
