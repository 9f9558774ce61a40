/** A whole platform: every resource that the stacks use. */
export const PLATFORM = `
resource "ionoscloud_datacenter" "this" {
  name     = "platform"
  location = "de/txl"
}

resource "ionoscloud_lan" "nodes" {
  datacenter_id = ionoscloud_datacenter.this.id
  name          = "nodes"
  public        = false
}

resource "ionoscloud_ipblock" "nodes" {
  location = "de/txl"
  size     = 3
  name     = "nodes"
}

resource "ionoscloud_k8s_cluster" "this" {
  name        = "platform"
  k8s_version = "1.34.4"

  maintenance_window {
    day_of_the_week = "Saturday"
    time            = "02:00:00Z"
  }
}

resource "ionoscloud_k8s_node_pool" "this" {
  name              = "workers"
  k8s_cluster_id    = ionoscloud_k8s_cluster.this.id
  datacenter_id     = ionoscloud_datacenter.this.id
  k8s_version       = ionoscloud_k8s_cluster.this.k8s_version
  availability_zone = "AUTO"
  cores_count       = 2
  ram_size          = 4096
  storage_size      = 100
  storage_type      = "SSD"
  node_count        = 2
  public_ips        = ionoscloud_ipblock.nodes.ips
  labels            = { pool = "shared" }

  lans {
    id = ionoscloud_lan.nodes.id
  }
}

resource "ionoscloud_group" "tenant" {
  name         = "tenant"
  s3_privilege = true
}

resource "ionoscloud_share" "tenant" {
  group_id    = ionoscloud_group.tenant.id
  resource_id = ionoscloud_datacenter.this.id
}

resource "ionoscloud_s3_bucket" "backup" {
  name = "platform-backup"
}

resource "ionoscloud_s3_bucket_versioning" "backup" {
  bucket = ionoscloud_s3_bucket.backup.name

  versioning_configuration {
    status = "Enabled"
  }
}

resource "ionoscloud_s3_bucket_server_side_encryption_configuration" "backup" {
  bucket = ionoscloud_s3_bucket.backup.name

  rule {
    apply_server_side_encryption_by_default {
      sse_algorithm = "AES256"
    }
  }
}

resource "ionoscloud_s3_bucket_lifecycle_configuration" "backup" {
  bucket = ionoscloud_s3_bucket.backup.name

  rule {
    status = "Enabled"

    noncurrent_version_expiration {
      noncurrent_days = 30
    }
  }
}

resource "ionoscloud_s3_bucket_public_access_block" "backup" {
  bucket            = ionoscloud_s3_bucket.backup.name
  block_public_acls = true
}
`;
