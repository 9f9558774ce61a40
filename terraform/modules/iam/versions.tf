terraform {
  # 1.11: override_during in tests, write-only arguments in the provider. 2.0 may change the language.
  required_version = ">= 1.11, < 2.0"

  required_providers {
    ionoscloud = {
      source  = "ionos-cloud/ionoscloud"
      version = "~> 6.7"
    }
  }
}
