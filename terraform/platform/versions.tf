terraform {
  # 1.11: override_during in tests, write-only arguments in the provider. 2.0 may change the language.
  required_version = ">= 1.11, < 2.0"

  required_providers {
    ionoscloud = {
      source  = "ionos-cloud/ionoscloud"
      version = "~> 6.7"
    }
  }

  # The cluster that could hold the state is made here. The command line copies the file into it after each apply.
  backend "local" {}
}

# Credentials, endpoint and contract number come from the environment (IONOS_TOKEN and so on), never from variables.
provider "ionoscloud" {}
